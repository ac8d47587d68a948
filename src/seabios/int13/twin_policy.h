/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What is decided of disks that the toolstack offers as PV disks and emulates as well. Of SeaBIOS
 * and of the protocol nothing is known here, so the host's tests run it as it is.
 *
 * QEMU opens the image of such a disk for itself, beside the backend. One drive can stand for both
 * only where both are sure to show the same bytes.
 */
#ifndef SEABIOS_TWIN_POLICY_H
#define SEABIOS_TWIN_POLICY_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Why a disk that is emulated as well is not to be connected. NULL: it may be.
 *
 * @enabled: the option XENPV_TWINS; @raw: see vbd_is_raw. An image of any other format has tables.
 * Both sides keep them in memory, and what one allocates the other does not know.
 */
const char *twin_reason_to_leave(bool enabled, bool raw);

/** What becomes of a PV disk, now that SeaBIOS knows all of its drives. */
enum twin_match {
    TWIN_MATCH_NONE,     /* there is no emulated drive: it gets a drive of its own */
    TWIN_MATCH_SAME,     /* it serves the emulated drive */
    TWIN_MATCH_OTHER,    /* the emulated drive is another PV disk's: left alone */
    TWIN_MATCH_MISMATCH, /* the two differ in size, so they may differ in more: left alone */
};

/**
 * @found: whether SeaBIOS has an emulated drive where this disk is emulated; @taken: whether
 * another PV disk serves it; @emulated_sectors, @sectors: the sizes of the two, in sectors of 512
 * bytes.
 */
enum twin_match twin_match(bool found, bool taken, uint64_t emulated_sectors, uint64_t sectors);

/** Who is to answer a call to a disk that is emulated as well. */
enum twin_answer {
    TWIN_ANSWER_PV, /* this side, with what it got: it is done, or the fault is the caller's */
    TWIN_ANSWER_EMULATED, /* the emulated disk, which has the same sectors: PV is given up */
    TWIN_ANSWER_ERROR,    /* the backend may still write what it was told to, after anything newer
                              that the emulated disk is told: PV is given up, and only errors from
                              then on */
};

/**
 * @error: what disks_read or disks_write has just returned; @write_lost: whether a write has failed
 * that the backend may still do.
 */
enum twin_answer twin_answer(int error, bool write_lost);

#endif
