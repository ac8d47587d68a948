/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "memory_map.h"

#include <stdbool.h>

static bool is_ram(const struct hvm_memmap_table_entry *entry)
{
    return entry->type == XEN_HVM_MEMMAP_TYPE_RAM;
}

/* Return: whether the entry and the memory from @begin to before @end have a byte in common. */
static bool overlaps(const struct hvm_memmap_table_entry *entry, uint64_t begin, uint64_t end)
{
    return entry->size && entry->addr < end && entry->addr + entry->size > begin;
}

static bool covers(const struct hvm_memmap_table_entry *entry, uint64_t begin, uint64_t end)
{
    return entry->addr <= begin && entry->addr + entry->size >= end;
}

/* Return: why the firmware does not start with this entry, wherever it is; NULL if it may. */
static const char *entry_fault(const struct hvm_memmap_table_entry *entry)
{
    if (entry->size > UINT64_MAX - entry->addr)
        return "the memory map has an entry without an end";
    if (overlaps(entry, MEMORY_MAP_FRAMES, MEMORY_MAP_FRAMES_END))
        return "there is something at fe700000, where the firmware maps frames of Xen's";
    if (!is_ram(entry))
        return 0;
    if (overlaps(entry, MEMORY_MAP_RESERVED, MEMORY_MAP_RESERVED_END))
        return "there is RAM between fc000000 and ff000000, which is reserved";
    return 0;
}

/* Return: whether this memory is RAM, in one piece, and nothing else. */
static bool is_all_ram(const struct hvm_memmap_table_entry *from, uint32_t count, uint64_t begin,
                       uint64_t end)
{
    bool is_covered = false;

    for (uint32_t i = 0; i < count; i++) {
        if (is_ram(&from[i]))
            is_covered = is_covered || covers(&from[i], begin, end);
        else if (overlaps(&from[i], begin, end))
            return false;
    }
    return is_covered;
}

static const char *map_fault(const struct hvm_memmap_table_entry *from, uint32_t count,
                             const struct start_image *image)
{
    const char *fault = 0;

    for (uint32_t i = 0; i < count && !fault; i++)
        fault = entry_fault(&from[i]);
    if (fault)
        return fault;
    if (!is_all_ram(from, count, 0, MEMORY_MAP_LOW_END))
        return "the memory below 1 MiB is not all RAM";
    if (!is_all_ram(from, count, image->begin, image->end))
        return "the memory of its own image is not all RAM";
    return 0;
}

/* Add memory that is not empty. Return: false if there is no room. */
static bool add(struct memory_map *map, uint64_t address, uint64_t size, uint32_t type)
{
    if (!size)
        return true;
    if (map->count == MEMORY_MAP_MAX)
        return false;
    map->entries[map->count++] = (struct e820_entry){address, size, type};
    return true;
}

/* Add the entries that are RAM, or those that are not. */
static bool add_kind(struct memory_map *map, const struct hvm_memmap_table_entry *from,
                     uint32_t count, bool ram)
{
    for (uint32_t i = 0; i < count; i++)
        if (is_ram(&from[i]) == ram &&
            !add(map, from[i].addr, from[i].size, ram ? E820_RAM : E820_RESERVED))
            return false;
    return true;
}

const char *memory_map_build(struct memory_map *map, const struct hvm_memmap_table_entry *from,
                             uint32_t count, const struct start_image *image)
{
    const char *fault = map_fault(from, count, image);

    map->count = 0;
    if (fault)
        return fault;
    if (!add_kind(map, from, count, true) || !add_kind(map, from, count, false) ||
        !add(map, MEMORY_MAP_RESERVED, MEMORY_MAP_RESERVED_END - MEMORY_MAP_RESERVED,
             E820_RESERVED))
        return "the memory map has too many entries";
    return 0;
}
