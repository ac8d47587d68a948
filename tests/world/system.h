/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * An operating system with PV drivers of its own. It takes the disks over in one of the ways that
 * docs/admin/handover.md lists, with grant references from 8 on as Linux does, and reads and
 * writes. When it finds itself restored it connects again. To be called by the guest's first
 * processor.
 */
#ifndef WORLD_SYSTEM_H
#define WORLD_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

/** What it does first. */
enum system_way {
    SYSTEM_BY_READ,  /* of the unplug port, and then unplugs */
    SYSTEM_BY_WRITE, /* unplugs */
    SYSTEM_BY_ACPI,  /* which writes to the port of its own */
    SYSTEM_BY_LEAVE, /* int15 EC00h, a read by int13, then as SYSTEM_BY_READ */
    SYSTEM_LATE,     /* connects its first disk, then as SYSTEM_BY_READ, then the others */
    SYSTEM_AT_ONCE,  /* connects its disks; by ACPI where the firmware relies on the daemon */
    SYSTEM_WAYS,
};

void system_reset(void);

/** The guest's domain is new: memory for what an operating system will share. */
void system_new_domain(void);

/** It starts. @both: its second processor touches a port at about the same time. */
void system_take(enum system_way way, bool both);

bool system_runs(void);

/** Whether it has connected a disk. */
bool system_has_disk(unsigned disk);

void system_read(unsigned disk, uint32_t sector, uint32_t count);
void system_write(unsigned disk, uint32_t sector, uint32_t count);

/** It has the firmware read or write a disk that it has itself connected. */
void system_int13(unsigned disk, uint32_t sector, bool write);

/** It closes its disks, and is no more. */
void system_stop(void);

/** Fail the run if anything that it has was ended, closed or changed by anything else. */
void system_check(void);

#endif
