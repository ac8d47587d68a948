/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The names of SeaBIOS' types.h that the files of src/seabios use which run in this world. */
#ifndef WORLD_TYPES_H
#define WORLD_TYPES_H

#include <stdbool.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;

#define PAGE_SIZE 4096

#define VARLOW
#define VISIBLE32FLAT
#define noinline     __attribute__((noinline))
#define __aligned(x) __attribute__((aligned(x)))

#endif
