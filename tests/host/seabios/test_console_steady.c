/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Keys that keep coming beside a VGA, and programs that ask for keys all the time. */
#include "screen.h"
#include "std/bda.h"

#include <string.h>

static void ask(u8 function)
{
    struct bregs regs = {.ah = function};

    machine.caller = CALLER_REAL_MODE;
    handle_16(&regs);
    CHECK(!machine.is_32bit);
}

/* A tick's time in which a program asks every 5 ms whether there is a key, then the tick. */
static void poll_and_tick(u8 function)
{
    for (unsigned ms = 0; ms < TICK_MS; ms += 5) {
        screen_pass_us(5000);
        ask(function);
    }
    world_run();
    screen_tick();
}

TEST(the_screen_of_a_vga_follows_a_key_that_is_held_down)
{
    unsigned shown = 0;

    screen_start_vga();
    screen_update();
    for (unsigned tick = 0; tick < 60; tick++) {
        screen_type("k");
        *(u8 *)machine_far(0xb800, 0) = (u8)('a' + tick % 26);
        shown += screen_update() > 0;
        while (screen_take_key())
            ;
    }
    test_note("updates in 60 ticks");
    CHECK(shown > 10);
}

TEST(an_idle_vga_is_looked_at_once_a_second_while_a_program_polls_for_keys)
{
    struct xenpv_console *console = screen_start_vga();
    unsigned looks = 0;

    for (unsigned tick = 0; tick < 200; tick++)
        poll_and_tick(0x01);
    for (unsigned tick = 0; tick < 180; tick++) {
        for (unsigned ms = 0; ms < TICK_MS; ms += 5) {
            screen_pass_us(5000);
            console->copy.columns = 1;
            ask(0x01);
            looks += console->copy.columns != 1;
        }
        console->copy.columns = 1;
        screen_tick();
        looks += console->copy.columns != 1;
    }
    test_note("looks in 10 seconds: %u", looks);
    CHECK(looks <= 11);
}

TEST(a_program_that_polls_for_keys_with_ticks_costs_one_call_a_tick)
{
    screen_start();
    screen_update();
    unsigned calls = machine.calls_32;
    for (unsigned tick = 0; tick < 100; tick++)
        poll_and_tick(0x01);
    test_note("calls");
    CHECK_EQUAL(machine.calls_32 - calls, 100);
}

static void announce(void)
{
    struct bregs regs = {.ax = 0xec00};

    machine.caller = CALLER_REAL_MODE;
    handle_15(&regs);
}

TEST(the_silence_after_an_announcement_lasts_2_seconds_for_a_system_that_asks_for_keys)
{
    screen_start();
    announce();
    screen_settle();
    for (unsigned tick = 0; tick < 36; tick++) {
        test_note("tick %u", tick);
        screen_print("x");
        poll_and_tick(0x01);
        CHECK_EQUAL(screen_settle(), 0);
    }
}

/* Fill the page with text in many colours: more than the ring takes. */
static void fill_page(void)
{
    for (unsigned i = 0; i < 80 * 24; i++) {
        u16 cell = (u16)((i % 15 + 1) << 8 | ('a' + i % 26));

        memcpy(machine_far(0xb800, 2 * i), &cell, sizeof(cell));
    }
}

TEST(
    a_system_that_announces_itself_right_after_an_update_that_fills_the_ring_finds_the_terminal_left)
{
    screen_start();
    struct bregs hide = {.ah = 0x01, .cx = 0x2000};
    screen_int10(CALLER_REAL_MODE, &hide);
    screen_update();
    fill_page();
    screen_pass_us(TICK_MS * 1000);
    /* The daemon of dom0 has not run yet when the system announces itself. */
    screen_tick();
    announce();
    for (unsigned i = 0; i < 36; i++)
        screen_update();
    CHECK(screen_terminal.cursor_shown);
    CHECK_EQUAL(screen_terminal.column, 0);
}

TEST(a_second_announcement_leaves_on_the_terminal_what_the_first_has_left)
{
    screen_start();
    fill_page();
    while (screen_update())
        ;
    announce();
    screen_settle();
    CHECK_EQUAL(screen_terminal.cells[22][0].character, 'a' + 80 * 22 % 26);
    announce();
    screen_settle();
    CHECK_EQUAL(screen_terminal.cells[22][0].character, 'a' + 80 * 22 % 26);
}

/* Return: how often the VGA is looked at in a number of ticks. */
static unsigned looks_in(struct xenpv_console *console, unsigned ticks, bool is_read)
{
    unsigned looks = 0;

    for (; ticks; ticks--) {
        console->copy.columns = 1;
        screen_pass_us(TICK_MS * 1000);
        if (is_read)
            world_run();
        screen_tick();
        looks += console->copy.columns != 1;
    }
    return looks;
}

TEST(a_vga_is_not_looked_at_while_nothing_reads_the_console_and_at_once_when_something_does)
{
    struct xenpv_console *console = screen_start_vga();

    screen_update();
    xenconsoled_config.deaf = true;
    for (unsigned turn = 0; turn < 20; turn++) {
        fill_page();
        *(u8 *)machine_far(0xb800, turn) ^= 1;
        view_redraw(&console->view);
        looks_in(console, 18, false);
    }
    CHECK_EQUAL(looks_in(console, 180, false), 0);
    xenconsoled_config.deaf = false;
    CHECK_EQUAL(looks_in(console, 2, true), 1);
}
