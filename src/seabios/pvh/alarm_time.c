/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "alarm_time.h"

#include <stdbool.h>

#define ALARM_ANY    0xc0
#define ALARM_MINUTE 60u
#define ALARM_HOUR   (60u * ALARM_MINUTE)
#define ALARM_DAY    (24u * ALARM_HOUR)

static bool alarm_time_is(uint8_t wanted, uint32_t number)
{
    return wanted >= ALARM_ANY || wanted == (number / 10 << 4 | number % 10);
}

uint32_t alarm_time_wait(const struct alarm_time *alarm, uint32_t now)
{
    for (uint32_t time = now + 1; time <= now + ALARM_DAY;) {
        if (!alarm_time_is(alarm->hour, time / ALARM_HOUR % 24))
            time += ALARM_HOUR - time % ALARM_HOUR;
        else if (!alarm_time_is(alarm->minute, time / ALARM_MINUTE % 60))
            time += ALARM_MINUTE - time % ALARM_MINUTE;
        else if (!alarm_time_is(alarm->second, time % 60))
            time++;
        else
            return time - now;
    }
    return 0;
}
