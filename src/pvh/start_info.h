/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What Xen's domain builder tells a PVH guest: struct hvm_start_info of Xen's public header
 * arch-x86/hvm/start_info.h. It is the guest's first input, so all of it is checked before use.
 */
#ifndef PVH_START_INFO_H
#define PVH_START_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/arch-x86/hvm/start_info.h>

/** The most entries of a memory map that are accepted. */
#define START_INFO_MEMMAP_MAX 128u

/** The memory of the entry's image, from @begin to before @end: its code, its data, its stack. */
struct start_image {
    uint64_t begin, end;
};

/**
 * Check the structure's own fields: there is a memory map, all addresses are below 4 GiB, and
 * nothing is in the memory of @image. The entry writes to that memory while it still reads what
 * @info points to.
 *
 * @address: of the structure in the guest's memory. Return: NULL if it can be used; else why not,
 * as the end of a sentence.
 */
const char *start_info_fault(const struct hvm_start_info *info, uint64_t address,
                             const struct start_image *image);

/** Return: how many bytes of the command line may be read: @most, or fewer at the end of the 4 GiB.
 */
uint32_t start_info_line_max(const struct hvm_start_info *info, uint32_t most);

/** Return: whether a command line ends within its first @max characters. */
bool start_info_line_ends(const char *line, uint32_t max);

/**
 * Copy the words of a command line, each with a terminating zero.
 *
 * @line: terminated by a zero, or cut after @max characters; a word that is cut is left out.
 * @words: @size bytes; they hold as many whole words as have room. Return: the number of bytes in
 * use.
 */
uint32_t start_info_words(const char *line, uint32_t max, char *words, uint32_t size);

#endif
