/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Seconds since 1970 as a date and a time of day in the Gregorian calendar, and back. Knows nothing
 * of SeaBIOS, so the host tests can use it.
 */
#ifndef SEABIOS_CALENDAR_H
#define SEABIOS_CALENDAR_H

#include <stdint.h>

struct calendar {
    uint16_t year;
    uint8_t month, day; /* from 1 on */
    uint8_t hour, minute, second;
};

/** Return: the date and time, up to the end of the year 9999. */
struct calendar calendar_from_seconds(uint64_t seconds);

/** Return: the seconds; 0 for what is no date and time from 1970 to 9999. */
uint64_t calendar_to_seconds(const struct calendar *calendar);

#endif
