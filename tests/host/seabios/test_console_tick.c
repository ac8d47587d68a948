/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The timer's interrupt: what it costs, and a reader that is absent, new or hostile. */
#include "model/trap.h"
#include "screen.h"
#include "std/bda.h"
#include "xen/base/public.h"

#include <stdio.h>

#include <string.h>

/**** What it costs ****/

static unsigned accesses, other_accesses;

static void count_accesses(uint32_t offset, enum trap_access access)
{
    static const uint32_t indexes[] = {
        offsetof(struct xencons_interface, in_cons), offsetof(struct xencons_interface, in_prod),
        offsetof(struct xencons_interface, out_cons), offsetof(struct xencons_interface, out_prod)};
    bool is_index = false;

    for (unsigned i = 0; i < ARRAY_SIZE(indexes); i++)
        is_index = is_index || offset == indexes[i];
    accesses++;
    other_accesses += !is_index || access == TRAP_WRITE;
}

TEST(a_tick_without_anything_new_costs_one_call_and_reads_only_indexes)
{
    screen_start();
    screen_print("text");
    screen_update();
    screen_update();
    unsigned calls = machine.calls_32, ticks = machine.ticks;
    uint32_t hypercalls = screen_hypercalls();
    trap_begin(MEMORY_CONSOLE_FRAME, count_accesses);
    for (unsigned i = 0; i < 100; i++) {
        screen_pass_us(TICK_MS * 1000);
        screen_tick();
    }
    trap_end();
    CHECK_EQUAL(machine.calls_32 - calls, 100);
    CHECK_EQUAL(machine.ticks - ticks, 100);
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    CHECK_EQUAL(other_accesses, 0);
    /* The four indexes, for input and for output. */
    CHECK_EQUAL(accesses, 100 * 8);
}

TEST(where_no_32_bit_code_can_run_a_tick_is_seabios_own_only)
{
    static const enum machine_caller callers[] = {CALLER_VIRTUAL_8086, CALLER_PROTECTED_16,
                                                  CALLER_PROTECTED_16_LOW_IDT};

    screen_start();
    screen_print("later");
    screen_type("k");
    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++) {
        unsigned calls = machine.calls_32, ticks = machine.ticks;
        uint32_t hypercalls = screen_hypercalls();

        screen_tick_in(callers[i]);
        CHECK_EQUAL(machine.ticks - ticks, 1);
        CHECK_EQUAL(machine.calls_32, calls);
        CHECK_EQUAL(screen_hypercalls(), hypercalls);
    }
    CHECK_EQUAL(machine.cr0_reads, 0);
    CHECK_EQUAL(screen_keys(), 0);
    /* Back in real mode, all is there. */
    screen_update();
    screen_check_row(0, "later");
    CHECK_EQUAL(screen_take_key(), 0x2500 | 'k');
}

static struct bios_data_area_s *bda(void)
{
    return machine_far(SEG_BDA, 0);
}

TEST(the_screen_of_a_vga_is_shown_and_keys_are_taken)
{
    screen_start_vga();
    memcpy(machine_far(0xb800, 0), "V\7V\7V\7", 6);
    screen_update();
    screen_check_row(0, "VVV");
    screen_type("k");
    CHECK_EQUAL(screen_update(), 0);
    CHECK_EQUAL(screen_take_key(), 0x2500 | 'k');
}

/* Return: the number of ticks until the terminal shows what has changed. */
static unsigned ticks_until_shown(void)
{
    unsigned ticks = 1;

    while (!screen_update() && ticks < 100)
        ticks++;
    return ticks;
}

/* Return: whether the VGA is looked at in the next tick. */
static bool is_looked_at(struct xenpv_console *console)
{
    console->copy.columns = 1;
    screen_update();
    return console->copy.columns != 1;
}

