/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The addresses of functions of 32-bit code: here there is one code. */
#ifndef SEABIOS_FUNCTION_32_H
#define SEABIOS_FUNCTION_32_H

#define FUNCTION_32(name) ((u32)(uintptr_t)(name))

#endif
