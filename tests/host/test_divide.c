/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Division without a library, compared with the host's. */
#include "test.h"
#include "xen/base/divide.h"

static void check(uint64_t number, uint32_t by)
{
    uint32_t rest;

    test_note("%llu / %u", (unsigned long long)number, by);
    CHECK_EQUAL(divide_u64(number, by, &rest), number / by);
    CHECK_EQUAL(rest, number % by);
    CHECK_EQUAL(divide_u64(number, by, 0), number / by);
}

TEST(numbers_are_divided_as_the_host_divides_them)
{
    static const uint64_t numbers[] = {0,          1,          2,           65535,
                                       UINT32_MAX, 4294967296, 86400000000, UINT64_MAX};
    static const uint32_t divisors[] = {1, 2, 3, 86400, 1000000000, 0x80000000, UINT32_MAX};
    uint64_t number = 1;

    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        for (unsigned j = 0; j < sizeof(divisors) / sizeof(divisors[0]); j++)
            check(numbers[i], divisors[j]);
    for (unsigned i = 0; i < 20000; i++) {
        number = number * UINT64_C(6364136223846793005) + 1442695040888963407;
        check(number >> i % 61, (uint32_t)(number >> 7) >> i % 31 | 1);
    }
}
