/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The PV console with a well-behaved daemon, and what its operations cost. */
#include "console_user.h"
#include "counts.h"
#include "test.h"
#include "xen/hv/hypercall.h"

static const uint32_t sizes[] = {1, 2, 3, 7, 64, 100, 1000, 1023, 1024, 1025, 2047, 2048, 2049};

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

/**** Output ****/

TEST(writes_of_every_length_reach_the_terminal)
{
    struct console *console = console_used();
    uint32_t at = console_shown();

    for (uint32_t length = 0; length <= CONSOLE_OUT_SIZE; length += length < 100 ? 1 : 37) {
        test_note("%u bytes", length);
        CHECK_EQUAL(console_write(console, console_text(length, length), length), length);
        world_pass_ms(2);
        console_check_shown(at, length, length);
        at += length;
    }
    console_check_works(console);
}

TEST(a_write_takes_what_fits_and_does_not_wait)
{
    struct console *console = console_used();
    uint32_t at = console_shown();
    uint64_t now = clock_now_us();

    CHECK_EQUAL(console_free_space(console), CONSOLE_OUT_SIZE);
    CHECK_EQUAL(console_write(console, console_text(0, 2000), 2000), 2000);
    CHECK_EQUAL(console_free_space(console), 48);
    CHECK_EQUAL(console_write(console, console_text(2000, 100), 100), 48);
    CHECK_EQUAL(console_free_space(console), 0);
    CHECK_EQUAL(console_write(console, "x", 1), 0);
    CHECK_EQUAL(clock_now_us(), now);
    world_pass_ms(2);
    console_check_shown(at, 0, CONSOLE_OUT_SIZE);
    console_check_works(console);
}

TEST(a_put_larger_than_the_ring_reaches_the_terminal_whole)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct console *console = console_used();
        uint32_t at = console_shown(), lost = 1;

        xenconsoled_config.chunk = sizes[i] > 64 ? sizes[i] : 0;
        CHECK_EQUAL(console_put(console, console_text(5, 20000), 20000, &lost), 20000);
        CHECK_EQUAL(lost, 0);
        CHECK_EQUAL(console_flush(console, 1000), 0);
        console_check_shown(at, 5, 20000);
        limit_check(CONSOLE_WAIT_MS + 1000);
        console_check_works(console);
    }
}

TEST(a_flush_waits_until_the_reader_has_taken_everything)
{
    struct console *console = console_used();
    uint32_t at = console_shown();

    CHECK_EQUAL(console_flush(console, 500), 0);
    limit_check(0);
    xenconsoled_config.latency_us = 300000;
    CHECK_EQUAL(console_write(console, console_text(0, 100), 100), 100);
    CHECK_EQUAL(console_flush(console, 500), 0);
    CHECK(clock_now_us() >= 300000);
    limit_check(301);
    console_check_shown(at, 0, 100);
    console_check_works(console);
}

/**** Input ****/

TEST(input_is_read_in_pieces_of_any_size)
{
    char buffer[CONSOLE_OUT_SIZE + 16];

    for (unsigned i = 0; i < SIZES; i++) {
        struct console *console = console_used();
        uint32_t have = 0;

        test_note("pieces of %u bytes", sizes[i]);
        /* More than the ring holds: the daemon gives the rest when it is notified of the space. */
        xenconsoled_type(console_text(3, 5000), 5000);
        while (have < 5000) {
            world_pass_ms(1);
            memset(buffer, 0x5a, sizeof(buffer));
            uint32_t count = console_read(console, buffer, sizes[i]);
            CHECK(count && count <= sizes[i]);
            CHECK(!memcmp(buffer, console_text(3 + have, count), count));
            CHECK_EQUAL(buffer[count], 0x5a);
            have += count;
        }
        CHECK_EQUAL(have, 5000);
        CHECK_EQUAL(console_read(console, buffer, 1), 0);
        console_check_works(console);
    }
}

TEST(what_has_not_been_read_stays_for_the_operating_system)
{
    struct console *console = console_used();
    struct xencons_interface *page = xenconsoled_page();
    uint32_t consumer = page->in_cons;
    char buffer[30];

    xenconsoled_type(console_text(0, 100), 100);
    world_pass_ms(2);
    CHECK_EQUAL(console_read(console, buffer, 0), 0);
    CHECK_EQUAL(page->in_cons, consumer);
    CHECK_EQUAL(console_read(console, buffer, 30), 30);
    CHECK_EQUAL(console_flush(console, 100), 0);
    CHECK_EQUAL(page->in_cons, consumer + 30);
    CHECK_EQUAL(page->in_prod, consumer + 100);
    for (uint32_t i = 30; i < 100; i++)
        CHECK_EQUAL(page->in[(consumer + i) % CONSOLE_IN_SIZE], console_text(i, 1)[0]);
    console_check_works(console);
}

