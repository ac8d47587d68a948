/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the firmware around the core does: it finds the disks and uses them. And what must hold
 * after each of its calls, whatever the other side does.
 */
#ifndef FIRMWARE_H
#define FIRMWARE_H

#include "model/world.h"
#include "xen/base/bytes.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

#include <stddef.h>
#include <string.h>

/** The limits that the tests run with: the defaults of Kconfig. */
#define STORE_LIMIT_MS   5000u
#define CONNECT_LIMIT_MS 10000u
#define CLOSE_LIMIT_MS   5000u
#define IO_LIMIT_MS      30000u

/** Bounce pages of a disk, unless a test sets another number. */
#define POOL_PAGES 16u

/** Virtual device number of "xvda" and after. */
#define XVD(index) (202u << 8 | (index) << 4)

#define FIRMWARE_DISKS 4

struct firmware {
    struct core *core;
    struct vbd *vbd[FIRMWARE_DISKS];
    unsigned disks;
    int error; /* of the disk that could not be made */
};

/** The arguments of core_init and vbd_alloc. A test changes them before it starts the firmware. */
extern struct core_options firmware_options;
extern uint32_t firmware_pool_pages;

/** Set limits of a tenth of a second, for tests that reach them thousands of times. */
void firmware_use_short_limits(void);

/** Call core_init, vbd_find, and vbd_init and vbd_alloc for each disk. Return: the first error. */
int firmware_start(struct firmware *firmware);

/** Make a world with one disk, and a firmware that has found it. Return: its backend. */
struct backend *firmware_with_disk(struct firmware *firmware);

/** The same with the disk connected. */
struct backend *firmware_connected(struct firmware *firmware);

/** Call core_init, which must succeed. Return: the core, for disks_start. */
struct core *firmware_core(void);

/** Call core_init, disks_start and disks_ready; all disks are PV-only. Return: the first error. */
int firmware_start_disks(struct disks *disks, const struct disks_options *options);

/** Close a connected disk whose backend keeps its pages mapped, so that it is lost. */
void firmware_lose(struct vbd *vbd, struct backend *backend);

/** Have that backend release the pages. */
void firmware_release_pages(struct backend *backend);

/** disks_give_up_all of one disk. */
int firmware_give_up(struct disk *disk);

/** Read sectors and compare them with the disk. Return: what disk_io_read returns. */
int firmware_read_and_compare(struct vbd *vbd, uint64_t sector, uint32_t count);

/** disk_io_write whose sink discards the data. */
int firmware_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer);

/** Write new bytes and check that the disk has them. Return: what disk_io_write returns. */
int firmware_write_and_compare(struct vbd *vbd, uint64_t sector, uint32_t count);

/**** Limits ****/

/*
 * The longest that calls may take, in ms, by the options and the comments of vbd.h.
 *
 * A reply takes at most one limit for its header, one for its payload, and one for other replies
 * before it. A silent xenstored costs this once: after it the client is closed for good. Connecting
 * and closing have one limit each for all their steps. A connection that fails is closed, and so is
 * a disk after a failed transfer. A close begins with a flush, which is a transfer.
 */
uint32_t limit_reply_ms(void);
uint32_t limit_close_ms(void);
uint32_t limit_connect_ms(void);
uint32_t limit_transfer_ms(void);

/** The same if the connection is lost during the transfer: the core notices it before the limit of
 * the requests, connects the disk again and repeats the transfer. */
uint32_t limit_repeated_ms(void);

/** Begin to measure; fail the test if more than @max_ms have passed since limit_begin. */
void limit_begin(void);
void limit_check(uint32_t max_ms);

/**** What must hold at the end ****/

/**
 * Check that each disk is usable or closed, and that everything is clean once it is closed. A disk
 * whose backend keeps a page must be lost, and its pages must not be touched any more.
 */
void firmware_check_end(struct firmware *firmware);

/** The same without xenstore, which cannot be tidied if xenstored does not answer. */
void firmware_check_end_without_store(struct firmware *firmware);

#endif
