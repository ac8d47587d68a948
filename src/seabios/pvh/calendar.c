/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "calendar.h"

#include <stdbool.h>

#include "xen/base/divide.h"

#define DAY_SECONDS 86400u
#define YEAR_FIRST  1970u
#define YEAR_LAST   9999u

static bool is_leap(uint32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static uint32_t days_of_year(uint32_t year)
{
    return is_leap(year) ? 366 : 365;
}

static uint32_t days_of_month(uint32_t year, uint32_t month)
{
    if (month == 2)
        return is_leap(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

struct calendar calendar_from_seconds(uint64_t seconds)
{
    uint32_t left, days = (uint32_t)divide_u64(seconds, DAY_SECONDS, &left);
    uint32_t year = YEAR_FIRST, month = 1;

    for (; year < YEAR_LAST && days >= days_of_year(year); year++)
        days -= days_of_year(year);
    for (; month < 12 && days >= days_of_month(year, month); month++)
        days -= days_of_month(year, month);
    return (struct calendar){
        .year = (uint16_t)year,
        .month = (uint8_t)month,
        .day = (uint8_t)(days + 1),
        .hour = (uint8_t)(left / 3600),
        .minute = (uint8_t)(left / 60 % 60),
        .second = (uint8_t)(left % 60),
    };
}

static bool is_date(const struct calendar *calendar)
{
    return calendar->year >= YEAR_FIRST && calendar->year <= YEAR_LAST && calendar->month >= 1 &&
           calendar->month <= 12 && calendar->day >= 1 &&
           calendar->day <= days_of_month(calendar->year, calendar->month) && calendar->hour < 24 &&
           calendar->minute < 60 && calendar->second < 60;
}

uint64_t calendar_to_seconds(const struct calendar *calendar)
{
    uint32_t days = calendar->day - 1u;

    if (!is_date(calendar))
        return 0;
    for (uint32_t year = YEAR_FIRST; year < calendar->year; year++)
        days += days_of_year(year);
    for (uint32_t month = 1; month < calendar->month; month++)
        days += days_of_month(calendar->year, month);
    uint32_t of_day = calendar->hour * 3600u + calendar->minute * 60u + calendar->second;
    return (uint64_t)days * DAY_SECONDS + of_day;
}
