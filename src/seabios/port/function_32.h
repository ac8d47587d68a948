/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The addresses of functions of 32-bit code.
 */
#ifndef SEABIOS_FUNCTION_32_H
#define SEABIOS_FUNCTION_32_H

#include "types.h" // MODESEGMENT

#if MODESEGMENT
/** The address of a function of 32-bit code, for 16-bit code. */
#define FUNCTION_32(name)                                                                          \
    ({                                                                                             \
        extern void _cfunc32flat_##name(void);                                                     \
        (u32) _cfunc32flat_##name;                                                                 \
    })
#else
#define FUNCTION_32(name) ((u32)(name))
#endif

#endif
