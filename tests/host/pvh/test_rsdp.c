/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The RSDP of a PVH guest. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pvh/rsdp.h"
#include "test.h"

#define OLD_SUM  8
#define REVISION 15
#define LENGTH   20
#define NEW_SUM  32

static uint8_t bytes[RSDP_BYTES];

static uint8_t sum(unsigned count)
{
    uint8_t sum = 0;

    for (unsigned i = 0; i < count; i++)
        sum = (uint8_t)(sum + bytes[i]);
    return sum;
}

static void sums_set(void)
{
    bytes[OLD_SUM] = 0;
    bytes[OLD_SUM] = (uint8_t)-sum(20);
    bytes[NEW_SUM] = 0;
    bytes[NEW_SUM] = (uint8_t)-sum(RSDP_BYTES);
}

static void good(void)
{
    memset(bytes, 0, sizeof(bytes));
    memcpy(bytes, "RSD PTR ", 8);
    memcpy(bytes + 9, "Xen", 3);
    bytes[REVISION] = 2;
    bytes[LENGTH] = RSDP_BYTES;
    bytes[25] = 0x80;
    sums_set();
}

/* Check it where nothing is behind it. */
static bool is_good(void)
{
    uint8_t *copy = malloc(sizeof(bytes));

    memcpy(copy, bytes, sizeof(bytes));
    bool result = rsdp_is_good(copy);
    free(copy);
    return result;
}

TEST(an_rsdp_with_an_xsdt_is_accepted)
{
    good();
    CHECK(is_good());
    bytes[REVISION] = 3;
    sums_set();
    CHECK(is_good());
}

TEST(an_rsdp_with_any_wrong_byte_is_refused)
{
    for (unsigned i = 0; i < RSDP_BYTES; i++) {
        test_note("byte %u", i);
        good();
        bytes[i] ^= 0x20;
        CHECK(!is_good());
    }
    memset(bytes, 0, sizeof(bytes));
    CHECK(!is_good());
    memset(bytes, 0xff, sizeof(bytes));
    CHECK(!is_good());
}

TEST(an_rsdp_with_right_sums_and_wrong_fields_is_refused)
{
    good();
    bytes[0] = 'r';
    sums_set();
    CHECK(!is_good());
    good();
    bytes[REVISION] = 0; /* without an XSDT */
    sums_set();
    CHECK(!is_good());
    for (unsigned i = 0; i < 4; i++) {
        test_note("byte %u of the length", i);
        good();
        bytes[LENGTH + i]++;
        sums_set();
        CHECK(!is_good());
    }
    /* The second sum is right for these bytes, the first is not, and the other way round. */
    good();
    bytes[OLD_SUM]++;
    bytes[NEW_SUM]--;
    CHECK(!is_good());
    good();
    bytes[30]++;
    CHECK(!is_good());
}
