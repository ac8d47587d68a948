/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The platform port: all that the Xen core asks of the firmware around it.
 *
 * src/seabios/port/platform.c implements it for the ROM, tests/host for the tests. The core
 * includes no other header from outside.
 */
#ifndef XEN_PLATFORM_H
#define XEN_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Allocate memory that the guest's operating system never uses. It stays reserved in the memory
 * map, because a backend may write to granted memory for as long as the backend lives.
 *
 * @bytes: size; @align: alignment in bytes, a power of two. Return: zeroed memory, or NULL if there
 * is none. Only valid before the first boot loader runs.
 */
void *platform_alloc_reserved(uint32_t bytes, uint32_t align);

/**
 * Return the frame number (guest-physical address >> 12) of memory from platform_alloc_reserved, or
 * of a special frame.
 */
uint32_t platform_frame(const void *address);

/** Return the address at which this code can read and write guest-physical frame @frame; NULL if
 * there is none. */
void *platform_map(uint64_t frame);

/**
 * Return the current time in the platform's own unit. It wraps around.
 *
 * While the guest is paused, saved or moved to another host, the clock advances by at most half a
 * second: a limit measures what a backend does while the guest runs. The clock is therefore only
 * accurate while it is read continuously, as in a wait.
 */
uint32_t platform_clock(void);

/** Return the milliseconds from @since until now, for spans of up to ten minutes. */
uint32_t platform_elapsed_ms(uint32_t since);

/** Let interrupts and other work of the firmware happen. Called in each turn of a wait. */
void platform_pause(void);

/**
 * Find OEM string @number, counted from 1, among those that the guest's configuration has put into
 * its SMBIOS table (structure type 11, "OEM Strings"). Return: the terminated string, or NULL if
 * there are no more.
 */
const char *platform_oem_string(unsigned number);

/** Read 16 bits from an I/O port. */
uint16_t platform_port_read16(uint16_t port);

/** The most detailed level that is logged: see log.h. */
extern const unsigned platform_log_level;

/** Write to the log. Formats: %s %d %u %x %c, with field width and zero padding; none for 64-bit
 * numbers. */
void platform_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Format into @buffer of @size bytes, with the formats of platform_log; always terminate. */
int platform_snprintf(char *buffer, __SIZE_TYPE__ size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
