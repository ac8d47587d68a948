/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The platform port: all that the Xen core asks of the firmware around it.
 *
 * src/seabios/port/platform.c implements it for the ROM, tests/host for the tests. The core
 * includes no other header of its surroundings.
 */
#ifndef XEN_PLATFORM_H
#define XEN_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Allocate memory that the guest's OS will never use: it is reserved in the memory map for good,
 * because a backend may write to what was granted to it as long as it lives.
 *
 * @bytes: size; @align: alignment in bytes, a power of two.
 * Return: zeroed memory, or NULL when there is none. Only valid before the first boot loader runs.
 */
void *platform_alloc_reserved(uint32_t bytes, uint32_t align);

/**
 * Frame number (guest-physical address >> 12) of memory from platform_alloc_reserved, or of a
 * special frame.
 */
uint32_t platform_frame(const void *address);

/** Where guest-physical frame @frame can be read and written by this code. NULL: it cannot. */
void *platform_map(uint64_t frame);

/**
 * The present instant, in a unit of the platform's own; wraps around.
 *
 * The clock counts at most half a second of a stop, in which the guest is paused, saved, or moved
 * to another host: a limit measures what a backend does while the guest runs. So the clock is right
 * only for spans in which it is read all the time, as in a wait.
 */
uint32_t platform_clock(void);

/** Milliseconds from the instant @since until now, for spans of up to ten minutes. */
uint32_t platform_elapsed_ms(uint32_t since);

/** Called in each turn of a wait: lets interrupts and other work of the firmware happen. */
void platform_pause(void);

/**
 * The string with this number, from 1 on, among those that the guest's configuration has put into
 * its SMBIOS table (structure type 11, "OEM Strings"). Return: it, terminated; NULL: no more.
 */
const char *platform_oem_string(unsigned number);

/** How much is logged: see log.h for the levels. */
extern const unsigned platform_log_level;

/** Write to the log. Formats: %s %d %u %x %c, field width and zero padding. */
void platform_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** snprintf with the formats of platform_log; always terminates. */
int platform_snprintf(char *buffer, __SIZE_TYPE__ size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
