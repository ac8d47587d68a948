/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The memory map of a PVH guest. */
#include <stdlib.h>
#include <string.h>

#include "pvh/memory_map.h"
#include "test.h"

#define GIB (UINT64_C(1) << 30)

#define RAM      XEN_HVM_MEMMAP_TYPE_RAM
#define RESERVED XEN_HVM_MEMMAP_TYPE_RESERVED
#define ACPI     XEN_HVM_MEMMAP_TYPE_ACPI

struct entry {
    uint64_t address, size;
    uint32_t type;
};

static const struct start_image image = {0x200000, 0x243000};
static struct memory_map map;

/* Return: why there is no map; NULL if there is. */
static const char *build(const struct entry *from, uint32_t count)
{
    struct hvm_memmap_table_entry *entries = calloc(count + 1, sizeof(*entries));
    const char *fault;

    for (uint32_t i = 0; i < count; i++) {
        entries[i].addr = from[i].address;
        entries[i].size = from[i].size;
        entries[i].type = from[i].type;
    }
    memset(&map, 0xee, sizeof(map));
    fault = memory_map_build(&map, entries, count, &image);
    free(entries);
    return fault;
}

#define BUILD(...)                                                                                 \
    build((const struct entry[]){__VA_ARGS__},                                                     \
          sizeof((const struct entry[]){__VA_ARGS__}) / sizeof(struct entry))

static void check_entry(uint32_t index, uint64_t address, uint64_t size, uint32_t type)
{
    CHECK(index < map.count);
    CHECK_EQUAL(map.entries[index].address, address);
    CHECK_EQUAL(map.entries[index].size, size);
    CHECK_EQUAL(map.entries[index].type, type);
}

TEST(ram_of_a_pvh_guest_stays_ram_and_all_else_is_reserved)
{
    CHECK(!BUILD({0xfeff8000, 0x8000, RESERVED}, {0, GIB / 4, RAM}, {0xfc000000, 0x1000, ACPI},
                 {4 * GIB, GIB, RAM}));
    CHECK_EQUAL(map.count, 5);
    check_entry(0, 0, GIB / 4, E820_RAM);
    check_entry(1, 4 * GIB, GIB, E820_RAM);
    check_entry(2, 0xfeff8000, 0x8000, E820_RESERVED);
    check_entry(3, 0xfc000000, 0x1000, E820_RESERVED);
    check_entry(4, 0xfc000000, 0x3000000, E820_RESERVED);
}

TEST(no_type_but_1_is_ram)
{
    for (uint32_t type = 0; type <= 9; type++) {
        test_note("type %u", type);
        CHECK(!BUILD({0, GIB, RAM}, {2 * GIB, GIB, type}));
        check_entry(1, 2 * GIB, GIB, type == RAM ? E820_RAM : E820_RESERVED);
    }
}

TEST(empty_entries_are_left_out)
{
    CHECK(!BUILD({0, 0, RAM}, {0, GIB, RAM}, {0xffff0000, 0, RESERVED}, {0x5000, 0, RESERVED}));
    CHECK_EQUAL(map.count, 2);
}

TEST(ram_may_end_where_the_window_begins_and_begin_where_it_ends)
{
    CHECK(!BUILD({0, 0xfc000000, RAM}, {0xff000000, 0x1000000, RAM}));
    CHECK_EQUAL(map.count, 3);
    CHECK(BUILD({0, 0xfc000001, RAM}) != NULL);
    CHECK(BUILD({0, GIB, RAM}, {0xfeffffff, 2, RAM}) != NULL);
    CHECK(BUILD({0, GIB, RAM}, {0xfe700000, 0x1000, RAM}) != NULL);
    CHECK(BUILD({0, 4 * GIB, RAM}) != NULL);
}

/* Xen's own map: libxl lists its ACPI tables and its rings, which are in the window. */
TEST(the_map_that_xen_gives_is_accepted)
{
    CHECK(!BUILD({0, 0x10000000, RAM}, {0xfc000000, 0x9000, ACPI}, {0xfeff8000, 0x8000, RESERVED}));
    CHECK(!BUILD({0, 0xfc000000, RAM}, {0xfc000000, 0x9000, ACPI}, {0xfeff8000, 0x8000, RESERVED},
                 {4 * GIB, GIB, RAM}));
}

