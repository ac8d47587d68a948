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

static const char *check(const struct hvm_memmap_table_entry *from, uint32_t count)
{
    bool has_low = false;

    for (uint32_t i = 0; i < count; i++) {
        if (from[i].size > UINT64_MAX - from[i].addr)
            return "the memory map has an entry without an end";
        if (is_ram(&from[i]) && overlaps(&from[i], MEMORY_MAP_RESERVED, MEMORY_MAP_RESERVED_END))
            return "there is RAM at fc000000, where the firmware maps frames of Xen's";
        if (is_ram(&from[i]))
            has_low = has_low || covers(&from[i], 0, MEMORY_MAP_LOW_END);
        else if (overlaps(&from[i], 0, MEMORY_MAP_LOW_END))
            return "the memory below 1 MiB is not all RAM";
    }
    return has_low ? 0 : "the memory below 1 MiB is not all RAM";
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
                             uint32_t count)
{
    const char *fault = check(from, count);

    map->count = 0;
    if (fault)
        return fault;
    if (!add_kind(map, from, count, true) || !add_kind(map, from, count, false) ||
        !add(map, MEMORY_MAP_RESERVED, MEMORY_MAP_RESERVED_END - MEMORY_MAP_RESERVED,
             E820_RESERVED))
        return "the memory map has too many entries";
    return 0;
}
