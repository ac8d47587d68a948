/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the log says of the BIOS' attempts to boot: from which PV disk it boots, and, once an
 * attempt has failed, why. boot_report.h has what is known of PV disks; seam/boot.c calls this. All
 * of it is 32-bit flat code.
 */
#ifndef SEABIOS_BOOT_ATTEMPT_H
#define SEABIOS_BOOT_ATTEMPT_H

#include <stdbool.h>

struct disk;
struct drive_s;

/** The devices that the BIOS boots from, one after the other. */
enum boot_device {
    BOOT_DEVICE_HARD_DISK, /* the first one, with the number 80h */
    BOOT_DEVICE_FLOPPY,
    BOOT_DEVICE_CD,
    BOOT_DEVICE_OTHER, /* the code of an option ROM */
    BOOT_DEVICE_NONE,  /* there is none left */
};

/** Return the PV disk that serves a hard disk; NULL if none does. */
struct disk *boot_attempt_disk(struct drive_s *drive);

/** Begin an attempt: log from which PV disk, if it is one. */
void boot_attempt_begin(enum boot_device device);

/** Note that the boot code of the device is about to run. */
void boot_attempt_note_started(void);

/** Check whether it was started. */
bool boot_attempt_was_started(void);

/**
 * Log why the attempt has failed; with BOOT_DEVICE_NONE there was none. @again: int19 boots from
 * the first device again; if not, int18 continues with the next one.
 */
void boot_attempt_failed(enum boot_device device, bool again);

/** Log what became of the disks that were not tried: there is no device left to boot from. */
void boot_attempt_give_up(void);

#endif
