/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads a drive for a while, and measures the time. pattern-disk in dom0 has filled the drive, at
 * least the part that is read: each sector has the pattern of its number with salt 0.
 */
#ifndef READ_SPEED_H
#define READ_SPEED_H

#include "clock.h"
#include "int13.h"

/* The buffer of reads, MOST_SECTORS large; writes may use it too. */
#define SPEED_BUFFER (LOW_BUFFERS + 0x10000)

/* The functions that take a packet. */
#define MANY_READ  0x42
#define MANY_WRITE 0x43

/* The sector of the next call, from the sector of the last one and the number of sectors a call. */
typedef uint32_t next_place(uint32_t before, uint32_t count);

/* A stretch of time (clock.h) that is lapped often enough. */
struct laps {
    struct stretch stretch;
    uint64_t next;
};

void laps_begin(struct laps *laps);

/* @now: of the time-stamp counter. */
void laps_look(struct laps *laps, uint64_t now);

/* Make one call, between the drive and the buffer. False, with a failed check, if it fails. */
bool speed_transfer(uint8_t function, uint8_t drive, uint32_t lba, uint32_t count,
                    const char *what);

/* Check that sector number @index of the buffer has the pattern of @lba. */
bool speed_sector_is_good(uint32_t index, uint32_t lba, uint32_t salt, const char *what);

/* Print "S drive=.. WHAT bytes=.. microseconds=.. calls=..". */
void speed_report(uint8_t drive, const char *what, uint32_t calls, uint32_t count,
                  uint32_t microseconds);

/* What to read, and for how long. */
struct reads {
    uint8_t drive;
    uint32_t count;   /* sectors a call */
    uint32_t first;   /* sector of the first call */
    next_place *next; /* of the others */
    uint32_t calls;   /* number of calls; 0: until the time is over */
    uint32_t milliseconds;
};

/* Read, and print the time. Checks the data: the first words of the first and the last sector of
 * each call, and all words of the last call. */
void measure_reads(const char *what, const struct reads *reads);

#endif
