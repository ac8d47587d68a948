/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The firmware as its callers see it: POST, int13, int15, int19. Each call is followed by what must
 * hold after it. To be called by the guest's first processor.
 */
#ifndef WORLD_FIRMWARE_H
#define WORLD_FIRMWARE_H

#include "xen/base/handover_mode.h"

#include <stdbool.h>
#include <stdint.h>

void firmware_post(void);

/** Whether POST has found all disks. It may not have when it was disturbed. */
bool firmware_has_disks(void);

/** The mode that the firmware has at this time. */
enum handover_mode firmware_mode(void);

/** int13: read or write, and compare with what the disks must hold. */
void firmware_read(unsigned disk, uint32_t sector, uint32_t count);
void firmware_write(unsigned disk, uint32_t sector, uint32_t count);
void firmware_reset_disk(unsigned disk);

/** int13: check a sector of a disk; or of a CD-ROM drive only whether it has a medium. */
void firmware_check(unsigned disk, uint32_t sector, bool sectors);

/** int13 of a disk that an operating system has: it must fail. */
void firmware_must_refuse(unsigned disk, uint32_t sector, bool write);

/** The system makes no call for a while, or asks for the map of the memory: disks that strict mode
 * has left open are closed. */
void firmware_pause(void);

/** The system makes no call for so long; ticks come. */
void firmware_idle(uint64_t us);

/** A tick comes in a mode of the processor in which the firmware cannot close disks. */
void firmware_is_unreached(void);

void firmware_boot(void);
void firmware_other_drive(void);
void firmware_leave(void);

/** A boot loader reads the unplug port, and goes on with int13. */
void firmware_port_read(void);

/** Calls so far; and whether one is under way. */
unsigned firmware_calls(void);
bool firmware_is_called(void);

#endif
