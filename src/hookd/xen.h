/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The handles of Xen's libraries, for the whole daemon. */
#ifndef HOOKD_XEN_H
#define HOOKD_XEN_H

#include <xendevicemodel.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>
#include <xenstore.h>

#define XEN_PAGE_BYTES 4096u

struct xen {
    struct xs_handle *store;
    xendevicemodel_handle *device_model;
    xenforeignmemory_handle *memory;
    xenevtchn_handle *events;
    uint32_t domid; /* of the domain that the daemon runs in */
};

/** For the libraries, which would write their errors to stderr, where they may block. The daemon
 * reports these errors itself. */
extern struct xentoollog_logger xen_quiet;

#endif
