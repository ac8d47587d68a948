/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The page cache of a block device, in the daemon's own domain.
 *
 * Linux' blkback writes to the device past the page cache, and drops the cache when it connects but
 * not when it closes (drivers/block/xen-blkback/xenbus.c). QEMU reads an emulated disk through it.
 *
 * A drop first writes out what is dirty. This takes as long as the device needs, so a child process
 * does it.
 */
#ifndef HOOKD_PAGE_CACHE_H
#define HOOKD_PAGE_CACHE_H

#include <sys/types.h>

struct page_cache_drop {
    pid_t process; /* 0: none */
    dev_t device;
};

/**
 * Start to write out the dirty pages of a device, and to drop all of its pages.
 *
 * Return: 0, or an errno; EBUSY if an abandoned drop of this device has not ended yet, or if there
 * are too many drops.
 */
int page_cache_drop_start(struct page_cache_drop *drop, dev_t device);

/** Return: EINPROGRESS; 0 if the drop is done; or the errno with which it has failed. */
int page_cache_drop_poll(struct page_cache_drop *drop);

/** Kill the child. If the device blocks it, it ends as soon as the device responds. */
void page_cache_drop_abandon(struct page_cache_drop *drop);

#endif
