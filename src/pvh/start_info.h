/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What Xen's domain builder tells a PVH guest: struct hvm_start_info of Xen's public header
 * arch-x86/hvm/start_info.h. It is the guest's first input, so all of it is checked before use.
 */
#ifndef PVH_START_INFO_H
#define PVH_START_INFO_H

#include <stdint.h>

#include <xen/arch-x86/hvm/start_info.h>

/** The most entries of a memory map that are accepted. */
#define START_INFO_MEMMAP_MAX 128u

/**
 * Check the structure's own fields: addresses are below 4 GiB, there is a memory map.
 *
 * Return: NULL if it can be used; else why not, as the end of a sentence.
 */
const char *start_info_fault(const struct hvm_start_info *info);

/**
 * Copy the words of a command line, each with a terminating zero.
 *
 * @line: terminated by a zero, or cut after @size characters. @words: @size bytes; they hold as
 * many whole words as have room. Return: the number of bytes in use.
 */
uint32_t start_info_words(const char *line, char *words, uint32_t size);

#endif
