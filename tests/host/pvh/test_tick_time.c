/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* When the ticks of a PVH guest are due. */
#include "seabios/pvh/tick_time.h"
#include "test.h"

#define KHZ 2600000u

/* Counts in a number of the APIC's units of 160 ns. */
static uint64_t counts(uint32_t units, uint32_t khz)
{
    return (uint64_t)units * khz / 6250;
}

TEST(a_day_has_as_many_ticks_as_on_a_pc_however_late_each_comes)
{
    static const uint32_t rates[] = {1000001, 800000, 2400000, 2596122, 4999999};

    for (unsigned i = 0; i < test_share(sizeof(rates) / sizeof(rates[0])); i++) {
        uint64_t begin = UINT64_C(123456789123), now = begin, ticks = 0;
        uint64_t day = (uint64_t)rates[i] * 1000 * 86400;
        uint32_t late = 1;
        struct tick_time time;

        test_note("%u kHz", rates[i]);
        tick_time_begin(&time, rates[i], now);
        now += time.period;
        while (now - begin < day) {
            ticks++;
            late = late * 1103515245 + 12345;
            now += late % (time.period / 2);
            now += counts(tick_time_next(&time, now), rates[i]);
        }
        /* 86400 s at 1193182 / 65536 Hz are 1573042.7 ticks. */
        CHECK(ticks >= 1573042 && ticks <= 1573043);
    }
}

TEST(a_tick_that_comes_early_does_not_make_the_next_one_early)
{
    struct tick_time time;

    tick_time_begin(&time, KHZ, 0);
    uint64_t due = time.deadline + time.period;
    uint64_t now = time.deadline - 1000;
    now += counts(tick_time_next(&time, now), KHZ);
    CHECK(now >= due && now <= due + KHZ / 6250 + 1);
}

TEST(ticks_that_were_missed_are_left_out)
{
    struct tick_time time;

    tick_time_begin(&time, KHZ, 0);
    uint64_t begin = time.deadline;
    uint64_t now = begin + 3 * (uint64_t)time.period + time.period / 2;
    uint32_t units = tick_time_next(&time, now);
    CHECK(counts(units, KHZ) <= time.period / 2 + KHZ / 6250 + 1);
    CHECK_EQUAL(time.deadline, begin + 4 * (uint64_t)time.period);
}

TEST(a_tick_exactly_at_the_next_deadline_waits_for_the_one_after)
{
    struct tick_time time;

    tick_time_begin(&time, KHZ, 0);
    uint64_t next = time.deadline + time.period;
    tick_time_next(&time, next);
    CHECK_EQUAL(time.deadline, next + time.period);
    CHECK(tick_time_next(&time, time.deadline - 1) > 1);
}

TEST(a_counter_that_was_set_begins_again)
{
    static const int64_t jumps[] = {INT64_C(1) << 50, -(INT64_C(1) << 40), -(INT64_C(1) << 36)};
    struct tick_time time;

    for (unsigned i = 0; i < 3; i++) {
        test_note("jump %u", i);
        tick_time_begin(&time, KHZ, UINT64_C(1) << 45);
        uint64_t now = time.deadline + (uint64_t)jumps[i];
        uint64_t wait = counts(tick_time_next(&time, now), KHZ);
        CHECK(wait >= time.period - 2 && wait <= time.period + KHZ / 6250 + 1);
        CHECK_EQUAL(time.deadline, now + time.period);
    }
}
