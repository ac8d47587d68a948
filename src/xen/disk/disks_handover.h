/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Closing the disks for the next system, and abandoning a disk.
 */
#ifndef XEN_DISKS_HANDOVER_H
#define XEN_DISKS_HANDOVER_H

#include "disks.h"

/**
 * Close all disks: the next system has drivers of its own, or none. A call to a disk opens it
 * again. If another call is in progress, it will never continue: it is abandoned.
 */
void disks_close_all(struct disks *disks);

/** Close all disks for an operating system that has announced itself, and become strict. While
 * another call is in progress, only let strict mode leave no disk open any more. */
void disks_leave(struct disks *disks);

/** Before this guest leaves its domain, with all disks closed, for a suspend that the firmware
 * performs: in hook mode, find out whether the daemon still has its claim; without it become
 * strict. Only while the caller holds the disks (disks_hold). */
void disks_leave_domain(struct disks *disks);

/** After that suspend: in hook mode, be strict until a daemon attends to the domain in which the
 * guest is now, which may be the same one (core_note_move). */
void disks_enter_domain(struct disks *disks);

/** How much a system that lives on int13 is trusted in strict mode. */
enum disks_kept {
    DISKS_NOT_KEPT,     /* nothing to tell the disks of */
    DISKS_KEPT_COUNTED, /* disks_note_sign would change something */
    DISKS_KEPT_OPEN,    /* the same, and disks are open: disks_note_tick may have them closed */
};

/** Return whether, in strict mode, disks are open between calls, or may be so later. */
enum disks_kept disks_kept(const struct disks *disks);

/** Note a tick of the BIOS. Return: whether the system has paused: call disks_close_kept. */
bool disks_note_tick(struct disks *disks);

/** Close the disks that strict mode has left open; the next call opens its disk again. Does nothing
 * while another call is in progress. */
void disks_close_kept(struct disks *disks);

/** Until disks_ungroup, take the calls for parts of one: strict mode leaves disks open between
 * them. They do not prove that a system lives on int13. */
void disks_group(struct disks *disks);

/** End a group of calls: close what strict mode leaves open no longer. Does nothing else while
 * another call is in progress. */
void disks_ungroup(struct disks *disks);

/** Note a sign that another system starts: in strict mode, close all disks at once, and leave none
 * open until the system has proven anew that it lives on int13. If a call is in progress, its end
 * or ticks close them. */
void disks_note_sign(struct disks *disks);

/** The same for good, in strict mode, for @reason, a text for the log: ticks cannot close the
 * disks. */
void disks_keep_no_more(struct disks *disks, const char *reason);

/** Close the disks without a call for a second, and forget what is cached of them: another drive is
 * in use. Does nothing while another call is in progress. */
void disks_close_idle(struct disks *disks);

/** Forget all that is cached: something was written by other ways than these disks. If another call
 * is in progress, forget it once that has ended. */
void disks_forget_cached(struct disks *disks);

/** Abandon @count disks, at least one, side by side: flush and close each that is open, and keep
 * all closed. Return: 0, or -XEN_EBUSY, with the disks unchanged, while another call is in
 * progress. */
int disks_give_up_all(struct disk *const abandoned[], unsigned count);

#endif
