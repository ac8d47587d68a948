/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What a PVH guest is told at its start, with any content: start_info, its memory map, its command
 * line, its RSDP.
 *
 * Nothing is read beyond what start_info says is there: each part is in memory of its own, of
 * exactly its size. A map that is accepted has all RAM of its source and no other, nothing where
 * the firmware maps frames of Xen's, and RAM where the firmware runs. The words are those of the
 * line.
 */
#include <stdlib.h>
#include <string.h>

#include "pvh/memory_map.h"
#include "pvh/rsdp.h"
#include "pvh/start_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT     (UINT64_C(1) << 32)
#define LINE_MAX  64u
#define WORDS_MAX 64u
#define PROBES    4u

static const struct start_image image = {0x200000, 0x243000};

static const uint8_t *input;
static size_t left;

static void require(bool good)
{
    if (!good)
        abort();
}

static uint8_t byte_take(void)
{
    if (!left)
        return 0;
    left--;
    return *input++;
}

static uint64_t number_take(unsigned bytes)
{
    uint64_t number = 0;

    while (bytes--)
        number = number << 8 | byte_take();
    return number;
}

/* Often near one of the addresses that matter. */
static uint64_t address_take(void)
{
    static const uint64_t known[] = {0,          0x100000,   0x200000,   0x243000,
                                     0xfc000000, 0xfe700000, 0xfe710000, 0xfeff8000,
                                     0xff000000, UINT32_MAX, LIMIT,      UINT64_MAX};
    uint8_t which = byte_take();

    if (which % 16 < sizeof(known) / sizeof(known[0]))
        return known[which % 16] + (which / 16 - 8u) * (which & 0x80 ? 1u : 0u);
    return number_take(which % 16 % 4 ? 4 : 8);
}

/**** start_info ****/

static void try_start_info(void)
{
    struct hvm_start_info info = {.magic = XEN_HVM_START_MAGIC_VALUE, .version = byte_take() % 3};
    uint64_t address = address_take();

    if (byte_take() == 1)
        info.magic = (uint32_t)number_take(4);
    info.memmap_entries = (uint32_t)number_take(byte_take() % 4 ? 1 : 4);
    info.memmap_paddr = address_take();
    info.cmdline_paddr = address_take();
    info.rsdp_paddr = address_take();
    if (start_info_fault(&info, address, &image))
        return;
    uint64_t map = info.memmap_paddr,
             end = map + info.memmap_entries * sizeof(struct hvm_memmap_table_entry);
    uint32_t line = start_info_line_max(&info, 1024);
    require(info.magic == XEN_HVM_START_MAGIC_VALUE && info.version && info.memmap_entries);
    require(info.memmap_entries <= START_INFO_MEMMAP_MAX && map < LIMIT && end <= LIMIT);
    require(map >= image.end || end <= image.begin);
    require(address >= image.end || address + sizeof(info) <= image.begin);
    require(info.cmdline_paddr < image.begin || info.cmdline_paddr >= image.end);
    require(line && line <= 1024 && info.cmdline_paddr + line <= LIMIT && info.rsdp_paddr < LIMIT);
}

/**** The memory map ****/

static bool is_inside(uint64_t address, uint64_t begin, uint64_t size)
{
    return address >= begin && address - begin < size;
}

/* Return: whether the source has RAM there. */
static bool source_has_ram(const struct hvm_memmap_table_entry *from, uint32_t count,
                           uint64_t address)
{
    for (uint32_t i = 0; i < count; i++)
        if (from[i].type == XEN_HVM_MEMMAP_TYPE_RAM &&
            is_inside(address, from[i].addr, from[i].size))
            return true;
    return false;
}

static bool source_has_other(const struct hvm_memmap_table_entry *from, uint32_t count,
                             uint64_t address)
{
    for (uint32_t i = 0; i < count; i++)
        if (from[i].type != XEN_HVM_MEMMAP_TYPE_RAM &&
            is_inside(address, from[i].addr, from[i].size))
            return true;
    return false;
}

/* Return: the type that SeaBIOS takes from the map for an address: that of its last entry; 0 if it
 * has none. */
static uint32_t result_type(const struct memory_map *map, uint64_t address)
{
    uint32_t type = 0;

    for (uint32_t i = 0; i < map->count; i++)
        if (is_inside(address, map->entries[i].address, map->entries[i].size))
            type = map->entries[i].type;
    return type;
}

static void check_address(const struct memory_map *map, const struct hvm_memmap_table_entry *from,
                          uint32_t count, uint64_t address)
{
    bool other = source_has_other(from, count, address);
    uint32_t expected = source_has_ram(from, count, address) ? E820_RAM : 0;

    if (other ||
        is_inside(address, MEMORY_MAP_RESERVED, MEMORY_MAP_RESERVED_END - MEMORY_MAP_RESERVED))
        expected = E820_RESERVED;
    require(result_type(map, address) == expected);
    if (is_inside(address, MEMORY_MAP_FRAMES, MEMORY_MAP_FRAMES_END - MEMORY_MAP_FRAMES))
        require(!other && !source_has_ram(from, count, address));
    if (address < MEMORY_MAP_LOW_END || is_inside(address, image.begin, image.end - image.begin))
        require(expected == E820_RAM);
}

