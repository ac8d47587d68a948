/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Division of 64-bit numbers: on 32-bit processors the compiler calls a library for it, which the
 * ROM does not have.
 */
#ifndef XEN_DIVIDE_H
#define XEN_DIVIDE_H

#include <stdint.h>

/** Return: @number divided by @by, which is not 0, rounded down. *@rest, unless NULL: what is left.
 */
uint64_t divide_u64(uint64_t number, uint32_t by, uint32_t *rest);

#endif
