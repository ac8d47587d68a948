/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small clock.c: the interrupt of the timer, which other programs may hook, and some services of
 * time. */
#include "biosvar.h" // GET_LOW
#include "bregs.h"
#include "config.h"
#include "hw/rtc.h"
#include "machine.h"
#include "stacks.h" // call32
#include "util.h"

u8 Century;

void clock_setup(void)
{
    SET_BDA(timer_counter, ticks_from_ms(machine.time_ms));
}

void handle_08(void)
{
    machine.ticks++;
}

/* Read the time (2), set it (3), set the date (5), set the alarm (6) and end it (7). */
void handle_1a(struct bregs *regs)
{
    if (rtc_updating()) {
        regs->flags |= F_CF;
        return;
    }
    switch (regs->ah) {
    case 2:
        regs->ch = rtc_read(CMOS_RTC_HOURS);
        regs->cl = rtc_read(CMOS_RTC_MINUTES);
        regs->dh = rtc_read(CMOS_RTC_SECONDS);
        break;
    case 3:
        rtc_write(CMOS_RTC_HOURS, regs->ch);
        rtc_write(CMOS_RTC_MINUTES, regs->cl);
        rtc_write(CMOS_RTC_SECONDS, regs->dh);
        break;
    case 6:
        if (rtc_read(CMOS_STATUS_B) & RTC_B_AIE) {
            regs->flags |= F_CF;
            return;
        }
        rtc_write(CMOS_RTC_HOURS_ALARM, regs->ch);
        rtc_write(CMOS_RTC_MINUTES_ALARM, regs->cl);
        rtc_write(CMOS_RTC_SECONDS_ALARM, regs->dh);
        rtc_mask(CMOS_STATUS_B, 0, RTC_B_AIE);
        break;
    case 7:
        rtc_mask(CMOS_STATUS_B, RTC_B_AIE, 0);
        break;
    default:
        Century = regs->ch;
        rtc_write(CMOS_RTC_YEAR, regs->cl);
        rtc_write(CMOS_RTC_MONTH, regs->dh);
        rtc_write(CMOS_RTC_DAY_MONTH, regs->dl);
        break;
    }
}

/* The end of a wait, and its beginning for @usecs with a flag at @flag. */
void clear_usertimer(void)
{
    SET_BDA(rtc_wait_flag, 0);
}

void clock_begin_wait(u32 usecs, struct segoff_s flag)
{
    SET_BDA(rtc_wait_flag, 1);
    SET_BDA(user_wait_complete_flag, flag);
    SET_BDA(user_wait_timeout, usecs);
    rtc_use();
}

void handle_1586(struct bregs *regs)
{
    (void)regs;
    machine.waits++;
}
