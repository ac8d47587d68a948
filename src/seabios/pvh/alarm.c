/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "alarm.h"

#include "alarm_time.h"
#include "biosvar.h" // VARLOW
#include "cmos.h"
#include "hw/rtc.h" // CMOS_*
#include "xen/base/divide.h"
#include "xen/hv/cpu.h"
#include "xen/hv/hypercall.h"

#define ALARM_DAY_S   86400
#define ALARM_LOOK_MS 60000
#define ALARM_NS_MS   1000000

u8 XenpvAlarmRings VARLOW;

/* The next alarm; public because the build requires it of such a variable. */
struct alarm {
    u64 time; /* of the guest's clock, in seconds since 1970; 0: there is none */
    u64 look; /* at this count of the time-stamp counter, look at the clock */
} XenpvAlarm VARLOW;

/* In @ms look at the clock, or earlier. */
static void alarm_look_in(u32 ms)
{
    if (ms > ALARM_LOOK_MS)
        ms = ALARM_LOOK_MS;
    XenpvAlarm.look = cpu_tsc() + (u64)ms * hypercall_tsc_khz();
}

/* The first alarm after @now of the guest's clock. */
static void alarm_plan(u64 now, u32 nanoseconds)
{
    struct alarm_time alarm = {
        .hour = XenpvCmos[CMOS_RTC_HOURS_ALARM],
        .minute = XenpvCmos[CMOS_RTC_MINUTES_ALARM],
        .second = XenpvCmos[CMOS_RTC_SECONDS_ALARM],
    };
    u32 of_day;

    divide_u64(now, ALARM_DAY_S, &of_day);
    u32 wait = alarm_time_wait(&alarm, of_day);
    XenpvAlarm.time = wait ? now + wait : 0;
    alarm_look_in(wait * 1000 - nanoseconds / ALARM_NS_MS);
}

int VISIBLE32FLAT xenpv_alarm_plan_32(u32 unused)
{
    u64 now;
    u32 nanoseconds;

    (void)unused;
    XenpvAlarm.time = 0;
    if ((XenpvCmos[CMOS_STATUS_B] & RTC_B_AIE) && !cmos_time(&now, &nanoseconds))
        alarm_plan(now, nanoseconds);
    return 0;
}

/* A counter that has been set, as by a migration, may show another count than any expected. */
static int alarm_may_be_due(u64 counter)
{
    return XenpvAlarm.look - counter - 1 >= (u64)ALARM_LOOK_MS * hypercall_tsc_khz();
}

void xenpv_alarm_tick(u64 counter)
{
    u64 now;
    u32 nanoseconds;

    if (!XenpvAlarm.time || !alarm_may_be_due(counter))
        return;
    if (cmos_time(&now, &nanoseconds)) {
        alarm_look_in(ALARM_LOOK_MS);
        return;
    }
    if (now >= XenpvAlarm.time && !XenpvAlarmRings)
        XenpvAlarmRings = 1;
    alarm_plan(now, nanoseconds);
}

void xenpv_alarm_look(void)
{
    XenpvAlarm.look = cpu_tsc();
}