TEST(an_idle_vga_is_looked_at_ever_more_seldom_and_after_a_key_at_once)
{
    static const unsigned looks[] = {1, 4, 10, 19, 31, 46, 64, 82, 100};
    unsigned next = 0;

    struct xenpv_console *console = screen_start_vga();
    for (unsigned tick = 1; tick <= 100; tick++) {
        bool expected = looks[next] == tick;

        test_note("tick %u", tick);
        CHECK_EQUAL(is_looked_at(console), expected);
        next += expected;
    }
    /* The next look finds the change. The looks after it come soon again. */
    *(u8 *)machine_far(0xb800, 0) = 'z';
    for (unsigned tick = 1; tick <= 27; tick++) {
        test_note("tick %u after the change", tick);
        CHECK_EQUAL(is_looked_at(console), tick == 18 || tick == 21 || tick == 27);
    }
    screen_type("k");
    for (unsigned tick = 1; tick <= 10; tick++) {
        test_note("tick %u after the key", tick);
        CHECK_EQUAL(is_looked_at(console), tick == 4 || tick == 10);
    }
}

TEST(a_vga_in_a_graphics_mode_is_not_shown)
{
    static const u8 modes[] = {0x04, 0x06, 0x0d, 0x12, 0x13, 0x6a};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        screen_start_vga();
        screen_update();
        bda()->video_mode = modes[i];
        memcpy(machine_far(0xb800, 0), "pixels", 6);
        for (unsigned tick = 0; tick < 40; tick++)
            CHECK_EQUAL(screen_update(), 0);
        bda()->video_mode = 3;
        CHECK(ticks_until_shown() <= 18);
    }
}

TEST(the_text_of_mode_7_is_shown)
{
    screen_start_vga();
    bda()->video_mode = 7;
    for (unsigned i = 0; i < 80 * 25; i++)
        memcpy(machine_far(0xb000, 2 * i), i < 3 ? "M\7" : " \7", 2);
    screen_update();
    screen_check_row(0, "MMM");
}

TEST(a_vga_is_looked_at_every_third_tick_and_once_a_second_while_nothing_changes)
{
    screen_start_vga();
    screen_update();
    for (unsigned i = 0; i < 5; i++) {
        *(u8 *)machine_far(0xb800, 0) = (u8)('a' + i);
        CHECK_EQUAL(ticks_until_shown(), 3);
    }
    for (unsigned i = 0; i < 100; i++)
        CHECK_EQUAL(screen_update(), 0);
    *(u8 *)machine_far(0xb800, 0) = 'z';
    CHECK(ticks_until_shown() <= 18);
    /* A key: the program's answer is looked for soon. */
    for (unsigned i = 0; i < 100; i++)
        CHECK_EQUAL(screen_update(), 0);
    screen_type("k");
    screen_update();
    *(u8 *)machine_far(0xb800, 0) = 'y';
    CHECK(ticks_until_shown() <= 3);
}

/**** The reader ****/

/* POST with text, and a program that prints more than any ring holds. Return: the hypercalls. */
static uint32_t print_much(bool deaf)
{
    screen_reset();
    xenconsoled_config.deaf = deaf;
    CHECK(screen_post());
    /* Xenstore has been waited for. */
    uint64_t now = clock_now_us();
    for (unsigned i = 0; i < 200; i++) {
        char line[32];

        snprintf(line, sizeof(line), "%sline %u", i ? "\r\n" : "", i);
        screen_print(line);
        clock_advance_us(10);
        if (i % 10 == 9)
            screen_tick();
    }
    CHECK_EQUAL(clock_now_us() - now, 200 * 10);
    return screen_hypercalls();
}

/* fault: console | nothing takes the console's output | POST and int10 never wait for it; the
 * terminal shows the newest screen once something does */
