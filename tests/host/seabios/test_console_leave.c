/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* An operating system announces itself (int15 EC00h): the console is left to it. */
#include "screen.h"
#include "std/bda.h"

#include <stdlib.h>
#include <string.h>

#define DETECT_MODE 0xec00

#define QUIET_TICKS 36u

/* A cell of the terminal in the colours of its user. */
#define PLAIN EMULATOR_DEFAULT

static void announce(enum machine_caller caller)
{
    struct bregs regs = {.ax = DETECT_MODE};

    machine.caller = caller;
    handle_15(&regs);
    CHECK(!machine.is_32bit);
    machine.caller = CALLER_REAL_MODE;
}

/* What the system prints next is below the text, in the terminal's own colours, and scrolls all of
 * it. */
static void check_left(unsigned row)
{
    const struct emulator *terminal = &screen_terminal;

    CHECK_EQUAL(terminal->row, row);
    CHECK_EQUAL(terminal->column, 0);
    CHECK(terminal->cursor_shown);
    CHECK_EQUAL(terminal->top, 0);
    CHECK_EQUAL(terminal->bottom, terminal->rows - 1);
    CHECK_EQUAL(terminal->look.front, PLAIN);
    CHECK_EQUAL(terminal->look.back, PLAIN);
    CHECK(!terminal->look.blink && !terminal->look.underline);
}

/* Print in an odd colour, with the cursor hidden. */
static void print_oddly(void)
{
    struct bregs hide = {.ah = 0x01, .cx = 0x2000};

    screen_print("one\r\ntwo\r\nthree\r\n");
    screen_int10(CALLER_REAL_MODE, &hide);
    memset(machine_far(0xb800, 160 + 1), 0x9e, 1);
}

TEST(an_operating_system_finds_the_last_of_the_screen_and_a_sane_terminal)
{
    screen_start();
    print_oddly();
    announce(CALLER_REAL_MODE);
    screen_settle();
    screen_check_row(0, "one");
    screen_check_row(1, "two");
    screen_check_row(2, "three");
    check_left(3);
    CHECK_EQUAL(machine.system_calls, 1);
}

TEST(a_screen_that_is_up_to_date_is_left_with_one_piece)
{
    screen_start();
    print_oddly();
    screen_update();
    uint32_t hypercalls = screen_hypercalls();
    announce(CALLER_REAL_MODE);
    CHECK_EQUAL(screen_hypercalls() - hypercalls, 1);
    uint32_t count = screen_settle();
    CHECK(count > 0 && count <= VIEW_LEAVE_BYTES);
    check_left(3);
}

