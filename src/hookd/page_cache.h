/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the page cache of the domain that the hook runs in holds of a block device. Linux' blkback
 * writes to the device past it, and drops it when it connects but not when it closes
 * (drivers/block/xen-blkback/xenbus.c); QEMU reads an emulated disk through it.
 *
 * Dropping it takes as long as the device takes to write out what is dirty, so that each is done by
 * a process of its own.
 */
#ifndef HOOKD_PAGE_CACHE_H
#define HOOKD_PAGE_CACHE_H

#include <sys/types.h>

struct page_cache_drop {
    pid_t process; /* 0: none */
    dev_t device;
};

/**
 * Begin to write out what is dirty of a device and to drop all that is cached of it.
 * @return 0, or an errno: EBUSY if one that was abandoned still waits for this device, or if there
 *         are too many of these
 */
int page_cache_drop_start(struct page_cache_drop *drop, dev_t device);

/** How far it is. @return EINPROGRESS; 0: it is done; or the errno with which it has failed. */
int page_cache_drop_poll(struct page_cache_drop *drop);

/** End it, whatever it does. One that the device holds ends when the device lets it. */
void page_cache_drop_abandon(struct page_cache_drop *drop);

/** A child of this process has ended: it may be one that was abandoned. */
void page_cache_reap(void);

#endif