static void check_map(const struct memory_map *map, const struct hvm_memmap_table_entry *from,
                      uint32_t count)
{
    static const uint64_t edges[] = {0,          0xfffff,    0x100000,   0x200000,   0x242fff,
                                     0xfbffffff, 0xfc000000, 0xfe6fffff, 0xfe700000, 0xfe70ffff,
                                     0xfe710000, 0xfeffffff, 0xff000000};
    bool ram_is_over = false;

    require(map->count && map->count <= MEMORY_MAP_MAX);
    for (uint32_t i = 0; i < map->count; i++) {
        const struct e820_entry *entry = &map->entries[i];
        require(entry->size && entry->size <= UINT64_MAX - entry->address);
        require(entry->type == E820_RAM || entry->type == E820_RESERVED);
        require(entry->type != E820_RAM || !ram_is_over); /* reserved memory comes last */
        ram_is_over = ram_is_over || entry->type == E820_RESERVED;
    }
    for (uint32_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
        check_address(map, from, count, edges[i]);
    for (uint32_t i = 0; i < count; i++) {
        check_address(map, from, count, from[i].addr);
        check_address(map, from, count, from[i].addr - 1);
        check_address(map, from, count, from[i].addr + from[i].size);
        check_address(map, from, count, from[i].addr + from[i].size - 1);
    }
    for (unsigned i = 0; i < PROBES; i++)
        check_address(map, from, count, address_take());
}

static void entry_take(struct hvm_memmap_table_entry *entry)
{
    uint8_t kind = byte_take();

    entry->addr = address_take();
    entry->size = kind & 0x80 ? address_take() - entry->addr : number_take(kind % 5);
    entry->type = kind % 8 == 7 ? (uint32_t)number_take(4) : kind % 8;
    entry->reserved = kind;
}

static void try_map(void)
{
    uint32_t count = byte_take() % 40;
    bool is_usual = byte_take() % 4;
    struct hvm_memmap_table_entry *from = calloc(count, sizeof(*from));
    struct memory_map *map = malloc(sizeof(*map));

    for (uint32_t i = 0; i < count; i++)
        entry_take(&from[i]);
    if (is_usual && count)
        from[0] = (struct hvm_memmap_table_entry){0, 0x10000000, XEN_HVM_MEMMAP_TYPE_RAM, 0};
    if (!memory_map_build(map, from, count, &image))
        check_map(map, from, count);
    free(map);
    free(from);
}

/**** The command line ****/

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Check the words against the line: each is the next one of it, whole. */
static void check_words(const char *line, uint32_t max, const char *words, uint32_t used)
{
    uint32_t next = 0;

    require(!used || !words[used - 1]);
    for (uint32_t at = 0; at < used; next++) {
        uint32_t length = (uint32_t)strlen(words + at);

        while (next < max && is_space(line[next]))
            next++;
        require(length && next + length < max && !memcmp(line + next, words + at, length));
        next += length;
        require(!line[next] || is_space(line[next]));
        at += length + 1;
        require(line[next] || at == used);
    }
}

static void try_words(void)
{
    uint32_t max = byte_take() % (LINE_MAX + 1), size = byte_take() % (WORDS_MAX + 1);
    char *line = malloc(max + !max), *words = malloc(size + !size);

    for (uint32_t i = 0; i < max; i++) {
        uint8_t c = byte_take();
        line[i] = (char)(c % 4 == 1 ? ' ' : c);
    }
    uint32_t used = start_info_words(line, max, words, size);
    require(used <= size);
    check_words(line, max, words, used);
    require(start_info_line_ends(line, max) == (memchr(line, 0, max) != NULL));
    free(line);
    free(words);
}

static void try_rsdp(void)
{
    uint8_t *bytes = malloc(RSDP_BYTES), sum = 0;

    memcpy(bytes, "RSD PTR ", 8);
    for (uint32_t i = 8; i < RSDP_BYTES; i++)
        bytes[i] = byte_take();
    if (rsdp_is_good(bytes)) {
        for (uint32_t i = 0; i < RSDP_BYTES; i++)
            sum = (uint8_t)(sum + bytes[i]);
        require(!sum && bytes[20] == RSDP_BYTES);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input = data;
    left = size;
    switch (byte_take() % 4) {
    case 0:
        try_start_info();
        break;
    case 1:
        try_words();
        break;
    case 2:
        try_rsdp();
        break;
    default:
        try_map();
        break;
    }
    return 0;
}
