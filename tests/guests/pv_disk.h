/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The PV disk driver of a 64-bit operating system, as strict as FreeBSD's: it takes a disk only in
 * the state that the toolstack made. It makes one request at a time.
 */
#ifndef PV_DISK_H
#define PV_DISK_H

#include "xen/hv/grant.h"
#include "xen/store/xenbus.h"

#define PV_DISK_MOST_SECTORS 8u /* of a transfer: one page */

struct pv_disk {
    struct xenstore *store;
    struct grant_table *grants;
    char frontend[XENBUS_PATH_BYTES];
    char backend[XENBUS_PATH_BYTES];
    uint8_t *ring; /* one page each */
    uint8_t *data;
    uint32_t ring_reference, data_reference;
    uint32_t port;
    uint32_t requests; /* made so far */
};

/** What a frontend has published of its connection. */
struct pv_disk_keys {
    uint32_t reference, port;
};

/**
 * Close the connection of an earlier driver to the disk whose directory is @frontend, and that
 * driver's event channel. Its keys stay, and are written to *@keys. False, with a failed check, if
 * there is no connection, or the backend does not close it.
 */
bool pv_disk_evict(struct xenstore *store, const char *frontend, struct pv_disk_keys *keys);

/**
 * Connect the disk whose directory is @frontend. False, with a failed check, unless frontend and
 * backend were Initialising and InitWait, and the backend connects.
 */
bool pv_disk_take(struct pv_disk *disk, struct xenstore *store, struct grant_table *grants,
                  const char *frontend);

/** Read up to PV_DISK_MOST_SECTORS. False, with a failed check, if the backend fails. */
bool pv_disk_read(struct pv_disk *disk, uint64_t sector, uint32_t count, void *buffer);

/** Write up to PV_DISK_MOST_SECTORS. False, with a failed check, if the backend fails. */
bool pv_disk_write(struct pv_disk *disk, uint64_t sector, uint32_t count, const void *buffer);

#endif
