/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef FAKE_RTC_H
#define FAKE_RTC_H

#define PORT_CMOS_INDEX 0x70
#define NMI_DISABLE_BIT 0x80

#include "types.h"

/* Registers of a PC's clock. */
#define CMOS_RTC_SECONDS       0x00
#define CMOS_RTC_SECONDS_ALARM 0x01
#define CMOS_RTC_MINUTES       0x02
#define CMOS_RTC_MINUTES_ALARM 0x03
#define CMOS_RTC_HOURS         0x04
#define CMOS_RTC_HOURS_ALARM   0x05
#define CMOS_RTC_DAY_MONTH     0x07
#define CMOS_RTC_MONTH         0x08
#define CMOS_RTC_YEAR          0x09
#define CMOS_STATUS_B          0x0b
#define CMOS_CENTURY           0x32

/* Of CMOS_STATUS_B: the alarm interrupts. */
#define RTC_B_AIE 0x20

u8 rtc_read(u8 index);
void rtc_write(u8 index, u8 value);
void rtc_mask(u8 index, u8 off, u8 on);
int rtc_updating(void);

/* Start and stop the clock's interrupts. */
static inline void rtc_use(void)
{
}

#endif
