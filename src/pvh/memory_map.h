/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The memory map of a PVH guest as SeaBIOS takes it: e820, in the form that hvmloader gives it in
 * an HVM guest.
 */
#ifndef PVH_MEMORY_MAP_H
#define PVH_MEMORY_MAP_H

#include <stdint.h>

#include "start_info.h"
#include "xen/hv/special_frames.h"

/** Types of e820: ACPI specification, "Address Range Types". */
#define E820_RAM      1u
#define E820_RESERVED 2u

/** An entry of e820: ACPI specification, "INT 15H, E820H". */
struct e820_entry {
    uint64_t address, size;
    uint32_t type;
} __attribute__((packed));

/** The most entries: SeaBIOS keeps 32, and adds some of its own. */
#define MEMORY_MAP_MAX 24u

struct memory_map {
    struct e820_entry entries[MEMORY_MAP_MAX];
    uint32_t count;
};

/** Memory that the firmware reserves: Xen has its ACPI tables at the beginning and its rings
 * at the end, the firmware maps Xen's frames between them (special_frames.h), and the local APIC is
 * there.
 */
#define MEMORY_MAP_RESERVED     0xfc000000u
#define MEMORY_MAP_RESERVED_END 0xff000000u

/** Memory that has to be RAM for the firmware to start: where it runs. */
#define MEMORY_MAP_LOW_END 0x100000u

/** Memory where Xen's map has to have nothing at all, because the firmware maps Xen's frames there:
 * mapped over a page of the guest's or of Xen's, they cost that page. */
#define MEMORY_MAP_FRAMES     (SPECIAL_FRAMES_FIRST << 12)
#define MEMORY_MAP_FRAMES_END (MEMORY_MAP_FRAMES + (SPECIAL_FRAMES_COUNT << 12))

/**
 * Make a map from that of Xen, @from, of @count entries. The memory below MEMORY_MAP_LOW_END and
 * that of @image have to be RAM, each in one piece.
 *
 * RAM stays RAM. All else becomes reserved: an ACPI table that is not, SeaBIOS takes for RAM at the
 * end of memory. Reserved memory comes last, so it counts where entries overlap.
 *
 * Return: NULL, or why the firmware cannot start with this map, as the end of a sentence.
 */
const char *memory_map_build(struct memory_map *map, const struct hvm_memmap_table_entry *from,
                             uint32_t count, const struct start_image *image);

#endif
