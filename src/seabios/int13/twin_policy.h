/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The decisions about disks that are emulated as well (twins, see twin.h). Knows nothing of SeaBIOS
 * or of the protocol, so the host tests run it as it is.
 *
 * QEMU opens the image of such a disk by itself, beside the backend. One drive can stand for both
 * only if both are certain to show the same bytes.
 */
#ifndef SEABIOS_TWIN_POLICY_H
#define SEABIOS_TWIN_POLICY_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Return why a disk that is emulated as well must not be connected; NULL if it may be.
 *
 * @enabled: the option XENPV_TWINS; @raw: see vbd_is_raw. An image of any other format has tables.
 * Both sides keep them in memory, and neither sees what the other allocates.
 */
const char *twin_reason_to_leave(bool enabled, bool raw);

/** The role of a PV disk, once SeaBIOS knows all of its drives. */
enum twin_match {
    TWIN_MATCH_NONE,     /* no emulated drive: it gets a drive of its own */
    TWIN_MATCH_SAME,     /* it serves the emulated drive */
    TWIN_MATCH_OTHER,    /* the emulated drive belongs to another PV disk: left alone */
    TWIN_MATCH_MISMATCH, /* the sizes differ, so the contents may differ too: left alone */
};

/**
 * Match a PV disk with the emulated drive at its location.
 *
 * @found: whether SeaBIOS has a drive there; @taken: whether another PV disk serves it;
 * @emulated_sectors, @sectors: the sizes of the two, in sectors of 512 bytes.
 */
enum twin_match twin_match(bool found, bool taken, uint64_t emulated_sectors, uint64_t sectors);

/** What answers a call to a twin. */
enum twin_answer {
    TWIN_ANSWER_PV,       /* PV, with its result: success, or an error of the caller */
    TWIN_ANSWER_EMULATED, /* the emulated disk, which has the same sectors: PV is abandoned */
    TWIN_ANSWER_ERROR, /* an error, now and from then on, and PV is abandoned: the backend may still
                          perform a write, over newer data that the emulated disk gets */
};

/**
 * Decide what answers a call. @error: the result of disks_read or disks_write; @write_lost: whether
 * a write has failed that the backend may still perform.
 */
enum twin_answer twin_answer(int error, bool write_lost);

#endif
