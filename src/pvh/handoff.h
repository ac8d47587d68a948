/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the PVH entry leaves in low memory for the firmware: two blocks, and the arrays that they
 * point to. POST reads them before anything else uses that memory.
 *
 * The first is the one by which hvmloader tells SeaBIOS of an HVM guest: ACPI tables and memory
 * map. The second says that the guest is a PVH guest, which has no device model.
 */
#ifndef PVH_HANDOFF_H
#define PVH_HANDOFF_H

#include <stdint.h>

/** Where SeaBIOS expects hvmloader's block, and the other's place behind it. */
#define HANDOFF_HVM_ADDRESS 0x1000u
#define HANDOFF_PVH_ADDRESS 0x1040u

/** hvmloader's block, as SeaBIOS reads it (fw/xen.c). */
struct handoff_hvm {
    char signature[14]; /* HANDOFF_HVM_SIGNATURE, with its zero */
    uint8_t length;
    uint8_t checksum; /* makes the sum of all bytes 0 */
    uint32_t tables;  /* address of an array of addresses of tables: the RSDP */
    uint32_t tables_count;
    uint32_t e820; /* address of an array of struct e820_entry */
    uint32_t e820_count;
} __attribute__((packed));

#define HANDOFF_HVM_SIGNATURE "XenHVMSeaBIOS"

struct handoff_pvh {
    char signature[8]; /* HANDOFF_PVH_SIGNATURE, with its zero */
    uint8_t length;
    uint8_t checksum;
    uint16_t words_bytes;
    uint32_t words; /* address of the words of the guest's command line, each with a zero */
} __attribute__((packed));

#define HANDOFF_PVH_SIGNATURE "XenPVPH"

/** The most bytes of the command line's words. */
#define HANDOFF_WORDS_BYTES 1024u

/** Return: what makes the sum of @count bytes 0, if the byte for it is 0 now; else their sum. */
static inline uint8_t handoff_checksum(const void *bytes, uint32_t count)
{
    const uint8_t *next = bytes;
    uint8_t sum = 0;

    while (count--)
        sum = (uint8_t)(sum + *next++);
    return (uint8_t)-sum;
}

#endif
