/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disk behind a backend. Of any size: a sector that was never written has bytes that follow
 * from its number.
 */
#ifndef MODEL_DISK_H
#define MODEL_DISK_H

#include <stdint.h>

#define DISK_SECTOR_BYTES 512u

void disk_reset(void);
void disk_read(uint64_t sector, void *to);
void disk_write(uint64_t sector, const void *from);

#endif
