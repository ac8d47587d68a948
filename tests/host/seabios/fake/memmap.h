/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef FAKE_MEMMAP_H
#define FAKE_MEMMAP_H

#define PAGE_SIZE 4096

/* Symbols of the linker: here, of the start of the segment of low variables. */
#define SYMBOL(name)      FAKE_##name
#define FAKE_zonelow_base 0x100u

#endif
