/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the disks must hold: a second account, kept from what int13 and the operating system were
 * answered. A sector that is being written, or whose write has failed, may hold what it held or
 * what was to be written.
 */
#ifndef WORLD_TRUTH_H
#define WORLD_TRUTH_H

#include <stdbool.h>
#include <stdint.h>

void truth_reset(void);

/** A write of sectors begins. @bytes: is filled with what is to be written, new each time. */
void truth_write_begin(unsigned disk, uint32_t sector, uint32_t count, void *bytes);

/** It has succeeded: the sectors hold this and nothing else. */
void truth_written(unsigned disk, uint32_t sector, uint32_t count);

/** Fail the run unless this may be what the sectors hold. */
void truth_compare(const char *reader, unsigned disk, uint32_t sector, uint32_t count,
                   const void *bytes);

/** The same for all that is in the images. */
void truth_compare_images(void);

/** A sector that was written, to be read: the @number-th, of any disk. False: fewer
 *  were. */
bool truth_find(unsigned number, unsigned *disk, uint32_t *sector);

#endif
