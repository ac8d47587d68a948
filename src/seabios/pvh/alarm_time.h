/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The time of day at which a PC's clock gives its alarm, as its registers have it. Knows nothing of
 * SeaBIOS, so the host tests can use it.
 */
#ifndef SEABIOS_ALARM_TIME_H
#define SEABIOS_ALARM_TIME_H

#include <stdint.h>

/** Each in BCD; from C0h on: any. Source: the data sheet of Motorola's MC146818, "Time, Calendar,
 * and Alarm Locations". */
struct alarm_time {
    uint8_t hour, minute, second;
};

/**
 * Return: the seconds from @now until the next time that @alarm means, from 1 to those of a day; 0
 * if there is no such time. @now: the seconds of the day that have passed.
 */
uint32_t alarm_time_wait(const struct alarm_time *alarm, uint32_t now);

#endif