TEST(what_is_only_looked_at_stays_in_the_ring)
{
    struct console *console = console_used();
    struct xencons_interface *page = xenconsoled_page();
    char buffer[200];

    CHECK_EQUAL(console_peek(console, buffer, sizeof(buffer)), 0);
    xenconsoled_type(console_text(0, 100), 100);
    world_pass_ms(2);
    uint32_t consumer = page->in_cons;
    unsigned before = console_hypercalls(), sends = console_sends();
    for (uint32_t size = 0; size <= sizeof(buffer); size += 8) {
        uint32_t expected = size < 100 ? size : 100;

        memset(buffer, 0x5a, sizeof(buffer));
        CHECK_EQUAL(console_peek(console, buffer, size), expected);
        CHECK(!memcmp(buffer, console_text(0, expected), expected));
        CHECK(expected == sizeof(buffer) || buffer[expected] == 0x5a);
        CHECK_EQUAL(page->in_cons, consumer);
    }
    CHECK_EQUAL(console_hypercalls(), before);
    CHECK_EQUAL(console_sends(), sends);
    /* What has been looked at is read next, and then the rest is looked at. */
    CHECK_EQUAL(console_read(console, buffer, 30), 30);
    CHECK(!memcmp(buffer, console_text(0, 30), 30));
    CHECK_EQUAL(console_peek(console, buffer, sizeof(buffer)), 70);
    CHECK(!memcmp(buffer, console_text(30, 70), 70));
    console_check_works(console);
}

TEST(input_is_looked_at_across_the_end_of_the_ring)
{
    static const uint32_t starts[] = {1000, 1023, 1024, UINT32_MAX - 20};
    char buffer[CONSOLE_IN_SIZE];

    for (unsigned i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        struct console console;

        test_note("index %x", starts[i]);
        console_world();
        struct xencons_interface *page = xenconsoled_page();
        page->in_cons = page->in_prod = starts[i];
        CHECK_EQUAL(console_init(&console), 0);
        xenconsoled_type(console_text(0, CONSOLE_IN_SIZE), CONSOLE_IN_SIZE);
        world_pass_ms(2);
        CHECK_EQUAL(console_peek(&console, buffer, sizeof(buffer)), CONSOLE_IN_SIZE);
        CHECK(!memcmp(buffer, console_text(0, CONSOLE_IN_SIZE), CONSOLE_IN_SIZE));
        CHECK_EQUAL(page->in_cons, starts[i]);
        console_check_works(&console);
    }
}

/**** The page ****/

TEST(indexes_of_the_console_that_begin_anywhere_are_no_fault)
{
    static const uint32_t starts[] = {1, 1023, 2048, 0x7fffffff, UINT32_MAX, UINT32_MAX - 1500};

    for (unsigned i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        struct console console;

        test_note("index %x", starts[i]);
        console_world();
        struct xencons_interface *page = xenconsoled_page();
        page->out_cons = page->out_prod = starts[i];
        page->in_cons = page->in_prod = starts[i] + 77;
        CHECK_EQUAL(console_init(&console), 0);
        for (unsigned n = 0; n < 3; n++)
            console_check_works(&console);
    }
}

TEST(what_is_in_the_rings_at_the_start_stays_in_order)
{
    struct console console;
    char buffer[8];

    console_world();
    xenconsoled_config.latency_us = 5000;
    struct xencons_interface *page = xenconsoled_page();
    memcpy(page->out, console_text(0, 10), 10);
    page->out_prod = 10;
    memcpy(page->in, "typed", 5);
    page->in_prod = 5;
    CHECK_EQUAL(console_init(&console), 0);
    CHECK_EQUAL(console_free_space(&console), CONSOLE_OUT_SIZE - 10);
    CHECK_EQUAL(console_write(&console, console_text(10, 10), 10), 10);
    CHECK_EQUAL(console_read(&console, buffer, sizeof(buffer)), 5);
    CHECK(!memcmp(buffer, "typed", 5));
    world_pass_ms(10);
    console_check_shown(0, 0, 20);
    console_check_works(&console);
}

TEST(a_console_that_another_driver_has_used_meanwhile_goes_on_where_it_left_it)
{
    struct console *console = console_used();
    struct xencons_interface *page = xenconsoled_page();

    page->out_prod = page->out_cons = 0x12345678;
    page->in_prod = page->in_cons = 0x9abcdef0;
    console_check_works(console);
    CHECK_EQUAL(log_count("console"), 0);
}

