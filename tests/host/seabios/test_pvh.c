/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Time of day, waits, power-off and reset in a PVH guest, and in an HVM guest as before. */
#include "bios.h"
#include "biosvar.h" // GET_BDA
#include "bregs.h"
#include "hw/ps2port.h"
#include "hw/rtc.h"
#include "model/clock.h"
#include "model/xen.h"
#include "seabios/port/pvh_guest.h"
#include "xen/base/public.h"
#include "xen/hv/cpu.h"

#define DAY_MS 86400000u

static struct backend *backend;

/* 2026-11-27 21:59:58, at the present count of a counter of 2.4 GHz. */
#define NOW        UINT64_C(1795816798)
#define MULTIPLIER 1789569707u

static void set_wall_clock(void)
{
    struct shared_info *shared = memory_shared_info();

    shared->wc_sec = NOW;
    shared->vcpu_info[0].time.tsc_timestamp = cpu_tsc();
    shared->vcpu_info[0].time.tsc_to_system_mul = MULTIPLIER;
}

static void start_in(const char *mode, bool is_pvh)
{
    bios_reset(mode);
    backend = world_add_disk(XVD(4));
    XenpvIsPvh = is_pvh;
    set_wall_clock();
    Century = 0x20;
    bios_start();
    machine.caller = CALLER_REAL_MODE;
}

static void start(bool is_pvh)
{
    start_in("strict", is_pvh);
}

/**** The count of ticks ****/

TEST(the_count_of_ticks_is_right_at_any_time_of_the_day)
{
    static const uint32_t times[] = {0,        54925,    54926,    3600000,  78634000,
                                     78634001, 81396000, 86399000, 86399999, DAY_MS / 2 + 1};

    for (unsigned i = 0; i < 2 * ARRAY_SIZE(times); i++) {
        uint32_t ms = times[i / 2];

        test_note("%u ms", ms);
        start(i % 2);
        machine.caller = CALLER_FLAT_32;
        machine.time_ms = ms;
        clock_setup();
        /* 1193182 Hz divided by 65536. */
        uint64_t ticks = (uint64_t)ms * 1193182 / 65536 / 1000;
        CHECK_EQUAL(GET_BDA(timer_counter), ticks);
        CHECK_EQUAL(machine.tick_setups, i % 2);
    }
}

/**** The time of day ****/

static struct bregs int1a(u8 function, u16 cx, u16 dx)
{
    struct bregs regs = {.cx = cx, .dx = dx};

    regs.ah = function;
    handle_1a(&regs);
    return regs;
}

TEST(a_pvh_guest_has_the_time_from_xen)
{
    start(true);
    struct bregs time = int1a(2, 0, 0);
    CHECK_EQUAL(time.cx, 0x2159);
    CHECK_EQUAL(time.dh, 0x58);
    clock_advance_us(2500000);
    time = int1a(2, 0, 0);
    CHECK_EQUAL(time.cx, 0x2200);
    CHECK_EQUAL(time.dh, 0x00);
    CHECK_EQUAL(rtc_read(CMOS_RTC_YEAR), 0x26);
    CHECK_EQUAL(rtc_read(CMOS_RTC_MONTH), 0x11);
    CHECK_EQUAL(rtc_read(CMOS_RTC_DAY_MONTH), 0x27);
    CHECK_EQUAL(rtc_read(CMOS_CENTURY), 0x20);
    CHECK_EQUAL(machine.clock_accesses, 0);
}

TEST(a_pvh_guest_that_sets_its_clock_keeps_the_difference)
{
    start(true);
    int1a(2, 0, 0);
    int1a(3, 0x0130, 0x0500);
    clock_advance_us(3100000);
    struct bregs time = int1a(2, 0, 0);
    CHECK_EQUAL(time.cx, 0x0130);
    CHECK_EQUAL(time.dh, 0x08);
    int1a(5, 0x1999, 0x1231);
    time = int1a(2, 0, 0);
    CHECK_EQUAL(time.cx, 0x0130);
    CHECK_EQUAL(rtc_read(CMOS_RTC_YEAR), 0x99);
    CHECK_EQUAL(rtc_read(CMOS_CENTURY), 0x19);
    clock_advance_us(UINT64_C(23) * 3600 * 1000000);
    int1a(2, 0, 0);
    CHECK_EQUAL(rtc_read(CMOS_RTC_YEAR), 0x00);
    CHECK_EQUAL(rtc_read(CMOS_CENTURY), 0x20);
}

