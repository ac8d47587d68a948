/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The names of SeaBIOS' types.h. Here everything is one program: a variable exists once, and code
 * that the ROM has twice, for 16 and for 32 bits, checks at run time which of the two it is.
 */
#ifndef FAKE_TYPES_H
#define FAKE_TYPES_H

#include "machine.h" // machine_is_16bit

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef int32_t s32;
typedef int64_t s64;
typedef uint64_t u64;

#define PACKED       __attribute__((packed))
#define noinline     __attribute__((noinline))
#define __aligned(x) __attribute__((aligned(x)))

/* The place of a variable or a function in the ROM. */
#define VARLOW
#define VARFSEG __attribute__((section("fseg"))) /* the f-segment, which config.h bounds */
#define ASM16(code)
#define VISIBLE16
#define VISIBLE32FLAT
#define VISIBLE32INIT

#define MODESEGMENT    machine_is_16bit()
#define MODE16         machine_is_16bit()
#define ASSERT32FLAT() machine_needs_32bit()

/* An address of real mode. */
struct segoff_s {
    union {
        u32 segoff;
        struct {
            u16 offset, seg;
        };
    };
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define container_of(pointer, type, member) ((type *)(-offsetof(type, member) + (char *)(pointer)))

#endif