TEST(a_console_that_only_this_side_has_used_is_not_reported_as_replaced)
{
    struct console *console = console_start();
    char buffer[8];

    CHECK(!console_was_replaced(console));
    for (unsigned i = 0; i < 20; i++) {
        CHECK_EQUAL(console_write(console, console_text(0, 700), 700), 700);
        xenconsoled_type("abc", 3);
        world_pass_ms(2);
        CHECK_EQUAL(console_peek(console, buffer, sizeof(buffer)), 3);
        CHECK_EQUAL(console_read(console, buffer, sizeof(buffer)), 3);
        CHECK_EQUAL(console_find(console), 0);
        CHECK(!console_was_replaced(console));
    }
}

TEST(a_console_that_another_driver_has_used_is_reported_as_replaced_once)
{
    for (unsigned which = 0; which < 2; which++) {
        struct console *console = console_used();
        struct xencons_interface *page = xenconsoled_page();

        test_note("%s", which ? "input" : "output");
        CHECK(!console_was_replaced(console));
        if (which)
            page->in_prod = page->in_cons += 5;
        else
            page->out_cons = page->out_prod += 5;
        /* It is noticed when the console is used next. */
        CHECK_EQUAL(console_free_space(console), CONSOLE_OUT_SIZE);
        CHECK(console_was_replaced(console));
        CHECK(!console_was_replaced(console));
        console_check_works(console);
        CHECK(!console_was_replaced(console));
    }
}

/**** Counts ****/

TEST(a_batch_takes_the_listed_hypercalls)
{
    console_world();
    struct console console;
    unsigned before = console_hypercalls();
    char buffer[16];

    CHECK_EQUAL(console_init(&console), 0);
    CHECK_EQUAL(console_hypercalls() - before, COUNT_CONSOLE_FIND_HYPERCALLS);
    for (unsigned i = 0; i < 3; i++) {
        unsigned sends = console_sends();

        before = console_hypercalls();
        CHECK_EQUAL(console_write(&console, console_text(0, 1500), 1500), 1500);
        CHECK_EQUAL(console_hypercalls() - before,
                    i ? COUNT_CONSOLE_BATCH_HYPERCALLS : COUNT_CONSOLE_FIRST_HYPERCALLS);
        CHECK_EQUAL(console_sends() - sends, 1);
        world_pass_ms(2);
        CHECK_EQUAL(console_read(&console, buffer, sizeof(buffer)), 0);
        CHECK_EQUAL(console_peek(&console, buffer, sizeof(buffer)), 0);
        CHECK_EQUAL(console_write(&console, buffer, 0), 0);
        CHECK_EQUAL(console_free_space(&console), CONSOLE_OUT_SIZE);
        CHECK_EQUAL(console_sends() - sends, 1);
        xenconsoled_type("1234567890", 10);
        world_pass_ms(2);
        before = console_hypercalls();
        CHECK_EQUAL(console_read(&console, buffer, sizeof(buffer)), 10);
        CHECK_EQUAL(console_hypercalls() - before, COUNT_CONSOLE_BATCH_HYPERCALLS);
        CHECK_EQUAL(console_sends() - sends, 2);
    }
    CHECK_EQUAL(xenconsoled_notified(), 6);
}

TEST(a_full_ring_takes_the_listed_hypercalls)
{
    struct console *console = console_used();
    unsigned before = console_hypercalls(), sends = console_sends();
    uint32_t lost;

    /* The reader takes everything once; the rest is a second batch. */
    CHECK_EQUAL(console_put(console, console_text(0, 3000), 3000, &lost), 3000);
    CHECK_EQUAL(console_sends() - sends, 2);
    CHECK_EQUAL(console_hypercalls() - before,
                2 * COUNT_CONSOLE_BATCH_HYPERCALLS + COUNT_CONSOLE_WAIT_HYPERCALLS);
    before = console_hypercalls();
    CHECK_EQUAL(console_flush(console, 100), 0);
    CHECK_EQUAL(console_hypercalls() - before, COUNT_CONSOLE_WAIT_HYPERCALLS);
    before = console_hypercalls();
    CHECK_EQUAL(console_flush(console, 100), 0);
    CHECK_EQUAL(console_hypercalls() - before, 0);
}

TEST(an_absent_daemon_takes_the_listed_hypercalls)
{
    struct console *console = console_used();
    uint32_t lost;

    xenconsoled_end();
    unsigned before = console_hypercalls(), sends = console_sends();
    CHECK_EQUAL(console_put(console, console_text(0, 3000), 3000, &lost), 2048);
    CHECK_EQUAL(console_sends() - sends, 1);
    CHECK_EQUAL(console_hypercalls() - before,
                COUNT_CONSOLE_BATCH_HYPERCALLS + COUNT_CONSOLE_WAIT_HYPERCALLS);
    uint32_t all = hypercall_count();
    for (unsigned i = 0; i < 100; i++)
        CHECK_EQUAL(console_put(console, console_text(0, 100), 100, &lost), 0);
    CHECK_EQUAL(hypercall_count(), all);
}
