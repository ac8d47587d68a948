/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * End this domain, or let the toolstack start it again.
 */
#ifndef XEN_SHUTDOWN_H
#define XEN_SHUTDOWN_H

enum shutdown_reason {
    SHUTDOWN_FOR_POWER_OFF,
    SHUTDOWN_FOR_REBOOT,
};

/**
 * Ask Xen to shut this domain down (SCHEDOP_shutdown of xen/sched.h). What happens then is the
 * toolstack's choice, such as on_reboot of xl.
 *
 * Returns only if Xen refuses, with the error in the log.
 */
void shutdown_domain(enum shutdown_reason reason);

#endif
