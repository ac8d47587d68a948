/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Whether the disks stay open between two calls in strict mode.
 *
 * Strict mode closes all disks at the end of each call, because the next thing that the caller does
 * may be to start an operating system with drivers of its own. No boot loader and no starting
 * system makes many writes by int13. So a system that makes them lives on int13, and a connection
 * for each of its writes protects nothing: its disks stay open while it goes on calling. They are
 * closed when it pauses, and whenever something looks like the start of another system.
 */
#ifndef XEN_KEEP_OPEN_H
#define XEN_KEEP_OPEN_H

#include "xen/hv/instant.h"

struct keep_open {
    unsigned needed;      /* writes that prove that a system lives on int13; 0: none do */
    unsigned writes;      /* since POST, or since the last sign of a starting system */
    unsigned ticks;       /* of the BIOS since the last call ended */
    bool ended;           /* no disk stays open again before a reset */
    bool awaits_tick;     /* none has come between the last call and this one; disks were open */
    struct instant since; /* when the last call ended */
    struct instant tick;  /* no tick has come since, while disks were open */
};

/** Note a write that has succeeded. */
void keep_open_note_write(struct keep_open *keep);

/** Check whether the system has proven that it lives on int13. */
bool keep_open_is_proven(const struct keep_open *keep);

/** Check whether a sign of a starting system would change anything. */
bool keep_open_is_counting(const struct keep_open *keep);

/** Note that a call ends that leaves disks open. */
void keep_open_note_end(struct keep_open *keep);

/**
 * Note that a call begins at @now. @open: whether it finds disks open. If no tick of the BIOS has
 * come for a second, however many calls have, nothing would close the disks when the system pauses:
 * then no disk stays open any more.
 */
void keep_open_note_call(struct keep_open *keep, const struct instant *now, bool open);

/** Note a tick of the BIOS. Return: whether the system has paused, so that the disks have to be
 * closed: at least two ticks have come since the last call, and not all at once. */
bool keep_open_note_tick(struct keep_open *keep);

/** Note a sign of a starting system: it has to prove anew that it lives on int13. */
void keep_open_restart(struct keep_open *keep);

/** Keep no disk open again, for @reason, a text for the log: nothing can be relied on to close
 * it. */
void keep_open_end(struct keep_open *keep, const char *reason);

#endif