TEST(nothing_may_be_where_the_firmware_maps_frames_of_xen)
{
    for (uint32_t type = 0; type <= 9; type++) {
        test_note("type %u", type);
        CHECK(BUILD({0, GIB, RAM}, {0xfe700000, 0x1000, type}) != NULL);
        CHECK(BUILD({0, GIB, RAM}, {0xfe70ffff, 1, type}) != NULL);
        CHECK(BUILD({0, GIB, RAM}, {0xfe6ff000, 0x1001, type}) != NULL);
        CHECK(BUILD({0, GIB, RAM}, {0xfc000000, 0x3000000, type}) != NULL);
    }
    CHECK(strstr(BUILD({0, GIB, RAM}, {0xfe700000, 1, RESERVED}), "fe700000") != NULL);
    CHECK(!BUILD({0, GIB, RAM}, {0xfc000000, 0x2700000, RESERVED}, {0xfe710000, 0x1000, ACPI}));
    CHECK(!BUILD({0, GIB, RAM}, {0xfe700000, 0, RESERVED}));
}

TEST(the_memory_of_the_image_has_to_be_ram_in_one_piece)
{
    CHECK(!BUILD({0, image.end, RAM}));
    CHECK(!BUILD({0, 0x100000, RAM}, {image.begin, 0x43000, RAM}));
    CHECK(BUILD({0, image.end - 1, RAM}) != NULL);
    CHECK(BUILD({0, 0x100000, RAM}) != NULL);
    CHECK(BUILD({0, 0x100000, RAM}, {image.begin + 1, GIB, RAM}) != NULL);
    CHECK(BUILD({0, image.end - 1, RAM}, {image.end - 1, GIB, RAM}) != NULL);
    CHECK(BUILD({0, GIB, RAM}, {image.end - 1, 1, RESERVED}) != NULL);
    CHECK(BUILD({0, GIB, RAM}, {image.begin, 1, ACPI}) != NULL);
    CHECK(!BUILD({0, GIB, RAM}, {image.end, 1, ACPI}, {image.begin - 1, 1, ACPI}));
}

TEST(all_memory_below_1_mib_has_to_be_ram_in_one_piece)
{
    CHECK(!BUILD({0, 0x100000, RAM}, {0x180000, GIB, RAM}));
    CHECK(BUILD({0, 0xfffff, RAM}, {0x180000, GIB, RAM}) != NULL);
    CHECK(BUILD({1, GIB, RAM}) != NULL);
    CHECK(BUILD({0, 0xa0000, RAM}, {0xa0000, GIB, RAM}) != NULL);
    CHECK(BUILD({0, GIB, RAM}, {0xa0000, 0x20000, RESERVED}) != NULL);
    CHECK(BUILD({0, GIB, RAM}, {0xfffff, 1, ACPI}) != NULL);
    CHECK(!BUILD({0, GIB, RAM}, {0x100000, 1, ACPI}));
    CHECK(BUILD({GIB, GIB, RAM}) != NULL);
    CHECK(build(NULL, 0) != NULL);
}

TEST(an_entry_that_wraps_around_is_refused)
{
    CHECK(!BUILD({0, GIB, RAM}, {UINT64_MAX - 1, 1, RESERVED}));
    CHECK(BUILD({0, GIB, RAM}, {UINT64_MAX, 1, RESERVED}) != NULL);
    CHECK(BUILD({0, GIB, RAM}, {GIB, UINT64_MAX, RAM}) != NULL);
}

TEST(a_map_with_too_many_entries_is_refused)
{
    struct entry from[MEMORY_MAP_MAX] = {{0, GIB, RAM}};

    for (uint32_t i = 1; i < MEMORY_MAP_MAX; i++)
        from[i] = (struct entry){2 * GIB + i, 1, RESERVED};
    CHECK(!build(from, MEMORY_MAP_MAX - 1));
    CHECK_EQUAL(map.count, MEMORY_MAP_MAX);
    CHECK(build(from, MEMORY_MAP_MAX) != NULL);
}
