/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A read of a few sectors, compared later: with the medium that the test expects by then. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "xen/base/bytes.h"
#include "xen/disk/disks.h"

#define SAMPLE_SECTORS 8u

/** What sample_read has read. */
extern uint8_t sample[SAMPLE_SECTORS * SECTOR_BYTES];

/** Read a sample from @sector of a disk on. Return: as disks_read. */
int sample_read(struct disk *disk, uint64_t sector);

/** Check whether the sample is what the model's disk has from @sector on. */
bool sample_is(uint64_t sector);

#endif
