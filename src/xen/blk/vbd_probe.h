/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Finding out what kind of backend a disk has, before anything is written for it or shared with it.
 *
 * What cannot be left as it was found is not touched: a backend that may not be ready again after a
 * close would leave the operating system without its disk.
 */
#ifndef XEN_VBD_PROBE_H
#define XEN_VBD_PROBE_H

#include "vbd_kind.h"
#include "xen/store/xenbus.h"

/** Longest value of the backend's key "type" that means something here, and of "params" that is
 *  looked at, each with the terminating zero. */
#define VBD_TYPE_BYTES   8
#define VBD_PARAMS_BYTES 256

struct vbd_probe {
    bool done; /* kind and raw are known */
    enum vbd_kind kind;
    bool raw; /* the image is known to be: see vbd_kind_is_raw */

    /* The reads that were posted, until vbd_probe_judge. */
    struct xenbus_number linux_key;
    char type[VBD_TYPE_BYTES];
    char params[VBD_PARAMS_BYTES];
    int type_length, params_length;
};

enum vbd_verdict {
    VBD_UNDECIDED, /* to be looked at again */
    VBD_MAY_BE_USED,
    VBD_LEFT_ALONE,
};

/**
 * Post the reads of what tells the kind of the backend at @path; none when it is known already.
 *
 * To be posted behind the read of the backend's state: the keys are there once that is beyond
 * Initialising.
 */
void vbd_probe_post(struct vbd_probe *probe, struct xenstore *store, const char *path);

/**
 * Whether the backend at @path may be used, after vbd_probe_post and xenstore_collect.
 *
 * @state: of the backend, read before them; or an error. One that is not there, or still
 * Initialising, is never left alone.
 */
enum vbd_verdict vbd_probe_judge(struct vbd_probe *probe, const char *path, int state);

/**
 * Whether the image of the backend at @path is known to be raw: see vbd_kind_is_raw. Takes one
 * round trip, whatever state the backend is in: its toolstack writes these keys before it runs the
 * guest.
 */
bool vbd_probe_is_raw(struct vbd_probe *probe, struct xenstore *store, const char *path);

/**
 * Whether a backend that may be used is known to count 512 bytes.
 *
 * @sector_bytes: its "sector-size". Where that is 512 there is nothing to know.
 */
bool vbd_probe_knows_units(const struct vbd_probe *probe, uint64_t sector_bytes);

#endif
