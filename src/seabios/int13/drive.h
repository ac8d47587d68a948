/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Drives of SeaBIOS for the disks of the Xen core.
 */
#ifndef SEABIOS_DRIVE_H
#define SEABIOS_DRIVE_H

#include "block.h" // struct disk_op_s

/* QEMU's "ahci" is an Intel ICH9. */
#define QEMU_AHCI_DEVICE_ID 0x2922

/* Behind all types that SeaBIOS has, so that PV-only disks come after the emulated ones. */
#define DTYPE_XENPV 0xa0

/**
 * POST, after SeaBIOS' own drivers: find the PV disks, connect them, and register a drive for each
 * that has none by its emulated twin. Return: 1 if the hook in dom0 has to be told when an
 * operating system starts, else 0.
 */
int xenpv_drives_setup(void);

/** POST, after that: 1 if any drive is served by a PV disk, else 0. */
int xenpv_drives_exist(void);

/**
 * Run a request of int13 on one of our drives, in 32-bit flat mode.
 *
 * Return: a DISK_RET_* status. On error op->count is what SeaBIOS' own drivers leave in it.
 */
int xenpv_process_op_32(struct disk_op_s *op);

/** The status of int13 for an error of the core. */
int xenpv_status(int error);

/** Whether one of our disks is open: 1 or 0, for 16-bit code. */
extern u8 XenpvOpen;

/** To be called when that may have changed, by 32-bit code. */
void xenpv_note_open(void);

/** Set by 16-bit code when a drive that is none of ours was written to, or is about to be. */
extern u8 XenpvOthersWrote;

/** Forget what is cached if that was so. By 32-bit code, before it serves a request. */
void xenpv_notice_writes(void);

/** Why disks are closed. */
enum xenpv_close {
    XENPV_CLOSE_FOR_BOOT,   /* something else is booted, or the machine is reset: all */
    XENPV_CLOSE_FOR_SYSTEM, /* an operating system starts: all, and from now on after each call */
    XENPV_CLOSE_FOR_OTHER_DRIVE, /* a drive that is not ours is used: those not used for a second */
};

/**
 * Close our disks, in 32-bit flat mode: what comes next has drivers of its own, or none.
 *
 * The next request of int13 opens its disk again. @occasion: an enum xenpv_close. Return: 0.
 */
int xenpv_close_32(u32 occasion);

#endif
