/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The clock of the ROM's platform port. */
#include "seabios/port/steady_clock.h"
#include "test.h"

TEST(a_clock_that_is_read_often_follows_its_counter)
{
    struct steady_clock clock = {0};
    uint32_t counter = UINT32_MAX - 1000, start = steady_clock_read(&clock, counter, 500);

    for (unsigned i = 1; i <= 100; i++) {
        counter += 499;
        CHECK_EQUAL(steady_clock_read(&clock, counter, 500) - start, i * 499);
    }
}

TEST(the_clock_counts_only_a_part_of_a_stop)
{
    struct steady_clock clock = {0};
    uint32_t start = steady_clock_read(&clock, 7, 500);

    CHECK_EQUAL(steady_clock_read(&clock, 7 + 501, 500) - start, 500);
    CHECK_EQUAL(steady_clock_read(&clock, 7 + 501 + 3, 500) - start, 503);
    /* Another host's counter may be behind. */
    CHECK_EQUAL(steady_clock_read(&clock, 2, 500) - start, 1003);
    CHECK_EQUAL(steady_clock_read(&clock, 5, 500) - start, 1006);
}
