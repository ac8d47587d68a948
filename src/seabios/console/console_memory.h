/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Memory at B8000h for text, in a guest without a VGA.
 */
#ifndef SEABIOS_CONSOLE_MEMORY_H
#define SEABIOS_CONSOLE_MEMORY_H

#include "types.h" // bool

/** POST: have 32 KiB of RAM at B8000h: what is there already, or pages of reserved memory that are
 * moved there. Never call it in a guest with a VGA. Return: whether there is RAM now. */
bool console_memory_provide(void);

#endif
