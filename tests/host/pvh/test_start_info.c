/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What Xen's domain builder tells a PVH guest. */
#include <stdlib.h>
#include <string.h>

#include "pvh/start_info.h"
#include "test.h"

#define ENTRY_BYTES sizeof(struct hvm_memmap_table_entry)

static const struct start_image image = {0x200000, 0x243000};

static const char *fault_of(const struct hvm_start_info *info)
{
    return start_info_fault(info, 0x243000, &image);
}

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

    CHECK(!fault_of(&info));
    info.version = 2;
    info.cmdline_paddr = info.rsdp_paddr = 0;
    CHECK(!fault_of(&info));
}

TEST(a_start_by_anything_else_is_refused)
{
    struct hvm_start_info info = good();

    info.magic = 0x2badb002; /* a Multiboot loader's */
    CHECK(fault_of(&info) != NULL);
    CHECK(strstr(fault_of(&info), "domain builder") != NULL);
}

TEST(a_start_without_a_memory_map_is_refused)
{
    struct hvm_start_info info = good();

    info.version = 0;
    CHECK(fault_of(&info) != NULL);
    info = good();
    info.memmap_entries = 0;
    CHECK(fault_of(&info) != NULL);
    info.memmap_entries = START_INFO_MEMMAP_MAX;
    CHECK(!fault_of(&info));
    info.memmap_entries++;
    CHECK(fault_of(&info) != NULL);
}

TEST(addresses_that_32_bits_do_not_reach_are_refused)
{
    struct hvm_start_info info = good();

    info.memmap_paddr = (UINT64_C(1) << 32) - 5 * ENTRY_BYTES;
    CHECK(!fault_of(&info));
    info.memmap_paddr++;
    CHECK(fault_of(&info) != NULL);
    info.memmap_paddr = UINT64_MAX;
    CHECK(fault_of(&info) != NULL);
    info = good();
    info.cmdline_paddr = UINT64_C(1) << 32;
    CHECK(fault_of(&info) != NULL);
    info = good();
    info.rsdp_paddr = UINT64_C(1) << 32;
    CHECK(fault_of(&info) != NULL);
}

TEST(nothing_that_is_read_may_be_in_the_memory_of_the_image)
{
    struct hvm_start_info info = good();

    CHECK(!start_info_fault(&info, image.begin - sizeof(info), &image));
    CHECK(start_info_fault(&info, image.begin - sizeof(info) + 1, &image) != NULL);
    CHECK(start_info_fault(&info, image.end - 1, &image) != NULL);
    info.memmap_paddr = image.begin - 5 * ENTRY_BYTES;
    CHECK(!fault_of(&info));
    info.memmap_paddr++;
    CHECK(fault_of(&info) != NULL);
    info.memmap_paddr = image.end - 1;
    CHECK(fault_of(&info) != NULL);
    info = good();
    info.cmdline_paddr = image.begin - 1;
    CHECK(!fault_of(&info));
    info.cmdline_paddr++;
    CHECK(fault_of(&info) != NULL);
    info.cmdline_paddr = image.end - 1;
    CHECK(fault_of(&info) != NULL);
}

TEST(a_command_line_is_not_read_beyond_4_gib)
{
    struct hvm_start_info info = good();

    CHECK_EQUAL(start_info_line_max(&info, 1024), 1024);
    info.cmdline_paddr = UINT32_MAX;
    CHECK_EQUAL(start_info_line_max(&info, 1024), 1);
    info.cmdline_paddr = UINT32_MAX - 1023;
    CHECK_EQUAL(start_info_line_max(&info, 1024), 1024);
    info.cmdline_paddr++;
    CHECK_EQUAL(start_info_line_max(&info, 1024), 1023);
}

/* Return: a copy of a text with no byte behind it, not even a zero. */
static char *bare_copy(const char *text, uint32_t length)
{
    char *copy = malloc(length + !length);

    memcpy(copy, text, length);
    return copy;
}

TEST(a_command_line_that_does_not_end_is_noticed)
{
    char *line = bare_copy("abc", 4), *cut = bare_copy("abc", 3);

    CHECK(start_info_line_ends(line, 4));
    CHECK(!start_info_line_ends(cut, 3));
    CHECK(!start_info_line_ends(cut, 0));
    free(line);
    free(cut);
}

/* Check the words of the first @max characters of @line, in exactly @size bytes; @expected has a
 * '|' for each zero. */
static void check_cut(const char *line, uint32_t max, uint32_t size, const char *expected)
{
    char *words = malloc(size + !size), *copy = bare_copy(line, max);

    uint32_t count = start_info_words(copy, max, words, size);
    CHECK_EQUAL(count, strlen(expected));
    for (uint32_t i = 0; i < count; i++)
        CHECK_EQUAL(words[i], expected[i] == '|' ? 0 : expected[i]);
    free(words);
    free(copy);
}

static void check_words(const char *line, uint32_t size, const char *expected)
{
    check_cut(line, (uint32_t)strlen(line) + 1, size, expected);
}

TEST(the_command_line_is_split_at_blanks)
{
    check_words("", 10, "");
    check_words("one", 10, "one|");
    check_words("  one\ttwo \n three ", 30, "one|two|three|");
    check_words("xenpv.console=only xenpv.cache=off", 64, "xenpv.console=only|xenpv.cache=off|");
}

TEST(words_for_which_there_is_no_room_are_left_out)
{
    check_words("one two three", 13, "one|two|");
    check_words("one two three", 14, "one|two|three|");
    check_words("one two three", 8, "one|two|");
    check_words("one two three", 7, "one|");
    check_words("one", 4, "one|");
    check_words("one", 3, "");
    check_words("a b", 1, "");
    check_words("a b", 0, "");
    check_words("      one", 4, "one|");
}

TEST(a_word_that_is_cut_is_left_out)
{
    check_cut("one two", 7, 100, "one|");
    check_cut("one two", 4, 100, "one|");
    check_cut("one two", 3, 100, "");
    check_cut("one two", 0, 100, "");
    check_cut("one two", 8, 100, "one|two|");
}
