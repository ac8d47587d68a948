/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Linux' boot protocol for x86, version 2.04 and later: offsets in the first sectors of the
 * kernel's file, and in the page of parameters of the 32-bit entry, which has the same header.
 * Source: Documentation/x86/boot.rst and zero-page.rst of Linux.
 */
#ifndef LINUX_IMAGE_H
#define LINUX_IMAGE_H

#define LINUX_E820_COUNT     0x1e8 /* u8; only in the page of parameters */
#define LINUX_HEADER         0x1f1 /* its first byte is the number of setup sectors */
#define LINUX_HEADER_LENGTH  0x201 /* u8: the header's bytes from LINUX_MAGIC on */
#define LINUX_MAGIC          0x202 /* u32 */
#define LINUX_VERSION        0x206 /* u16 */
#define LINUX_LOADER         0x210 /* u8 */
#define LINUX_FLAGS          0x211 /* u8 */
#define LINUX_INITRD_ADDRESS 0x218 /* u32 */
#define LINUX_INITRD_BYTES   0x21c /* u32 */
#define LINUX_HEAP_END       0x224 /* u16 */
#define LINUX_COMMAND_LINE   0x228 /* u32 */
#define LINUX_E820           0x2d0 /* entries of 20 bytes; only in the page of parameters */

#define LINUX_MAGIC_HDRS      0x53726448u /* "HdrS" */
#define LINUX_VERSION_LEAST   0x204
#define LINUX_LOADER_UNKNOWN  0xff
#define LINUX_FLAG_HIGH       0x01 /* the kernel belongs at 1 MiB */
#define LINUX_FLAG_HEAP       0x80 /* LINUX_HEAP_END is valid */
#define LINUX_HEAP_END_MARGIN 0x200

#endif