TEST(a_reader_that_takes_nothing_delays_nothing_and_sees_the_newest_screen_later)
{
    print_much(true);
    /* Only whole pieces are sent, so a few bytes may be left. */
    CHECK(xenconsoled_page()->out_prod - xenconsoled_page()->out_cons >
          sizeof(xenconsoled_page()->out) - VIEW_LEAVE_BYTES - VIEW_UPDATE_BYTES);
    /* With the ring full, a tick makes no hypercall any more. */
    uint32_t hypercalls = screen_hypercalls();
    for (unsigned i = 0; i < 50; i++) {
        screen_print("+");
        screen_tick();
    }
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    xenconsoled_config.deaf = false;
    for (unsigned i = 0; i < 3; i++)
        screen_update();
    screen_check_shown();
    screen_check_row(23, "line 198");
    CHECK_EQUAL(screen_update(), 0);
}

TEST(a_reader_that_takes_nothing_costs_no_more_hypercalls_than_one_that_reads)
{
    uint32_t deaf = print_much(true), alive = print_much(false);

    CHECK(deaf <= alive);
}

TEST(output_that_is_larger_than_the_ring_is_sent_in_pieces)
{
    screen_start();
    for (unsigned i = 0; i < 80 * 25; i++) {
        u16 cell = (u16)((i % 255 + 1) << 8 | ('a' + i % 26));

        memcpy(machine_far(0xb800, 2 * i), &cell, sizeof(cell));
    }
    unsigned updates = 0;
    while (screen_update())
        updates++;
    CHECK(updates > 3);
    screen_check_shown();
}

/* fault: console | a restore or a migration between two ticks | draws the whole screen for the new
 * terminal */
TEST(after_a_restore_the_whole_screen_is_drawn_again)
{
    screen_start();
    screen_print("before the restore");
    screen_update();
    for (unsigned i = 0; i < 3; i++) {
        world_restore();
        screen_new_terminal();
        CHECK(screen_update() > 0);
        screen_check_row(0, "before the restore");
        screen_check_shown();
        CHECK_EQUAL(screen_update(), 0);
    }
    screen_type("k");
    screen_update();
    CHECK_EQUAL(screen_take_key(), 0x2500 | 'k');
}

/* fault: console | an index of the console is impossible at a tick | closes it for good, says so
 * once, and costs nothing any more */
TEST(impossible_indexes_end_the_screen_and_nothing_else)
{
    screen_start();
    xenconsoled_page()->out_cons += 5000;
    screen_print("unseen");
    screen_tick();
    CHECK_EQUAL(log_count("console: closed for good: impossible ring indexes"), 1);
    uint32_t hypercalls = screen_hypercalls();
    for (unsigned i = 0; i < 10; i++) {
        screen_print("x");
        screen_tick();
    }
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    CHECK_EQUAL(log_count("console: closed"), 1);
    /* Int10 still serves the program. */
    CHECK_EQUAL(*(u8 *)machine_far(0xb800, 0), 'u');
}

static unsigned restore_at;
static bool restored;

static void restore_at_access(uint32_t offset, enum trap_access access)
{
    (void)offset;
    (void)access;
    if (restored || restore_at--)
        return;
    restored = true;
    world_restore();
    screen_new_terminal();
}

/* Return: whether a tick has as many accesses to the page. */
static bool restored_in_tick(unsigned at)
{
    screen_start();
    screen_print("before");
    screen_update();
    screen_print(" and after");
    restore_at = at;
    restored = false;
    trap_begin(MEMORY_CONSOLE_FRAME, restore_at_access);
    screen_tick();
    trap_end();
    for (unsigned i = 0; i < 3; i++)
        screen_update();
    test_note("access %u", at);
    screen_check_row(0, "before and after");
    screen_check_shown();
    return restored;
}

/* fault: console | a restore at any access of a tick to the page | the new terminal shows the whole
 * screen with the next tick */
TEST(after_a_restore_within_a_tick_the_whole_screen_is_drawn_again)
{
    unsigned at = 0;

    while (restored_in_tick(at))
        at++;
    CHECK(at >= 8);
}
