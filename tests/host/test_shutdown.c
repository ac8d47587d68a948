/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The domain is shut down by Xen. */
#include "console_user.h"
#include "test.h"
#include "xen/base/public.h"
#include "xen/hv/shutdown.h"

TEST(a_power_off_and_a_reboot_have_their_own_reasons)
{
    console_world();
    shutdown_domain(SHUTDOWN_FOR_POWER_OFF);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_poweroff], 1);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_reboot], 0);
    shutdown_domain(SHUTDOWN_FOR_REBOOT);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_poweroff], 1);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_reboot], 1);
}

TEST(a_shutdown_that_xen_refuses_is_in_the_log)
{
    console_world();
    xen_fault = (struct xen_fault){.number = __HYPERVISOR_sched_op,
                                   .operation = SCHEDOP_shutdown,
                                   .times = 1,
                                   .error = -XEN_EPERM};
    shutdown_domain(SHUTDOWN_FOR_REBOOT);
    CHECK_EQUAL(log_count("cannot shut down: EPERM"), 1);
}
