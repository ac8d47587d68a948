/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "shutdown.h"

#include "hypercall.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"

void shutdown_domain(enum shutdown_reason reason)
{
    struct sched_shutdown shutdown = {
        .reason = reason == SHUTDOWN_FOR_REBOOT ? SHUTDOWN_reboot : SHUTDOWN_poweroff,
    };
    long error = hypercall2(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (unsigned long)&shutdown);

    log_error("cannot shut down: %s\n", error_name(error));
}
