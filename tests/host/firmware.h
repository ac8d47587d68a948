/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the firmware around the core does: find the disks and use them. And what is true after
 * each of its calls, whatever was done to it.
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

/** Bounce pages of a disk, unless a test wants more or fewer. */
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

/** What core_init and vbd_alloc are called with; to be changed before. */
extern struct core_options firmware_options;
extern uint32_t firmware_pool_pages;

/** Limits of a tenth of a second, for tests that run into them thousands of times. */
void firmware_use_short_limits(void);

/** core_init, vbd_find, and vbd_init and vbd_alloc for each disk. Return: the first error. */
int firmware_start(struct firmware *firmware);

/** A world with one disk, and a firmware that has found it. Return: its backend. */
struct backend *firmware_with_disk(struct firmware *firmware);

/** The same, connected. */
struct backend *firmware_connected(struct firmware *firmware);

/** disks_start and disks_ready, for disks that are all alone. Return: the error of disks_start. */
int firmware_start_disks(struct disks *disks, const struct disks_options *options);

/** Close a connected disk whose backend keeps what it has mapped: it is lost. */
void firmware_lose(struct vbd *vbd, struct backend *backend);

/** That backend lets go after all. */
void firmware_release_pages(struct backend *backend);

/** Read sectors and compare them with the disk. Return: what disk_io_read does. */
int firmware_read_and_compare(struct vbd *vbd, uint64_t sector, uint32_t count);

/** disk_io_write without anybody who takes what is written. */
int firmware_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer);

/** Write sectors of new bytes and look that the disk has them. Return: what disk_io_write does. */
int firmware_write_and_compare(struct vbd *vbd, uint64_t sector, uint32_t count);

/**** Limits ****/

/*
 * The longest that calls may take, in ms, as the options and the comments of vbd.h add up.
 *
 * A reply: one limit for the header, one for the payload, one for the right one among others. A
 * silent xenstored costs that once: after it the client is closed for good. Connecting and closing
 * have one limit each for all their steps; a connection that fails is closed. So is a disk after a
 * transfer that fails, and a close begins with a flush, which is a transfer.
 */
uint32_t limit_reply_ms(void);
uint32_t limit_close_ms(void);
uint32_t limit_connect_ms(void);
uint32_t limit_transfer_ms(void);

/** The same when the connection goes away beneath the transfer: it is noticed before the limit of
 *  the requests, and then the disk is connected again and the transfer repeated. */
uint32_t limit_repeated_ms(void);

/** Begin to measure; fail the test if more than @max_ms have passed since. */
void limit_begin(void);
void limit_check(uint32_t max_ms);

/**** What must hold at the end ****/

/**
 * The disk is either usable or closed, and everything is clean once it is closed. A disk whose
 * backend kept a page must be lost, and its pages are not touched any more.
 */
void firmware_check_end(struct firmware *firmware);

/** The same without xenstore, which cannot be tidied when xenstored does not answer. */
void firmware_check_end_without_store(struct firmware *firmware);

#endif
