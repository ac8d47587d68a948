/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "start_info.h"

#include <stdbool.h>

#define LIMIT (UINT64_C(1) << 32)

const char *start_info_fault(const struct hvm_start_info *info)
{
    if (info->magic != XEN_HVM_START_MAGIC_VALUE)
        return "it was not started by Xen's domain builder as a PVH guest";
    if (!info->version || !info->memmap_entries)
        return "Xen gives it no memory map";
    if (info->memmap_entries > START_INFO_MEMMAP_MAX)
        return "the memory map has too many entries";
    if (info->memmap_paddr >= LIMIT ||
        info->memmap_entries * sizeof(struct hvm_memmap_table_entry) > LIMIT - info->memmap_paddr)
        return "the memory map is above 4 GiB";
    if (info->cmdline_paddr >= LIMIT)
        return "the command line is above 4 GiB";
    if (info->rsdp_paddr >= LIMIT)
        return "the ACPI tables are above 4 GiB";
    return 0;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

uint32_t start_info_words(const char *line, char *words, uint32_t size)
{
    uint32_t used = 0, begun = 0;

    for (uint32_t i = 0; i < size; i++) {
        char c = line[i];
        bool ends = !c || is_space(c);

        if (!ends) {
            words[begun++] = c;
            continue;
        }
        if (begun > used) {
            words[begun++] = 0;
            used = begun;
        }
        if (!c)
            break;
    }
    return used;
}
