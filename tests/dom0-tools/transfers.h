/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The transfers that guest programs print, and the images that they use. */
#ifndef TRANSFERS_H
#define TRANSFERS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SECTOR       512u
#define MOST_SECTORS 128u

/* One line "R|W drive form lba count buffer value", all in hexadecimal. */
struct transfer {
    char kind;
    unsigned drive;
    char form;
    uint32_t lba;
    uint32_t count;
    uint32_t buffer; /* linear */
    bool leaves_segment;
    uint32_t value; /* R: checksum; W: salt of the pattern */
};

/* An image, mapped privately: changes stay in memory. */
struct image {
    uint8_t *data;
    uint64_t sectors;
};

/* The sizes and places that each form of call has used. */
struct coverage {
    bool sizes[MOST_SECTORS + 1];
    bool odd_buffer;
    bool even_buffer;
    bool leaves_segment;
    bool crosses_64k;
    bool first_sector;
    bool last_sector;
};

/* Print to stderr and exit with status 2: the check was not possible. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/*
 * Read the next line that starts with one of `kinds` from a guest's output, and skip others. False
 * at the guest's last line, "DONE passed=N failed=M". If the output ends without that line, this
 * program ends.
 */
bool transfer_next(FILE *serial, const char *kinds, struct transfer *transfer);

/* Whether the guest's last line reports at least one check and no failure. */
bool guest_was_content(void);

/* Map a file, whose size must be a multiple of a sector. */
struct image image_open(const char *path);

/* The drive number of an argument "81=FILE"; *rest becomes FILE. */
unsigned drive_argument(char *argument, char **rest);

/* Record a transfer on a disk of `sectors` sectors. */
void coverage_note(struct coverage coverage[], const struct transfer *transfer, uint64_t sectors);

/* Whether each form in `forms` has been used in every size and place. Prints what is missing. */
bool coverage_complete(const struct coverage coverage[], const char *forms);

#endif
