/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' clock.c with some of its functions behind ours. Each tick of the timer moves keys and
 * text of the PV console. A PVH guest has no timer and no clock of a PC: the local APIC makes the
 * ticks (seabios/pvh/tick.h), Xen tells the time (seabios/pvh/cmos.h), and ticks give the alarm
 * (seabios/pvh/alarm.h).
 */
#include "hw/rtc.h" // rtc_use
#include "types.h"  // u32

#define clock_setup   seabios_clock_setup
#define handle_08     seabios_handle_08
#define handle_1a     seabios_handle_1a
#define handle_1586   seabios_handle_1586
#define ticks_from_ms clock_ticks_from_ms
#define rtc_use       clock_wait_begins

static void clock_wait_begins(void);

/* SeaBIOS' own overflows above 78,634,000 ms, which is 21:50:34. 1193182 Hz divided by 65536. */
static u32 clock_ticks_from_ms(u32 ms)
{
    return (u32)((u64)ms * 1193182 >> 16) / 1000;
}

#include "src/clock.c"
#undef clock_setup
#undef handle_08
#undef handle_1a
#undef handle_1586
#undef ticks_from_ms
#undef rtc_use

#include "seabios/console/console_calls.h"
#include "seabios/int13/kept.h"
#include "seabios/port/call32.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/port/xen_core.h"
#include "seabios/pvh/alarm.h"
#include "seabios/pvh/cmos.h"
#include "seabios/pvh/tick.h"

#define TICK_US 54925

/* SeaBIOS' timer computes in 32 bits. */
#define WAIT_MOST_US 60000000

#define SET_TIME  0x03
#define SET_DATE  0x05
#define SET_ALARM 0x06
#define END_ALARM 0x07

void clock_setup(void);
void handle_08(void);
void handle_1a(struct bregs *regs);
void handle_1586(struct bregs *regs);

void clock_setup(void)
{
    int error, is_pvh = CONFIG_XENPV && xenpv_is_pvh();

    /* Reading the time takes hypercalls. */
    if (is_pvh)
        xenpv_core(&error);
    seabios_clock_setup();
    if (is_pvh)
        xenpv_tick_setup();
}

/* A program has asked for a wait (int15 AH=83h). In a PVH guest ticks end it: the first may come at
 * once, so it takes one more. */
static void clock_wait_begins(void)
{
    u32 left = GET_BDA(user_wait_timeout);

    rtc_use();
    if (CONFIG_XENPV && xenpv_is_pvh())
        SET_BDA(user_wait_timeout, left < (u32)-TICK_US ? left + TICK_US : (u32)-1);
}

/* A wait that a program has asked for (int15 AH=83h), which the clock's interrupt ends on a PC. */
static void clock_wait_goes_on(void)
{
    u32 left = GET_BDA(user_wait_timeout);

    if (!GET_BDA(rtc_wait_flag))
        return;
    if (left > TICK_US) {
        SET_BDA(user_wait_timeout, left - TICK_US);
        return;
    }
    struct segoff_s flag = GET_BDA(user_wait_complete_flag);
    u8 *byte = (u8 *)(flag.offset + 0);
    SET_FARVAR(flag.seg, *byte, GET_FARVAR(flag.seg, *byte) | 0x80);
    clear_usertimer();
}

// INT 08h System Timer ISR Entry Point
void VISIBLE16 handle_08(void)
{
    seabios_handle_08();
    if (!CONFIG_XENPV)
        return;
    if (xenpv_is_pvh()) {
        clock_wait_goes_on();
        return;
    }
    xenpv_kept_tick();
    if (GET_LOW(XenpvConsole) && call32_is_unseen())
        call32(xenpv_console_32, XENPV_CONSOLE_TICK, 0);
}

/* A program has set the time, the date or the alarm of a PVH guest. */
static void clock_is_set(u8 function)
{
    if (function == SET_TIME || function == SET_DATE)
        call32(xenpv_cmos_set_32, GET_LOW(Century), 0);
    call32(xenpv_alarm_plan_32, 0, 0);
}

// INT 1Ah Time-of-day Service Entry Point
void VISIBLE16 handle_1a(struct bregs *regs)
{
    u8 function = regs->ah;

    seabios_handle_1a(regs);
    if (CONFIG_XENPV && xenpv_is_pvh() && !(regs->flags & F_CF) && call32_works() &&
        (function == SET_TIME || function == SET_DATE || function == SET_ALARM ||
         function == END_ALARM))
        clock_is_set(function);
}

// Wait for CX:DX microseconds
void handle_1586(struct bregs *regs)
{
    if (!CONFIG_XENPV || !xenpv_is_pvh()) {
        seabios_handle_1586(regs);
        return;
    }
    u32 left = (u32)regs->cx << 16 | regs->dx;
    do {
        u32 part = left < WAIT_MOST_US ? left : WAIT_MOST_US;
        u32 end = timer_calc_usec(part);

        while (!timer_check(end))
            yield();
        left -= part;
    } while (left);
    set_success(regs);
}
