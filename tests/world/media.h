/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The CD-ROM drives: the toolstack and the backends change their media, and calls of int13 must
 * return what docs/dev/cdrom.md says. Each image has other bytes than any other image.
 */
#ifndef WORLD_MEDIA_H
#define WORLD_MEDIA_H

#include "random.h"

#include <stdbool.h>
#include <stdint.h>

void media_reset(void);

/** Make a disk a drive: with an image, or empty. Call it right after backends_add. */
void media_add_drive(unsigned disk, struct random *random);

/** How a medium goes, and how another one comes. */
enum media_change {
    MEDIA_REPLACED, /* the device is removed by force, and made with another image at once */
    MEDIA_REMOVED,  /* the same, and made again later */
    MEDIA_ASKED,    /* the toolstack asks for the device; then it is removed, and made later */
    MEDIA_EJECTED,  /* the device is made without an image, and with one later */
    MEDIA_REOPENED, /* the backend closes, and waits for a frontend again with another image */
    MEDIA_CHANGES,
};

extern const char *const media_change_names[MEDIA_CHANGES];

/** Change the medium of a drive; nothing happens while another change of it is not over. @ms: from
 * the end of the old medium to the next one. @same: that is the old one again. */
void media_change(unsigned disk, enum media_change how, bool same, uint32_t ms);

/** The directories of all devices are new. @boots: so is the guest, whose drives all exist. */
void media_new_devices(bool boots);

/** Let the changes go on. */
void media_run(void);

/** Whether all changes are over. */
bool media_are_settled(void);

/** Whether a drive can be used: it has a medium, and no change has begun in the last second. */
bool media_is_ready(unsigned disk);

/** Whether a drive has had its medium since before the model's clock was at @us, and no change of
 * it has begun. */
bool media_is_there_since(unsigned disk, uint64_t us);

/** Whether a drive has no device, or one that is empty. */
bool media_is_away(unsigned disk);
bool media_is_empty(unsigned disk);

/** Ports of connections that the toolstack has removed by force. The firmware does not close them:
 * it cannot know whether they have another owner by then. */
unsigned media_ports_left(void);

/** A backend gets a request to a drive. Fail the run if it is a write. */
void media_check_request(unsigned disk, bool is_write);

/**** Calls of int13 ****/

/** POST begins, and ends. */
void media_post_begins(void);
void media_post_ends(void);

/* An end that is no sector's: of a check that does not wait for the backend. */
#define MEDIA_LOOK 1u

/** A call to a drive begins. */
void media_call_begins(unsigned disk);

/** It ends. @looked: it has looked for a change of the medium, and no restore came between.
 *  @may_fail: it may fail for other reasons than its medium. @end: the first sector behind those of
 *  the call; 0 for a reset; or MEDIA_LOOK. */
void media_call_ends(unsigned disk, const char *what, int error, bool looked, bool may_fail,
                     uint64_t end);

/** Fail the run unless these are the sectors of a medium that the call may read. */
void media_compare(unsigned disk, uint32_t sector, uint32_t count, const uint8_t *bytes);

#endif