TEST(what_is_no_time_does_not_set_the_clock_of_a_pvh_guest)
{
    start(true);
    int1a(2, 0, 0);
    int1a(3, 0x2561, 0x0000);
    struct bregs time = int1a(2, 0, 0);
    CHECK_EQUAL(time.cx, 0x2159);
}

TEST(an_hvm_guest_keeps_its_clock)
{
    start(false);
    machine.clock[CMOS_RTC_HOURS] = 0x07;
    CHECK_EQUAL(int1a(2, 0, 0).ch, 0x07);
    CHECK(machine.clock_accesses > 0);
    unsigned accesses = machine.clock_accesses, calls = machine.calls_32;
    int1a(3, 0x0130, 0x0500);
    CHECK_EQUAL(machine.clock[CMOS_RTC_MINUTES], 0x30);
    CHECK(machine.clock_accesses > accesses);
    CHECK_EQUAL(machine.calls_32, calls);
}

TEST(a_pvh_guest_in_virtual_8086_mode_has_the_time_that_was_read_last)
{
    start(true);
    int1a(2, 0, 0);
    machine.caller = CALLER_VIRTUAL_8086;
    clock_advance_us(10000000);
    CHECK_EQUAL(int1a(2, 0, 0).cx, 0x2159);
    int1a(3, 0x0130, 0x0500);
    machine.caller = CALLER_REAL_MODE;
    CHECK_EQUAL(int1a(2, 0, 0).cx, 0x2200);
}

/**** Waits ****/

static uint64_t wait_ms(u32 microseconds)
{
    struct bregs regs = {.cx = (u16)(microseconds >> 16), .dx = (u16)microseconds};
    uint64_t begin = cpu_tsc();

    handle_1586(&regs);
    return (cpu_tsc() - begin) / 2400000;
}

TEST(a_pvh_guest_waits_as_long_as_it_asks)
{
    static const u32 waits[] = {0, 1, 999, 500000, 59999999, 60000000, 60000001, 1000000000};

    for (unsigned i = 0; i < ARRAY_SIZE(waits); i++) {
        test_note("%u us", waits[i]);
        start(true);
        uint64_t ms = wait_ms(waits[i]);
        CHECK(ms >= waits[i] / 1000);
        /* A turn takes 10 ms, and a piece of the wait ends with one. */
        CHECK(ms <= waits[i] / 1000 + 20 + waits[i] / 60000000 * 20);
        CHECK_EQUAL(machine.waits, 0);
    }
    start(false);
    CHECK_EQUAL(wait_ms(1000000), 0);
    CHECK_EQUAL(machine.waits, 1);
}

#define FLAG_SEGMENT 0x3000
#define FLAG_OFFSET  0x10

/* Return: after how many ticks the flag of a wait is set. */
static unsigned ticks_of(u32 microseconds)
{
    struct segoff_s flag = {.segoff = (u32)FLAG_SEGMENT << 16 | FLAG_OFFSET};
    u8 *byte = machine_far(FLAG_SEGMENT, FLAG_OFFSET);
    unsigned ticks = 0;

    *byte = 0x01;
    clock_begin_wait(microseconds, flag);
    for (; *byte == 0x01 && ticks < 1000; ticks++)
        handle_08();
    CHECK_EQUAL(*byte, ticks < 1000 ? 0x81 : 0x01);
    return ticks;
}

TEST(ticks_end_a_wait_of_a_pvh_guest_not_before_its_time)
{
    start(true);
    /* The first tick may come at once. */
    CHECK_EQUAL(ticks_of(1), 2);
    CHECK_EQUAL(ticks_of(54925), 2);
    CHECK_EQUAL(ticks_of(54926), 3);
    CHECK_EQUAL(ticks_of(200000), 5);
    CHECK_EQUAL(ticks_of(UINT32_MAX), 1000);
    CHECK_EQUAL(GET_BDA(rtc_wait_flag), 1);
    start(false);
    CHECK_EQUAL(ticks_of(1), 1000);
}

