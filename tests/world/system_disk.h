/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The frontends of the operating system. */
#ifndef WORLD_SYSTEM_DISK_H
#define WORLD_SYSTEM_DISK_H

#include <stdbool.h>
#include <stdint.h>

/** The guest's domain is new: memory for what will be shared. */
void system_disks_new_domain(void);

/** Map the grant table, and connect the first @count disks. Reset a disk first if it is not closed.
 */
void system_disks_connect(unsigned count);

/** Connect again if the guest has been restored since. */
void system_disks_resume(void);

/** Close all disks, and unmap the grant table. */
void system_disks_disconnect(void);

/** It may not be if its backend makes trouble. */
bool system_disk_is_connected(unsigned disk);

/** Move up to 8 sectors. Return: whether that has worked; it may not if the backend makes trouble.
 */
bool system_disk_transfer(unsigned disk, bool write, uint32_t sector, uint32_t count,
                          uint8_t *bytes);

/** Fail the run if anything of these disks was ended, closed or changed by anything else. */
void system_disks_check(void);

#endif
