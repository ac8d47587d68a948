/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The kinds of block backends: how each is recognised, and what is known of it.
 *
 * A frontend cannot ask a backend what it is. There are two signs: the component of the backend's
 * path after "backend" ("vbd" in "/local/domain/0/backend/vbd/1/51776"), and a key that only one
 * backend writes. The facts about each kind come from its source:
 *
 *   Linux blkback  drivers/block/xen-blkback/xenbus.c, blkback.c (4.5 and later)
 *   QEMU qdisk     hw/block/xen-block.c, hw/block/dataplane/xen-block.c, hw/xen/xen-bus.c
 *   tapback        tapback/ and drivers/ of blktap
 *   others         FreeBSD's sys/dev/xen/blkback/blkback.c and NetBSD's
 *                  sys/arch/xen/xen/xbdback_xenbus.c have a path of "vbd" too
 *
 * docs/admin/backends.md says more.
 */
#ifndef XEN_VBD_KIND_H
#define XEN_VBD_KIND_H

#include <stdbool.h>

/**
 * The key that only Linux' blkback writes, before it enters state InitWait. FreeBSD and NetBSD do
 * not write it; both write "feature-flush-cache", and NetBSD "feature-max-indirect-segments".
 */
#define VBD_KIND_LINUX_KEY "multi-queue-max-queues"

enum vbd_kind {
    VBD_KIND_UNKNOWN, /* none of those below */
    VBD_KIND_LINUX,
    VBD_KIND_QDISK,
    VBD_KIND_TAPBACK,
};

struct vbd_kind_facts {
    const char *name;       /* for the log */
    const char *short_name; /* for the boot menu */

    /* Whether it returns to InitWait once its frontend has gone through Closing and Closed to
     * Initialising, so that the next frontend finds it like the first one did. */
    bool reopens;

    /* Whether it is known to count "sectors" and the sectors of requests in units of 512 bytes
     * whatever its "sector-size", as xen/io/blkif.h specifies since Xen 4.20. Older versions of
     * that header said otherwise, and backends followed either. */
    bool counts_512;
};

/**
 * Determine the kind of a backend.
 *
 * @path: its directory in xenstore; @has_linux_key: whether VBD_KIND_LINUX_KEY is in it. The key
 * only exists once the backend has left state Initialising.
 */
enum vbd_kind vbd_kind_of(const char *path, bool has_linux_key);

/** Return what is known of a kind. */
const struct vbd_kind_facts *vbd_kind_facts(enum vbd_kind kind);

/**
 * Check whether the backend's keys say that its image holds the disk's sectors one after the other
 * and nothing else (raw), so that another process that opens the image finds the same bytes.
 *
 * @type, @params: the values of these keys, empty if they do not exist. Raw is
 * - Linux' blkback with "type" = "phy": it serves a block device. libxl accepts no other format for
 *   it (tools/libs/light/libxl_device.c, disk_try_backend);
 * - qdisk with "type" = "qdisk" and "params" = "aio:" and a path: libxl writes "aio" for the
 *   formats raw and empty, and "qcow", "qcow2", "vhd" and "qed" for the others
 *   (libxl__device_disk_string_of_format, the same file); QEMU opens "aio" with its driver "raw".
 * Anything else may have any format: tapback gets its image from elsewhere, whatever "type" says.
 */
bool vbd_kind_is_raw(enum vbd_kind kind, const char *type, const char *params);

#endif
