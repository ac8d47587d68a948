/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The alarm of a PVH guest, by its ticks. */
#include "bios.h"
#include "bregs.h"
#include "hw/rtc.h"
#include "model/clock.h"
#include "model/fault.h"
#include "model/xen.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/pvh/alarm.h"
#include "seabios/pvh/cmos.h"
#include "xen/base/error.h"
#include "xen/base/public.h"
#include "xen/hv/cpu.h"
#include "xen/hv/hypercall.h"

#define READ_TIME 2
#define SET_TIME  3
#define SET_DATE  5
#define SET_ALARM 6
#define END_ALARM 7

/* 2026-11-27 21:59:58, at the present count of a counter of 2.4 GHz. */
#define NOW        UINT64_C(1795816798)
#define MULTIPLIER 1789569707u
#define KHZ        2400000u

#define TICK_US 54925u
#define DAY_S   86400u

extern s64 XenpvClockOffset;

static struct shared_info *shared;

static struct bregs int1a(u8 function, u16 cx, u16 dx)
{
    struct bregs regs = {.cx = cx, .dx = dx};

    regs.ah = function;
    handle_1a(&regs);
    return regs;
}

static void start(void)
{
    bios_reset("strict");
    world_add_disk(XVD(4));
    XenpvIsPvh = true;
    shared = memory_shared_info();
    shared->wc_sec = NOW;
    shared->vcpu_info[0].time.tsc_timestamp = cpu_tsc();
    shared->vcpu_info[0].time.tsc_to_system_mul = MULTIPLIER;
    Century = 0x20;
    bios_start();
    machine.caller = CALLER_REAL_MODE;
    memset(XenpvCmos, 0, sizeof(XenpvCmos));
    XenpvClockOffset = 0;
    XenpvAlarmRings = 0;
    int1a(END_ALARM, 0, 0);
}

/* One tick. Return: whether the alarm has come. */
static bool tick(void)
{
    machine.caller = CALLER_FLAT_32;
    xenpv_alarm_tick(cpu_tsc());
    machine.caller = CALLER_REAL_MODE;
    bool rings = XenpvAlarmRings;
    XenpvAlarmRings = 0;
    return rings;
}

/* Ticks for @seconds. Return: how often the alarm comes. */
static unsigned ring_in(unsigned seconds)
{
    unsigned rings = 0;

    for (uint64_t us = 0; us < (uint64_t)seconds * 1000000; us += TICK_US) {
        clock_advance_us(TICK_US);
        rings += tick();
    }
    return rings;
}

/* Ticks until the alarm comes. Return: the time then, as the program reads it: 0xHHMMSS. */
static u32 time_of_ring(unsigned most_seconds)
{
    for (uint64_t us = 0; us < (uint64_t)most_seconds * 1000000; us += TICK_US) {
        clock_advance_us(TICK_US);
        if (tick()) {
            struct bregs time = int1a(READ_TIME, 0, 0);
            return (u32)time.cx << 8 | time.dh;
        }
    }
    return 0xffffff;
}

TEST(the_alarm_of_a_pvh_guest_comes_in_its_second_whatever_part_of_one_has_passed)
{
    for (unsigned us = 0; us < 1000000; us += 99999) {
        test_note("%u us", us);
        start();
        clock_advance_us(us);
        CHECK(!(int1a(SET_ALARM, 0x2200, 0x0700).flags & F_CF));
        CHECK_EQUAL(time_of_ring(20), 0x220007);
        CHECK_EQUAL(ring_in(100), 0);
    }
}

TEST(the_alarm_of_a_pvh_guest_comes_each_day)
{
    start();
    int1a(SET_ALARM, 0x2201, 0x0000);
    CHECK_EQUAL(time_of_ring(100), 0x220100);
    CHECK_EQUAL(ring_in(DAY_S - 10), 0);
    CHECK_EQUAL(time_of_ring(20), 0x220100);
}

TEST(the_alarm_of_a_pvh_guest_does_not_come_while_its_handler_runs)
{
    start();
    int1a(SET_ALARM, 0xffff, 0xff00);
    for (unsigned i = 0; i < 100; i++) {
        XenpvAlarmRings = 2;
        clock_advance_us(TICK_US);
        machine.caller = CALLER_FLAT_32;
        xenpv_alarm_tick(cpu_tsc());
        machine.caller = CALLER_REAL_MODE;
        CHECK_EQUAL(XenpvAlarmRings, 2);
    }
    XenpvAlarmRings = 0;
    CHECK(ring_in(2) >= 1);
}

TEST(the_alarm_of_a_pvh_guest_may_come_each_minute)
{
    start();
    int1a(SET_ALARM, 0xffff, 0x0000);
    CHECK_EQUAL(time_of_ring(10), 0x220000);
    CHECK_EQUAL(time_of_ring(61), 0x220100);
    CHECK_EQUAL(ring_in(600), 10);
}

TEST(a_second_alarm_of_a_pvh_guest_is_refused_and_changes_nothing)
{
    start();
    int1a(SET_ALARM, 0x2200, 0x0700);
    CHECK(int1a(SET_ALARM, 0x2200, 0x0300).flags & F_CF);
    CHECK_EQUAL(time_of_ring(20), 0x220007);
    /* It has come, and goes on. */
    CHECK(int1a(SET_ALARM, 0x2200, 0x1500).flags & F_CF);
}

