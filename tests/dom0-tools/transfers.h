/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The lines of guest programs about their transfers, and the images they went to. */
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

/* What has been seen of each form of call. */
struct coverage {
    bool sizes[MOST_SECTORS + 1];
    bool odd_buffer;
    bool even_buffer;
    bool leaves_segment;
    bool crosses_64k;
    bool first_sector;
    bool last_sector;
};

/* Print to stderr and exit with status 2: the check could not be made. */
void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/*
 * Read the next line that starts with one of `kinds` from a guest's output; other lines pass. False
 * at the guest's last line, "DONE passed=N failed=M"; output that ends without it ends this
 * program.
 */
bool transfer_next(FILE *serial, const char *kinds, struct transfer *transfer);

/* Whether the guest's last line says that checks were made and none failed. */
bool guest_was_content(void);

/* Map a file; its size must be whole sectors. */
struct image image_open(const char *path);

/* The drive number of an argument "81=FILE"; *rest becomes FILE. */
unsigned drive_argument(char *argument, char **rest);

/* Note a transfer on a disk of `sectors` sectors. */
void coverage_note(struct coverage coverage[], const struct transfer *transfer, uint64_t sectors);

/* Whether each form in `forms` was seen in every size and placement; what is missing is printed. */
bool coverage_complete(const struct coverage coverage[], const char *forms);

#endif