/**** The rate of the processor ****/

TEST(a_pvh_guest_has_the_rate_of_its_processor_from_xen)
{
    start(true);
    machine.caller = CALLER_FLAT_32;
    timer_setup();
    CHECK_EQUAL(machine.tsc_khz, 2400000);
    CHECK_EQUAL(machine.timer_measurements, 0);
    start(false);
    machine.caller = CALLER_FLAT_32;
    timer_setup();
    CHECK_EQUAL(machine.tsc_khz, 0);
    CHECK_EQUAL(machine.timer_measurements, 1);
}

/**** Power ****/

static void power_off(u16 device, u16 state)
{
    struct bregs regs = {.ax = 0x5307, .bx = device, .cx = state};

    handle_15(&regs);
    CHECK(!(regs.flags & F_CF));
}

TEST(xen_switches_a_pvh_guest_off)
{
    start(true);
    power_off(1, 3);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_poweroff], 1);
    start(false);
    power_off(1, 3);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_poweroff], 0);
    CHECK_EQUAL(machine.power_offs, 1);
    start(true);
    machine.caller = CALLER_PROTECTED_16;
    power_off(1, 3);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_poweroff], 0);
    CHECK_EQUAL(machine.power_offs, 1);
}

static void be_idle(void)
{
    struct bregs regs = {.ax = 0x5305};

    handle_15(&regs);
    CHECK(!(regs.flags & F_CF));
}

/* No other interrupt would end the wait. */
TEST(a_program_that_is_idle_in_its_handler_of_a_tick_does_not_wait_for_one)
{
    for (unsigned i = 0; i < 4; i++) {
        bool is_pvh = i % 2;

        test_note("case %u", i);
        start(is_pvh);
        machine.tick_in_service = is_pvh && i / 2;
        unsigned yields = machine.yields;
        be_idle();
        CHECK_EQUAL(machine.idles, !machine.tick_in_service);
        CHECK_EQUAL(machine.yields - yields, (unsigned)machine.tick_in_service);
    }
}

/* Its port would read as busy for ever. */
TEST(a_pvh_guest_has_no_controller_of_keyboard_and_mouse)
{
    u8 lights = 2;

    for (unsigned is_pvh = 0; is_pvh < 2; is_pvh++) {
        test_note("a PVH guest: %u", is_pvh);
        start(is_pvh);
        CHECK_EQUAL(ps2_kbd_command(0x10ed, &lights), is_pvh ? -1 : 0);
        CHECK_EQUAL(ps2_mouse_command(0xf4, &lights), is_pvh ? -1 : 0);
        CHECK_EQUAL(machine.controller_commands, is_pvh ? 0u : 2u);
    }
}

TEST(another_power_state_does_not_switch_a_pvh_guest_off)
{
    start_in("linger", true);
    bios_check_write(bios_drive(0), 7, 3);
    power_off(1, 2);
    power_off(2, 3);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_poweroff], 0);
    CHECK_EQUAL(machine.power_offs, 0);
    CHECK(bios_is_open(backend));
}

TEST(a_power_off_leaves_the_disks_flushed_and_closed)
{
    for (unsigned is_pvh = 0; is_pvh < 2; is_pvh++) {
        test_note("a PVH guest: %u", is_pvh);
        start_in("linger", is_pvh);
        bios_check_write(bios_drive(0), 7, 3);
        CHECK(bios_is_open(backend));
        unsigned flushes = backend->flushes;
        power_off(1, 3);
        CHECK(!bios_is_open(backend));
        CHECK(backend->flushes > flushes);
    }
}

TEST(xen_restarts_a_pvh_guest_with_its_disks_closed)
{
    start(true);
    machine.caller = CALLER_FLAT_32;
    handle_resume32(0);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_reboot], 1);
    CHECK(!bios_is_open(backend));
    start(false);
    machine.caller = CALLER_FLAT_32;
    handle_resume32(0);
    CHECK_EQUAL(xen_shutdowns[SHUTDOWN_reboot], 0);
    CHECK_EQUAL(machine.resumes, 1);
}
