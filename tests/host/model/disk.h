/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disk behind the backends, of any size: the content of a sector that was never written follows
 * from its number.
 */
#ifndef MODEL_DISK_H
#define MODEL_DISK_H

#include <stdint.h>

#define DISK_SECTOR_BYTES 512u

void disk_reset(void);
void disk_read(uint64_t sector, void *to);
/** What the sector held before anything was written. */
void disk_read_original(uint64_t sector, void *to);

void disk_write(uint64_t sector, const void *from);

#endif
