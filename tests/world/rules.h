/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What must hold at any time. The rules of the data are in truth.h, those of an operating system's
 * own things in system.h. */
#ifndef WORLD_RULES_H
#define WORLD_RULES_H

#include <stdbool.h>
#include <stdint.h>

void rules_reset(void);

/** After each turn: nothing waits for ever, xenstored is not flooded, what is an operating system's
 *  stays. */
void rules_check(void);

/** The daemon is about to write this path, or to remove it. */
void rules_daemon_writes(const char *path);

/** The daemon has been asked to end, or has been started to release. */
void rules_daemon_is_to_end(void);

/** The daemon has ended in order: it has left nothing. */
void rules_daemon_ended(void);

enum rules_closer { RULES_BY_FIRMWARE, RULES_BY_DAEMON };

/** A number that stays as it is while nothing is written to the directories of the disks, and no
 *  request is made to them. */
uint64_t rules_disks_used(void);

/** All disks whose backends have made no trouble are as the toolstack made them. */
void rules_disks_are_closed(const char *when, enum rules_closer closer);

/** Something else than the firmware has closed its disks: the firmware does not close their ports
 *  any more, and the next user of the disks flushes what it has written. */
void rules_disks_were_taken(void);

/** Nothing has closed them: grants of the firmware's that the system does not use itself stay. */
void rules_disks_were_found_open(void);

/** What was written to a disk has been flushed, if its backend can do that... */
void rules_write_is_flushed(const char *when, unsigned disk);
/** ...and made no trouble. */
void rules_disk_is_flushed(const char *when, unsigned disk);

#endif