TEST(after_the_announcement_the_console_is_left_alone_for_2_seconds)
{
    struct xenpv_console *console = screen_start();

    print_oddly();
    announce(CALLER_REAL_MODE);
    screen_settle();
    screen_type("k");
    uint32_t hypercalls = screen_hypercalls();
    for (unsigned i = 0; i < QUIET_TICKS; i++) {
        test_note("tick %u", i);
        screen_pass_us(TICK_MS * 1000);
        screen_print("x");
        screen_tick();
        CHECK_EQUAL(screen_hypercalls(), hypercalls);
        CHECK_EQUAL(screen_bytes_in_ring(), 1);
        CHECK_EQUAL(screen_keys(), 0);
    }
    check_left(3);
    /* A boot loader that only asks, and goes on, has its screen again. */
    CHECK(screen_update() > 0);
    CHECK_EQUAL(console->quiet_ticks, 0);
    CHECK_EQUAL(screen_take_key(), 0x2500 | 'k');
    screen_check_row(3, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

TEST(each_announcement_begins_the_silence_anew)
{
    screen_start();
    announce(CALLER_REAL_MODE);
    for (unsigned i = 0; i < QUIET_TICKS - 1; i++)
        screen_tick();
    announce(CALLER_REAL_MODE);
    screen_settle();
    uint32_t hypercalls = screen_hypercalls();
    for (unsigned i = 0; i < QUIET_TICKS; i++)
        screen_tick();
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    screen_tick();
    CHECK_EQUAL(screen_hypercalls(), hypercalls + 1);
}

TEST(where_no_32_bit_code_can_run_the_console_is_not_left)
{
    static const enum machine_caller callers[] = {CALLER_VIRTUAL_8086, CALLER_PROTECTED_16,
                                                  CALLER_PROTECTED_16_LOW_IDT};

    screen_start();
    screen_print("text");
    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++)
        announce(callers[i]);
    CHECK_EQUAL(screen_settle(), 0);
    CHECK(screen_update() > 0);
    screen_check_shown();
    CHECK_EQUAL(machine.system_calls, ARRAY_SIZE(callers));
}

TEST(a_guest_without_a_screen_is_left_without_it)
{
    screen_reset();
    config.console = CONFIG_OFF;
    screen_post();
    unsigned calls = machine.calls_32;
    announce(CALLER_REAL_MODE);
    /* The one that closes the disks. */
    CHECK_EQUAL(machine.calls_32 - calls, 1);
}

/* An operating system announces itself while the ring has room for @room bytes, and the screen is
 * more than any ring holds. Return: the hypercalls. */
static uint32_t announce_with_room(uint32_t room)
{
    static u8 filling[2048];

    test_note("room for %u bytes", room);
    struct xenpv_console *console = screen_start();
    print_oddly();
    screen_update();
    for (unsigned cell = 240; cell < 80 * 25; cell++)
        memcpy(machine_far(0xb800, 2 * cell), &(u16){(u16)((cell % 7 + 1) << 8 | 'z')}, 2);
    xenconsoled_config.deaf = true;
    memset(filling, '\r', sizeof(filling));
    CHECK_EQUAL(console_write(&console->ring, filling, 2048 - room), 2048 - room);
    uint64_t now = clock_now_us();
    uint32_t hypercalls = screen_hypercalls();
    announce(CALLER_REAL_MODE);
    CHECK_EQUAL(clock_now_us(), now);
    xenconsoled_config.deaf = false;
    return screen_hypercalls() - hypercalls;
}

/* fault: console | the console's ring has little room when an operating system announces itself |
 * what resets the terminal is sent, and as much of the screen as fits; never waits */
TEST(the_terminal_is_sane_even_if_the_rest_of_the_screen_does_not_fit)
{
    for (uint32_t room = VIEW_LEAVE_BYTES; room <= 2048; room += room < 150 ? 1 : 271) {
        announce_with_room(room);
        screen_settle();
        CHECK(screen_terminal.cursor_shown);
        CHECK_EQUAL(screen_terminal.top, 0);
        CHECK_EQUAL(screen_terminal.bottom, screen_terminal.rows - 1);
        CHECK_EQUAL(screen_terminal.look.front, PLAIN);
    }
}

TEST(nothing_is_sent_at_the_announcement_if_not_even_the_reset_fits)
{
    for (uint32_t room = 0; room < VIEW_LEAVE_BYTES; room++) {
        CHECK_EQUAL(announce_with_room(room), 0);
        CHECK_EQUAL(screen_settle(), 2048 - room);
    }
}

TEST(the_last_of_a_vgas_screen_is_shown_before_it_is_left)
{
    screen_start_vga();
    screen_update();
    memcpy(machine_far(0xb800, 0), "l\7a\7s\7t\7", 8);
    announce(CALLER_REAL_MODE);
    screen_settle();
    screen_check_row(0, "last");
    check_left(1);
}

TEST(a_full_ring_does_not_hold_up_the_announcement)
{
    struct xenpv_console *console = screen_start();
    static u8 filling[2048];

    print_oddly();
    xenconsoled_config.deaf = true;
    CHECK_EQUAL(console_write(&console->ring, filling, 2048), 2048);
    uint32_t hypercalls = screen_hypercalls();
    uint64_t now = clock_now_us();
    announce(CALLER_REAL_MODE);
    CHECK_EQUAL(clock_now_us(), now);
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    CHECK_EQUAL(console->quiet_ticks, QUIET_TICKS);
}
