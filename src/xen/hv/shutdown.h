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

/**
 * Have the toolstack save this domain, and return when it runs again: as another domain, perhaps on
 * another host, or as this one if the toolstack keeps it.
 *
 * Another domain has other event channels and grants, and its time-stamp counter may run at another
 * rate. Return: 0, or an error, which is in the log.
 */
int shutdown_suspend(void);

#endif
