/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "start_info.h"

#define LIMIT (UINT64_C(1) << 32)

static uint64_t memmap_bytes(const struct hvm_start_info *info)
{
    return (uint64_t)info->memmap_entries * sizeof(struct hvm_memmap_table_entry);
}

static bool overlaps(uint64_t address, uint64_t bytes, const struct start_image *image)
{
    return address < image->end && address + bytes > image->begin;
}

/* Return: why the memory map cannot be read; NULL if it can. */
static const char *memmap_fault(const struct hvm_start_info *info)
{
    if (!info->version || !info->memmap_entries)
        return "Xen gives it no memory map";
    if (info->memmap_entries > START_INFO_MEMMAP_MAX)
        return "the memory map has too many entries";
    if (info->memmap_paddr >= LIMIT || memmap_bytes(info) > LIMIT - info->memmap_paddr)
        return "the memory map is above 4 GiB";
    return 0;
}

const char *start_info_fault(const struct hvm_start_info *info, uint64_t address,
                             const struct start_image *image)
{
    const char *fault;

    if (info->magic != XEN_HVM_START_MAGIC_VALUE)
        return "it was not started by Xen's domain builder as a PVH guest";
    fault = memmap_fault(info);
    if (fault)
        return fault;
    if (info->cmdline_paddr >= LIMIT)
        return "the command line is above 4 GiB";
    if (info->rsdp_paddr >= LIMIT)
        return "the ACPI tables are above 4 GiB";
    /* A line that only runs into the image is read as it is there. */
    if (overlaps(address, sizeof(*info), image) ||
        overlaps(info->memmap_paddr, memmap_bytes(info), image) ||
        overlaps(info->cmdline_paddr, 1, image))
        return "what Xen tells it is in the memory of its own image";
    return 0;
}

uint32_t start_info_line_max(const struct hvm_start_info *info, uint32_t most)
{
    uint64_t left = LIMIT - info->cmdline_paddr;

    return left < most ? (uint32_t)left : most;
}

bool start_info_line_ends(const char *line, uint32_t max)
{
    for (uint32_t i = 0; i < max; i++)
        if (!line[i])
            return true;
    return false;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

uint32_t start_info_words(const char *line, uint32_t max, char *words, uint32_t size)
{
    uint32_t used = 0, begun = 0;

    for (uint32_t i = 0; i < max && begun < size; i++) {
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
