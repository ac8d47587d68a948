/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reading a drive for a while, and how long that takes. The drive is one that pattern-disk in dom0
 * has filled, at least where it is read: each sector has the pattern of its number with salt 0.
 */
#ifndef READ_SPEED_H
#define READ_SPEED_H

#include "clock.h"
#include "int13.h"

/* What is read comes here, and what is written may be taken from here: MOST_SECTORS. */
#define SPEED_BUFFER (LOW_BUFFERS + 0x10000)

/* The functions that take a packet. */
#define MANY_READ  0x42
#define MANY_WRITE 0x43

/* Where a call reads: from the sector of the call before, and how many sectors a call has. */
typedef uint32_t next_place(uint32_t before, uint32_t count);

/* A stretch of time that is looked at often enough for both clocks. */
struct laps {
    struct stretch stretch;
    uint64_t next;
};

void laps_begin(struct laps *laps);

/* @now: of the time-stamp counter. */
void laps_look(struct laps *laps, uint64_t now);

/* One call, between the drive and the buffer. False, with a failed check, when it fails. */
bool speed_transfer(uint8_t function, uint8_t drive, uint32_t lba, uint32_t count,
                    const char *what);

/* Whether sector number @index of the buffer has the pattern of @lba; a failed check if not. */
bool speed_sector_is_good(uint32_t index, uint32_t lba, uint32_t salt, const char *what);

/* Print "S drive=.. WHAT bytes=.. microseconds=.. calls=..". */
void speed_report(uint8_t drive, const char *what, uint32_t calls, uint32_t count,
                  uint32_t microseconds);

/* What is read, and until when. */
struct reads {
    uint8_t drive;
    uint32_t count;   /* sectors a call */
    uint32_t first;   /* sector of the first call */
    next_place *next; /* of the others */
    uint32_t calls;   /* so many; 0: as long as the time goes */
    uint32_t milliseconds;
};

/* Read, and print how long it took. What is read is checked: the first and the last sector of each
 * call by their first words, all of the last call by all of theirs. */
void measure_reads(const char *what, const struct reads *reads);

#endif
