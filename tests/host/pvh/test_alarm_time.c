/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* When the alarm of a PVH guest is due. */
#include "seabios/pvh/alarm_time.h"
#include "test.h"

#define DAY 86400u
#define ANY 0xff

#define AT(hour, minute, second) (3600u * (hour) + 60u * (minute) + (second))

static uint32_t wait(uint8_t hour, uint8_t minute, uint8_t second, uint32_t now)
{
    return alarm_time_wait(&(struct alarm_time){hour, minute, second}, now);
}

/* The same by trying each second of a day. */
static uint32_t wait_by_seconds(const struct alarm_time *alarm, uint32_t now)
{
    for (uint32_t wait = 1; wait <= DAY; wait++) {
        uint32_t time = (now + wait) % DAY, values[] = {time / 3600, time / 60 % 60, time % 60};
        const uint8_t wanted[] = {alarm->hour, alarm->minute, alarm->second};
        unsigned same = 0;

        for (unsigned i = 0; i < 3; i++)
            same += wanted[i] >= 0xc0 || wanted[i] == values[i] / 10 * 16 + values[i] % 10;
        if (same == 3)
            return wait;
    }
    return 0;
}

TEST(an_alarm_is_due_at_the_next_such_time)
{
    CHECK_EQUAL(wait(0x22, 0x05, 0x09, AT(21, 59, 58)), 5 * 60 + 9 + 2);
    CHECK_EQUAL(wait(0x21, 0x59, 0x59, AT(21, 59, 58)), 1);
    CHECK_EQUAL(wait(0x21, 0x59, 0x58, AT(21, 59, 58)), DAY);
    CHECK_EQUAL(wait(0x21, 0x59, 0x57, AT(21, 59, 58)), DAY - 1);
    CHECK_EQUAL(wait(0x00, 0x00, 0x00, DAY - 1), 1);
    CHECK_EQUAL(wait(0x23, 0x59, 0x59, 0), DAY - 1);
}

TEST(an_alarm_may_mean_each_hour_minute_or_second)
{
    CHECK_EQUAL(wait(ANY, 0x00, 0x00, AT(21, 59, 58)), 2);
    CHECK_EQUAL(wait(ANY, 0x00, 0x00, AT(22, 0, 0)), 3600);
    CHECK_EQUAL(wait(ANY, ANY, 0x58, AT(21, 59, 58)), 60);
    CHECK_EQUAL(wait(ANY, ANY, ANY, DAY - 1), 1);
    CHECK_EQUAL(wait(0xc0, 0xc0, 0xc0, 77), 1);
    CHECK_EQUAL(wait(0x22, ANY, ANY, AT(21, 59, 58)), 2);
    CHECK_EQUAL(wait(0x21, ANY, 0x00, AT(21, 59, 58)), AT(24, 0, 0) - AT(0, 59, 58));
}

TEST(an_alarm_at_a_time_that_does_not_exist_is_never_due)
{
    CHECK_EQUAL(wait(0x24, 0x00, 0x00, 0), 0);
    CHECK_EQUAL(wait(ANY, 0x60, ANY, AT(12, 0, 0)), 0);
    CHECK_EQUAL(wait(ANY, ANY, 0x0a, DAY - 1), 0);
    CHECK_EQUAL(wait(0xbf, ANY, ANY, DAY - 1), 0);
}

TEST(an_alarm_is_due_when_a_clock_that_compares_each_second_gives_it)
{
    uint32_t random = 1;

    for (unsigned i = 0; i < 500; i++) {
        uint8_t fields[3];

        for (unsigned j = 0; j < 3; j++) {
            random = random * 1103515245 + 12345;
            uint32_t number = (random >> 16) % (j ? 61 : 25);
            fields[j] = random >> 28 ? (uint8_t)(number / 10 << 4 | number % 10) : ANY;
        }
        struct alarm_time alarm = {fields[0], fields[1], fields[2]};
        random = random * 1103515245 + 12345;
        uint32_t now = (random >> 8) % DAY;
        test_note("%x:%x:%x at %u", fields[0], fields[1], fields[2], now);
        CHECK_EQUAL(alarm_time_wait(&alarm, now), wait_by_seconds(&alarm, now));
    }
}
