/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Sizes of disks for people: "20 GiB".
 */
#ifndef XEN_SIZE_H
#define XEN_SIZE_H

#include <stdint.h>

/** Size of the longest text of size_format, "1023.9 KiB", with the terminating zero. */
#define SIZE_TEXT_BYTES 11

/**
 * Format a size of @sectors, in units of 512 bytes, in the largest unit (KiB to EiB) of which it
 * has at least one. It is rounded to a tenth, and a tenth of zero is left out. @text: scratch
 * memory. Return: the text, which is @text.
 */
const char *size_format(uint64_t sectors, char text[SIZE_TEXT_BYTES]);

#endif
