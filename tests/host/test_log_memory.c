/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The firmware reads its own log in memory: all of it, or what is left. */
#include "test.h"
#include "xen/base/log_memory.h"

#include <stdint.h>
#include <string.h>

#define BYTES 1024u

static struct {
    struct log_ring ring;
    uint8_t data[BYTES];
} memory;

static struct log_ring *const ring = &memory.ring;

static char buffer[2 * BYTES];

/* Byte N of the log. */
static char byte_of(uint32_t n)
{
    return (char)('!' + (n % 1000003) * 31 % 90);
}

/* A ring in which @from bytes have been written, of which the last ones are forgotten. */
static void start(uint32_t from)
{
    memset(&memory, 0x5a, sizeof(memory));
    log_ring_make(ring, BYTES);
    ring->written = from;
}

static void put(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        log_ring_put(ring, BYTES, byte_of(ring->written));
}

/* Read, and check that the bytes are those from *position - count on, and that no others are
 * written. */
static uint32_t read_some(uint32_t *position, uint32_t size)
{
    memset(buffer, 0, sizeof(buffer));
    uint32_t count = log_ring_read(ring, BYTES, position, buffer, size);

    CHECK(count <= size);
    for (uint32_t i = 0; i < count; i++)
        CHECK_EQUAL(buffer[i], byte_of(*position - count + i));
    for (uint32_t i = count; i < sizeof(buffer); i++)
        CHECK_EQUAL(buffer[i], 0);
    return count;
}

TEST(a_log_is_read_in_pieces_of_any_size_and_in_order)
{
    for (uint32_t size = 1; size < 70; size += 3) {
        uint32_t position = 0, have = 0, count;

        start(0);
        put(500);
        while ((count = read_some(&position, size))) {
            CHECK(count == size || have + count == 500);
            have += count;
            CHECK_EQUAL(position, have);
        }
        CHECK_EQUAL(have, 500);
        put(1);
        CHECK_EQUAL(read_some(&position, size), 1);
        CHECK_EQUAL(position, 501);
    }
}

TEST(a_log_of_which_nothing_is_new_or_asked_for_gives_nothing)
{
    uint32_t position = 0;

    start(0);
    CHECK_EQUAL(read_some(&position, 64), 0);
    put(10);
    CHECK_EQUAL(read_some(&position, 0), 0);
    CHECK_EQUAL(position, 0);
    CHECK_EQUAL(read_some(&position, 64), 10);
    CHECK_EQUAL(read_some(&position, 64), 0);
    CHECK_EQUAL(position, 10);
}

TEST(a_log_that_wraps_is_read_across_its_end)
{
    uint32_t position = BYTES - 20;

    start(BYTES - 20);
    put(60);
    CHECK_EQUAL(read_some(&position, sizeof(buffer)), 60);
    CHECK_EQUAL(position, BYTES + 40);
}

TEST(a_full_log_is_read_whole_and_of_a_longer_one_what_is_left)
{
    for (uint32_t more = 0; more < 3 * BYTES; more += 255) {
        uint32_t position = 0;

        start(0);
        put(BYTES + more);
        CHECK_EQUAL(read_some(&position, sizeof(buffer)), BYTES);
        CHECK_EQUAL(position, BYTES + more);
    }
}

TEST(what_is_lost_while_a_log_is_read_in_pieces_is_skipped_once)
{
    uint32_t position = 0;

    start(0);
    put(BYTES);
    CHECK_EQUAL(read_some(&position, 100), 100);
    /* Of what has not been read, 50 bytes are lost. */
    put(150);
    CHECK_EQUAL(read_some(&position, 10), 10);
    CHECK_EQUAL(position, 160);
    CHECK_EQUAL(read_some(&position, sizeof(buffer)), BYTES - 10);
    CHECK_EQUAL(position, BYTES + 150);
}

TEST(a_log_of_4_gib_goes_on_at_0)
{
    for (uint32_t before = 0; before < 40; before += 13) {
        uint32_t position = 0u - before, have = 0, count;

        start(0u - before);
        put(40);
        while ((count = read_some(&position, 7)))
            have += count;
        CHECK_EQUAL(have, 40);
        CHECK_EQUAL(position, 40 - before);
    }
    /* One that has been overrun at the same time. */
    uint32_t position = 0u - 2000;

    start(0u - 2000);
    put(2010);
    CHECK_EQUAL(read_some(&position, sizeof(buffer)), BYTES);
    CHECK_EQUAL(position, 10);
}
