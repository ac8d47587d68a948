/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What the daemon remembers of the last hand-over of a domain, for its log and for --status. */
#ifndef HOOKD_HANDOVER_REPORT_H
#define HOOKD_HANDOVER_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "access.h"
#include "disk_close.h"

/** Maximum number of disks that are named as not closed: the firmware serves no more. */
#define HANDOVER_OPEN_MAX 16u

/** Size of a trigger as text, with the terminating zero. */
#define HANDOVER_TRIGGER_BYTES 16

/** Triggers other than an access, such as "0x10/read". */
#define HANDOVER_TRIGGER_STOP     "stop"     /* the daemon is stopping */
#define HANDOVER_TRIGGER_TAKEOVER "takeover" /* an earlier daemon has begun it */

struct handover_report {
    time_t began;      /* when the daemon saw the first access; 0: no hand-over yet */
    uint64_t began_ms; /* the same moment in clock_ms() */
    bool ended;        /* the first processor is answered, or none waits */
    uint32_t wait_ms;  /* from the first access to the first answer; only valid if ended */
    char trigger[HANDOVER_TRIGGER_BYTES]; /* that access: its port and direction */
    unsigned disks, closed;
    uint32_t open[HANDOVER_OPEN_MAX]; /* the numbers of the disks that were not closed */
};

/** Begin the report of a new hand-over. @access: the first one that waits; NULL: none does.
 * @stopping: whether the daemon is stopping. */
void handover_report_begin(struct handover_report *report, const struct access *access,
                           bool stopping);

/** Add a disk whose close has ended. */
void handover_report_disk(struct handover_report *report, const struct disk_close *disk);

/** The daemon is about to answer a processor of domain @domid, or none waits. The first call after
 * the begin of a hand-over logs it, the others do nothing. */
void handover_report_end(struct handover_report *report, uint32_t domid);

/** Return: how long the guest has waited, in milliseconds; 0 if no access began the hand-over. */
uint32_t handover_report_wait(const struct handover_report *report);

/** Return: whether an access began the hand-over. */
bool handover_report_has_access(const struct handover_report *report);

/** Return: the number of disks in report->open. */
unsigned handover_report_open_count(const struct handover_report *report);

#endif
