/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* int13 calls, in every form that a caller may use. */
#ifndef INT13_H
#define INT13_H

#include "guest.h"

#define SECTOR      512u
#define FIRST_DRIVE 0x80

/* The most that one call transfers: 64 KiB. */
#define MOST_SECTORS 128u

/* Status, as SeaBIOS returns it in AH. */
#define STATUS_SUCCESS      0x00
#define STATUS_PARAMETER    0x01
#define STATUS_WRITEPROTECT 0x03
#define STATUS_BOUNDARY     0x09
#define STATUS_BADTRACK     0x0c
#define STATUS_NOTREMOVABLE 0xb2

/* The functions with a CHS and an LBA form; the value is AH of the CHS form. */
enum operation {
    OPERATION_READ = 0x02,
    OPERATION_WRITE = 0x03,
    OPERATION_VERIFY = 0x04,
};

/* How a call gives its sectors and its buffer. Printed transfers have the letter. */
enum form {
    FORM_CHS = 'C',         /* CHS, offset below 16 */
    FORM_CHS_SEGMENT = 'c', /* CHS, the buffer runs over the end of its segment */
    FORM_LBA = 'L',         /* packet of 16 or 24 bytes, offset below 16 */
    FORM_LBA_SEGMENT = 'l', /* packet, the buffer runs over the end of its segment */
    FORM_LBA_HMA = 'M',     /* packet, segment ffff: the first 64 KiB above 1 MiB */
    FORM_FLAT = 'F',        /* packet with a flat address, below 1 MiB */
    FORM_FLAT_HIGH = 'H',   /* packet with a flat address, above 1 MiB */
};

/* The packet of functions 42h, 43h, 44h and 47h. */
struct packet {
    uint8_t size;
    uint8_t reserved;
    uint16_t count;
    uint16_t offset;
    uint16_t segment;
    uint64_t lba;
    uint64_t flat;
};

/* The table of function 48h up to EDD 3.0. */
struct drive_table {
    uint16_t size;
    uint16_t flags;
    uint32_t cylinders;
    uint32_t heads;
    uint32_t sectors_per_track;
    uint64_t sectors;
    uint16_t sector_size;
    uint8_t more[48];
} __attribute__((packed));

/* The geometry of function 08h as counts, not as largest values. */
struct geometry {
    uint32_t cylinders;
    uint32_t heads;
    uint32_t sectors;
    uint8_t drives;
};

/* What a call returned. */
struct outcome {
    bool carry;
    uint8_t status; /* AH */
    uint8_t al;
    uint16_t count; /* of the packet, after the call */
    struct regs regs;
};

/* One transfer. */
struct transfer {
    enum operation operation;
    enum form form;
    uint8_t drive;
    uint64_t lba;
    uint32_t count;
    uint32_t buffer;  /* linear */
    uint8_t flags;    /* AL of function 43h */
    uint16_t segment; /* filled in by transfer_place */
    uint16_t offset;
};

/* How calls are made: bios_int, or v86_bios_int (v86.h). */
extern void (*int13_mode)(uint8_t vector, struct regs *regs);

/* Call any function with any registers; AH and DL come from the arguments. */
struct outcome int13(uint8_t function, uint8_t drive, struct regs regs);

/* Call a function that takes only the drive. */
struct outcome int13_simple(uint8_t function, uint8_t drive);

/* Call a function that takes a packet. The packet is copied to where real mode can reach it. */
struct outcome int13_packet(uint8_t function, uint8_t drive, const struct packet *packet,
                            uint8_t al);

/* Call a CHS function with exactly these values, valid or not. */
struct outcome int13_chs(uint8_t function, uint8_t drive, uint32_t cylinder, uint32_t head,
                         uint32_t sector, uint8_t count, uint32_t buffer);

/* Get the table of function 48h; table->size is the size that the call gives. */
struct outcome int13_table(uint8_t drive, struct drive_table *table);

/* Get the geometry that function 08h reports. False, with a failed check, if the call fails. */
bool geometry_read(uint8_t drive, struct geometry *geometry);

/* The number of sectors that function 48h reports; 0, with a failed check, if the call fails. */
uint64_t sectors_read(uint8_t drive);

/* Choose segment and offset of a transfer, before int13_transfer, so that the caller can print
 * them.
 */
void transfer_place(struct transfer *transfer);

/* Perform a transfer that transfer_place has prepared. CHS forms use the given geometry. */
struct outcome int13_transfer(const struct transfer *transfer, const struct geometry *geometry);

#endif
