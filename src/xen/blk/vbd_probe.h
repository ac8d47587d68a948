/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Determine the kind of a disk's backend before anything is written for it or shared with it.
 *
 * A backend that cannot be left as it was found must not be used: one that may not be ready again
 * after a close would leave the operating system without its disk.
 */
#ifndef XEN_VBD_PROBE_H
#define XEN_VBD_PROBE_H

#include "vbd_kind.h"
#include "xen/store/xenbus.h"

/** Size of the longest value of the backend's key "type" that means something here, and of "params"
 * that is read, each with the terminating zero. */
#define VBD_TYPE_BYTES   8
#define VBD_PARAMS_BYTES 256

struct vbd_probe {
    bool done; /* kind and raw are known */
    enum vbd_kind kind;
    bool raw; /* the image is known to be raw: see vbd_kind_is_raw */

    /* The posted reads, until vbd_probe_judge. */
    struct xenbus_number linux_key;
    char type[VBD_TYPE_BYTES];
    char params[VBD_PARAMS_BYTES];
    int type_length, params_length;
};

enum vbd_verdict {
    VBD_UNDECIDED, /* poll again */
    VBD_MAY_BE_USED,
    VBD_LEFT_ALONE,
};

/**
 * Post the reads that determine the kind of the backend at @path; none if it is known already.
 *
 * Post them behind the read of the backend's state: the keys exist once that is beyond
 * Initialising.
 */
void vbd_probe_post(struct vbd_probe *probe, struct xenstore *store, const char *path);

/**
 * Decide whether the backend at @path may be used, after vbd_probe_post and xenstore_collect.
 *
 * @state: the backend's, read before them; or an error. A backend that does not exist, or is still
 * Initialising, is undecided.
 */
enum vbd_verdict vbd_probe_judge(struct vbd_probe *probe, const char *path, int state);

/**
 * Check whether the image of the backend at @path is known to be raw: see vbd_kind_is_raw. Takes
 * one round trip, in any state of the backend: the toolstack writes these keys before it runs the
 * guest.
 */
bool vbd_probe_is_raw(struct vbd_probe *probe, struct xenstore *store, const char *path);

/**
 * Check whether a backend that may be used is known to count in units of 512 bytes.
 *
 * @sector_bytes: its "sector-size". If that is 512 the units are certain.
 */
bool vbd_probe_knows_units(const struct vbd_probe *probe, uint64_t sector_bytes);

#endif
