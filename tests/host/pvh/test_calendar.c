/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Dates, compared with those of the host's C library. */
#define _DEFAULT_SOURCE
#include <time.h>

#include "seabios/pvh/calendar.h"
#include "test.h"

#define YEAR_9999_END UINT64_C(253402300799)

static void check(uint64_t seconds)
{
    time_t time = (time_t)seconds;
    struct tm tm;
    struct calendar calendar = calendar_from_seconds(seconds);

    test_note("second %llu", (unsigned long long)seconds);
    CHECK(gmtime_r(&time, &tm));
    CHECK_EQUAL(calendar.year, tm.tm_year + 1900);
    CHECK_EQUAL(calendar.month, tm.tm_mon + 1);
    CHECK_EQUAL(calendar.day, tm.tm_mday);
    CHECK_EQUAL(calendar.hour, tm.tm_hour);
    CHECK_EQUAL(calendar.minute, tm.tm_min);
    CHECK_EQUAL(calendar.second, tm.tm_sec);
    CHECK_EQUAL(calendar_to_seconds(&calendar), seconds);
}

TEST(seconds_are_the_dates_of_the_host_s_library)
{
    uint64_t most = sizeof(time_t) > 4 ? YEAR_9999_END : INT32_MAX;

    /* The end of each day, and its beginning. */
    for (uint64_t day = 86400; day < UINT64_C(86400) * 366 * 130 && day <= most; day += 86400) {
        check(day - 1);
        check(day);
    }
    for (uint64_t seconds = 1; seconds <= most; seconds += seconds / 50 + 1)
        check(seconds);
    check(most);
}

TEST(what_is_no_date_has_no_seconds)
{
    static const struct calendar wrong[] = {
        {1969, 12, 31, 23, 59, 59}, {10000, 1, 1, 0, 0, 0}, {2026, 0, 1, 0, 0, 0},
        {2026, 13, 1, 0, 0, 0},     {2026, 1, 0, 0, 0, 0},  {2026, 2, 29, 0, 0, 0},
        {2100, 2, 29, 0, 0, 0},     {2026, 4, 31, 0, 0, 0}, {2026, 1, 1, 24, 0, 0},
        {2026, 1, 1, 0, 60, 0},     {2026, 1, 1, 0, 0, 60},
    };

    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        test_note("case %u", i);
        CHECK_EQUAL(calendar_to_seconds(&wrong[i]), 0);
    }
    CHECK(calendar_to_seconds(&(struct calendar){2024, 2, 29, 0, 0, 0}));
    CHECK(calendar_to_seconds(&(struct calendar){2000, 2, 29, 0, 0, 0}));
}