TEST(an_alarm_of_a_pvh_guest_that_is_due_comes_although_a_second_one_is_refused)
{
    start();
    int1a(SET_ALARM, 0x2200, 0x0700);
    clock_advance_us(9010000);
    CHECK(int1a(SET_ALARM, 0x2200, 0x3000).flags & F_CF);
    CHECK(tick());
    CHECK(!tick());
}

TEST(an_alarm_of_a_pvh_guest_that_is_ended_does_not_come)
{
    start();
    int1a(SET_ALARM, 0x2200, 0x0700);
    int1a(END_ALARM, 0, 0);
    CHECK_EQUAL(ring_in(20), 0);
    CHECK(!(int1a(SET_ALARM, 0x2200, 0x3000).flags & F_CF));
    CHECK_EQUAL(time_of_ring(20), 0x220030);
}

TEST(the_alarm_follows_the_clock_that_a_pvh_guest_sets)
{
    start();
    int1a(SET_ALARM, 0x0130, 0x0700);
    int1a(READ_TIME, 0, 0);
    int1a(SET_TIME, 0x0130, 0x0000);
    CHECK_EQUAL(time_of_ring(20), 0x013007);
    /* Beyond the next one: it comes on the next day. */
    int1a(SET_TIME, 0x0200, 0x0000);
    CHECK_EQUAL(ring_in(DAY_S - 2000), 0);
    int1a(READ_TIME, 0, 0);
    int1a(SET_DATE, 0x2030, 0x0101);
    CHECK_EQUAL(time_of_ring(2000), 0x013007);
}

TEST(the_alarm_of_a_pvh_guest_follows_the_clock_of_xen_within_a_minute)
{
    start();
    int1a(SET_ALARM, 0x2230, 0x0000);
    ring_in(10);
    /* Dom0 sets its clock back by ten minutes, and later on by twenty. */
    shared->wc_sec -= 600;
    CHECK_EQUAL(ring_in(1800), 0);
    shared->wc_sec += 1200;
    CHECK_EQUAL(ring_in(61), 1);
    CHECK_EQUAL(ring_in(1200), 0);
}

TEST(the_alarm_of_a_pvh_guest_comes_although_its_counter_runs_at_another_rate_than_the_clock)
{
    static const uint32_t multipliers[] = {MULTIPLIER - MULTIPLIER / 500,
                                           MULTIPLIER + MULTIPLIER / 500};

    for (unsigned i = 0; i < 2; i++) {
        test_note("multiplier %u", multipliers[i]);
        start();
        shared->vcpu_info[0].time.tsc_to_system_mul = multipliers[i];
        int1a(SET_ALARM, 0x2300, 0x0000);
        CHECK_EQUAL(time_of_ring(4000), 0x230000);
        CHECK_EQUAL(ring_in(4000), 0);
    }
}

TEST(a_pvh_guest_looks_at_the_clock_once_a_minute_for_its_alarm)
{
    start();
    uint32_t before = hypercall_count();
    ring_in(600);
    CHECK_EQUAL(hypercall_count() - before, 0);
    int1a(SET_ALARM, 0x2300, 0x0000);
    before = hypercall_count();
    ring_in(600);
    /* Two for each look. */
    CHECK(hypercall_count() - before <= 20);
}

TEST(a_pvh_guest_whose_counter_is_set_back_looks_at_the_clock)
{
    start();
    clock_advance_us(UINT64_C(5000000000));
    int1a(SET_ALARM, 0xffff, 0x0000);
    uint32_t before = hypercall_count();
    machine.caller = CALLER_FLAT_32;
    xenpv_alarm_tick(cpu_tsc() - UINT64_C(4000) * 1000 * KHZ);
    CHECK_EQUAL(hypercall_count() - before, 2);
    CHECK(!XenpvAlarmRings);
}

TEST(an_alarm_at_a_time_that_does_not_exist_never_comes_to_a_pvh_guest)
{
    start();
    CHECK(!(int1a(SET_ALARM, 0x2500, 0x0000).flags & F_CF));
    CHECK_EQUAL(ring_in(7200), 0);
    CHECK(int1a(SET_ALARM, 0x2200, 0x0700).flags & F_CF);
}

TEST(a_pvh_guest_whose_clock_cannot_be_read_looks_again_a_minute_later)
{
    start();
    int1a(SET_ALARM, 0x2200, 0x0200);
    xen_fault = (struct xen_fault){.number = __HYPERVISOR_memory_op,
                                   .operation = XENMEM_add_to_physmap,
                                   .times = 1,
                                   .error = -XEN_EPERM};
    CHECK_EQUAL(ring_in(30), 0);
    CHECK_EQUAL(log_count("cannot map"), 1);
    CHECK_EQUAL(ring_in(40), 1);
}

TEST(an_alarm_of_an_hvm_guest_is_that_of_its_clock)
{
    start();
    XenpvIsPvh = false;
    unsigned calls = machine.calls_32;
    int1a(SET_ALARM, 0x2200, 0x0700);
    CHECK_EQUAL(machine.clock[CMOS_RTC_SECONDS_ALARM], 0x07);
    CHECK(machine.clock[CMOS_STATUS_B] & RTC_B_AIE);
    CHECK_EQUAL(machine.calls_32, calls);
    CHECK_EQUAL(ring_in(20), 0);
}

TEST(a_pvh_guest_in_virtual_8086_mode_has_no_alarm)
{
    start();
    machine.caller = CALLER_VIRTUAL_8086;
    CHECK(!(int1a(SET_ALARM, 0x2200, 0x0700).flags & F_CF));
    CHECK_EQUAL(ring_in(20), 0);
}
