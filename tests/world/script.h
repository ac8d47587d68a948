/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What happens in a run: a list of events that follows from the seed. Those of the guest come one
 * after the other. The others, disturbances, are set going when it is their turn, and happen so
 * many turns later, in the middle of whatever the guest does then.
 */
#ifndef WORLD_SCRIPT_H
#define WORLD_SCRIPT_H

#include "backends.h"
#include "xen/base/handover_mode.h"

#include <stdbool.h>
#include <stdint.h>

enum event_kind {
    /* Of the guest, while no operating system runs. */
    EVENT_READ,      /* int13: disk, sector, count */
    EVENT_WRITE,     /* the same */
    EVENT_RESET,     /* int13 AH=00h: disk */
    EVENT_CHECK,     /* int13 AH=44h (1) or of the medium, AH=16h (0): disk, sector, which */
    EVENT_BOOT,      /* int19 */
    EVENT_OTHER,     /* int13 of a drive that SeaBIOS drives itself */
    EVENT_UNREACHED, /* a tick comes in virtual 8086 mode, where the firmware cannot close disks */
    EVENT_LEAVE,     /* int15 AX=EC00h */
    EVENT_PORT,      /* a boot loader reads the unplug port */
    EVENT_TAKE,      /* an operating system takes over: enum system_way */
    /* Of the guest, while one runs. */
    EVENT_SYSTEM_READ, /* disk, sector, count */
    EVENT_SYSTEM_WRITE,
    EVENT_SYSTEM_INT13, /* it has the firmware read (0) or write (1) a disk that it has connected */
    EVENT_SYSTEM_STOP,  /* it closes its disks and goes back to the firmware */
    /* Of the guest at any time. */
    EVENT_PAUSE,  /* it does nothing: ms */
    EVENT_REBOOT, /* its domain is made anew */
    /* Disturbances. */
    EVENT_DESTROY, /* the same, at an instant */
    EVENT_RESTORE, /* 1: xenstore keeps its port; 1: moved live; ms in which it does not run */
    EVENT_PAUSED,  /* dom0 pauses the guest: ms */
    EVENT_KILL,    /* the daemon is killed, and started again after: ms */
    EVENT_RELEASE, /* the same, with a run of --release in between */
    EVENT_TERM,    /* the daemon is asked to end; the next one comes after: ms */
    EVENT_TROUBLE, /* disk, enum trouble, ms */
    EVENT_MEDIUM,  /* disk, enum media_change, ms; d: the old image comes back */
    EVENT_STORE,   /* xenstored is slow: us for a request, for: ms */
    EVENT_QEMU,    /* QEMU's monitor and drops of the page cache are: ms for one, for: ms */
    EVENTS,
};

struct event {
    enum event_kind kind;
    uint32_t a, b, c;
    bool d;
    uint32_t delay; /* of a disturbance: turns */
    bool skipped;   /* to see whether the run fails without it */
};

/** Make the list, and the guest with its disks. */
void script_make(uint64_t seed);

/** Leave out an event of the list. */
void script_skip(unsigned number);

/** The ROM's mode of the hand-over, and whether the daemon runs before the guest does. */
enum handover_mode script_mode(void);
bool script_daemon_is_first(void);

/** Whether the guest is a PVH guest: it has no QEMU. */
bool script_is_pvh(void);

/** Whether ticks of the BIOS arrive. */
bool script_has_ticks(void);

unsigned script_length(void);
unsigned script_position(void);
void script_print(void);

/** The guest's next event; disturbances before it are set going. NULL: there is none. */
const struct event *script_next(void);

/** Have disturbances happen whose time has come. */
void script_run(void);

/** Whether all that was set going has happened, and is over. */
bool script_is_calm(void);

#endif
