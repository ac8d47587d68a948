/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What Xen's domain builder tells a PVH guest. */
#include <stdlib.h>
#include <string.h>

#include "pvh/start_info.h"
#include "test.h"

#define ENTRY_BYTES sizeof(struct hvm_memmap_table_entry)

static struct hvm_start_info good(void)
{
    return (struct hvm_start_info){.magic = XEN_HVM_START_MAGIC_VALUE,
                                   .version = 1,
                                   .memmap_paddr = 0x243100,
                                   .memmap_entries = 5,
                                   .cmdline_paddr = 0x243200,
                                   .rsdp_paddr = 0xfc008000};
}

TEST(what_xen_s_builder_passes_is_accepted)
{
    struct hvm_start_info info = good();

    CHECK(!start_info_fault(&info));
    info.version = 2;
    info.cmdline_paddr = info.rsdp_paddr = 0;
    CHECK(!start_info_fault(&info));
}

TEST(a_start_by_anything_else_is_refused)
{
    struct hvm_start_info info = good();

    info.magic = 0x2badb002; /* a Multiboot loader's */
    CHECK(start_info_fault(&info) != NULL);
    CHECK(strstr(start_info_fault(&info), "domain builder") != NULL);
}

TEST(a_start_without_a_memory_map_is_refused)
{
    struct hvm_start_info info = good();

    info.version = 0;
    CHECK(start_info_fault(&info) != NULL);
    info = good();
    info.memmap_entries = 0;
    CHECK(start_info_fault(&info) != NULL);
    info.memmap_entries = START_INFO_MEMMAP_MAX;
    CHECK(!start_info_fault(&info));
    info.memmap_entries++;
    CHECK(start_info_fault(&info) != NULL);
}

TEST(addresses_that_32_bits_do_not_reach_are_refused)
{
    struct hvm_start_info info = good();

    info.memmap_paddr = (UINT64_C(1) << 32) - 5 * ENTRY_BYTES;
    CHECK(!start_info_fault(&info));
    info.memmap_paddr++;
    CHECK(start_info_fault(&info) != NULL);
    info.memmap_paddr = UINT64_MAX;
    CHECK(start_info_fault(&info) != NULL);
    info = good();
    info.cmdline_paddr = UINT64_C(1) << 32;
    CHECK(start_info_fault(&info) != NULL);
    info = good();
    info.rsdp_paddr = UINT64_C(1) << 32;
    CHECK(start_info_fault(&info) != NULL);
}

/* Check the words of @line, in exactly @size bytes; @expected has a '|' for each zero. */
static void check_words(const char *line, uint32_t size, const char *expected)
{
    char *words = malloc(size), *copy = malloc(strlen(line) + 1);

    memcpy(copy, line, strlen(line) + 1);
    uint32_t count = start_info_words(copy, words, size);
    CHECK_EQUAL(count, strlen(expected));
    for (uint32_t i = 0; i < count; i++)
        CHECK_EQUAL(words[i], expected[i] == '|' ? 0 : expected[i]);
    free(words);
    free(copy);
}

TEST(the_command_line_is_split_at_blanks)
{
    check_words("", 10, "");
    check_words("one", 10, "one|");
    check_words("  one\ttwo \n three ", 30, "one|two|three|");
    check_words("xenpv.console=only xenpv.cache=off", 64, "xenpv.console=only|xenpv.cache=off|");
}

TEST(a_command_line_that_is_too_long_keeps_its_whole_words)
{
    check_words("one two three", 13, "one|two|");
    check_words("one two three", 14, "one|two|three|");
    check_words("one two three", 8, "one|two|");
    check_words("one two three", 7, "one|");
    check_words("one", 3, "");
    check_words("a b", 1, "");
}
