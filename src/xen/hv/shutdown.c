/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "shutdown.h"

#include "hypercall.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"

static long shut_down(unsigned reason)
{
    struct sched_shutdown shutdown = {.reason = reason};

    return hypercall2(__HYPERVISOR_sched_op, SCHEDOP_shutdown, (unsigned long)&shutdown);
}

void shutdown_domain(enum shutdown_reason reason)
{
    long error = shut_down(reason == SHUTDOWN_FOR_REBOOT ? SHUTDOWN_reboot : SHUTDOWN_poweroff);

    log_error("cannot shut down: %s\n", error_name(error));
}

int shutdown_suspend(void)
{
    /* 1 stands for a domain that was not saved, but libxc says so only to drivers that have set an
     * interrupt for events. */
    long result = shut_down(SHUTDOWN_suspend);

    if (result >= 0)
        return 0;
    log_error("cannot suspend: %s\n", error_name(result));
    return (int)result;
}
