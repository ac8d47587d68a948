/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cmos.h"

#include "biosvar.h" // GET_LOW
#include "calendar.h"
#include "hw/rtc.h" // CMOS_*
#include "xen/hv/wall_clock.h"

u8 XenpvCmos[CMOS_REGISTERS] VARLOW;

/* The difference that a program has made by setting the clock, in seconds. Xen's is another
 * domain's, and stays. */
s64 XenpvClockOffset VARLOW;

static u8 bcd_from(u32 number)
{
    return (number / 10) << 4 | number % 10;
}

static u32 number_from(u8 bcd)
{
    return (bcd >> 4) * 10 + (bcd & 0x0f);
}

int cmos_time(u64 *seconds, u32 *nanoseconds)
{
    int error = wall_clock_read(seconds, nanoseconds);

    if (!error)
        *seconds += XenpvClockOffset;
    return error;
}

int VISIBLE32FLAT xenpv_cmos_refresh_32(u32 unused)
{
    u64 now;

    (void)unused;
    if (cmos_time(&now, NULL))
        return 0;
    struct calendar calendar = calendar_from_seconds(now);
    XenpvCmos[CMOS_RTC_SECONDS] = bcd_from(calendar.second);
    XenpvCmos[CMOS_RTC_MINUTES] = bcd_from(calendar.minute);
    XenpvCmos[CMOS_RTC_HOURS] = bcd_from(calendar.hour);
    XenpvCmos[CMOS_RTC_DAY_MONTH] = bcd_from(calendar.day);
    XenpvCmos[CMOS_RTC_MONTH] = bcd_from(calendar.month);
    XenpvCmos[CMOS_RTC_YEAR] = bcd_from(calendar.year % 100);
    XenpvCmos[CMOS_CENTURY] = bcd_from(calendar.year / 100);
    return 0;
}

int VISIBLE32FLAT xenpv_cmos_set_32(u32 century)
{
    struct calendar calendar = {
        .year = number_from(century) * 100 + number_from(XenpvCmos[CMOS_RTC_YEAR]),
        .month = number_from(XenpvCmos[CMOS_RTC_MONTH]),
        .day = number_from(XenpvCmos[CMOS_RTC_DAY_MONTH]),
        .hour = number_from(XenpvCmos[CMOS_RTC_HOURS]),
        .minute = number_from(XenpvCmos[CMOS_RTC_MINUTES]),
        .second = number_from(XenpvCmos[CMOS_RTC_SECONDS]),
    };
    u64 now, wanted = calendar_to_seconds(&calendar);

    if (wanted && !wall_clock_read(&now, NULL))
        XenpvClockOffset = wanted - now;
    return 0;
}
