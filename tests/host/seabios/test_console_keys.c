/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Keys that are typed on the PV console: their way into the keyboard buffer of the BIOS. */
#include "screen.h"
#include "seabios/port/pvh_guest.h"
#include "std/bda.h"

#include <string.h>

#define ESC 0x011b

/* What fits into the keyboard buffer. */
#define KEYS_MAX 15u

TEST(typed_keys_are_in_the_keyboard_buffer_after_a_tick)
{
    screen_start();
    screen_type("Ab\r");
    CHECK_EQUAL(screen_keys(), 0);
    uint32_t hypercalls = screen_hypercalls();
    screen_tick();
    CHECK_EQUAL(screen_hypercalls() - hypercalls, 1);
    CHECK_EQUAL(screen_keys(), 3);
    CHECK_EQUAL(screen_take_key(), 0x1e00 | 'A');
    CHECK_EQUAL(screen_take_key(), 0x3000 | 'b');
    CHECK_EQUAL(screen_take_key(), 0x1c0d);
    CHECK_EQUAL(screen_bytes_in_ring(), 0);
    CHECK_EQUAL(screen_update(), 0);
    CHECK_EQUAL(screen_keys(), 0);
}

TEST(a_key_of_several_bytes_may_come_in_pieces)
{
    screen_start();
    screen_type("\33");
    screen_tick();
    screen_type("[");
    screen_tick();
    screen_type("A");
    screen_tick();
    CHECK_EQUAL(screen_keys(), 1);
    CHECK_EQUAL(screen_take_key() >> 8, 0x48);
}

TEST(the_key_esc_is_there_50_ms_after_its_byte)
{
    screen_start();
    screen_type("\33");
    screen_tick();
    screen_pass_us(49 * 1000);
    screen_tick();
    CHECK_EQUAL(screen_keys(), 0);
    screen_pass_us(1000);
    screen_tick();
    CHECK_EQUAL(screen_take_key(), ESC);
}

TEST(the_key_esc_does_not_wait_longer_for_a_program_that_asks_all_the_time)
{
    screen_start();
    screen_type("\33");
    screen_tick();
    for (unsigned i = 0; i < 100 && !screen_keys(); i++) {
        screen_pass_us(600);
        screen_tick();
    }
    CHECK_EQUAL(screen_take_key(), ESC);
}

TEST(what_the_keyboard_buffer_has_no_room_for_stays_in_the_console)
{
    screen_start();
    screen_type("0123456789abcdefghijklmnopqrstuvwxyz");
    for (unsigned i = 0; i < 5; i++)
        screen_update();
    CHECK_EQUAL(screen_keys(), KEYS_MAX);
    /* The operating system finds them in the ring. */
    CHECK_EQUAL(screen_bytes_in_ring(), 36 - KEYS_MAX);
    const struct xencons_interface *page = xenconsoled_page();
    CHECK_EQUAL(page->in[page->in_cons % sizeof(page->in)], 'f');
}

TEST(a_full_keyboard_buffer_costs_no_hypercall)
{
    screen_start();
    screen_type("0123456789abcdefghijklmnopqrstuvwxyz");
    screen_update();
    uint32_t hypercalls = screen_hypercalls(), left = screen_bytes_in_ring();
    for (unsigned i = 0; i < 20; i++)
        screen_tick();
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    CHECK_EQUAL(screen_bytes_in_ring(), left);
}

/* Paste text and read it key by key, @ticks after each @keys. */
static void check_paste(uint32_t count, unsigned keys, unsigned ticks)
{
    static char text[3000];
    uint32_t have = 0;

    for (uint32_t i = 0; i < count; i++)
        text[i] = (char)('a' + i * 7 % 26);
    screen_start();
    screen_type_bytes(text, count);
    for (unsigned idle = 0; idle < 3; idle++) {
        for (unsigned i = 0; i < ticks; i++)
            screen_update();
        for (unsigned i = 0; i < keys && screen_keys(); i++, idle = 0) {
            test_note("key %u of %u, %u at a time", have, count, keys);
            CHECK_EQUAL(screen_take_key() & 0xff, text[have]);
            have++;
        }
    }
    CHECK_EQUAL(have, count);
    CHECK_EQUAL(screen_bytes_in_ring(), 0);
}

TEST(pasted_text_is_read_key_by_key_and_nothing_is_lost)
{
    check_paste(1024, 1, 1);
    check_paste(1024, KEYS_MAX, 1);
    check_paste(1024, 4, 3);
    /* More than the ring holds: xenconsoled waits for space. */
    check_paste(3000, KEYS_MAX, 1);
}

TEST(a_keyboard_shares_the_buffer)
{
    screen_start();
    struct bios_data_area_s *bda = machine_far(SEG_BDA, 0);
    /* 14 keys of the keyboard's. */
    for (unsigned i = 0; i < KEYS_MAX - 1; i++) {
        memcpy(machine_far(SEG_BDA, bda->kbd_buf_tail), &(u16){0x1071}, 2);
        bda->kbd_buf_tail += 2;
    }
    screen_type("xy");
    screen_tick();
    CHECK_EQUAL(screen_keys(), KEYS_MAX);
    CHECK_EQUAL(screen_bytes_in_ring(), 1);
    for (unsigned i = 0; i < KEYS_MAX - 1; i++)
        CHECK_EQUAL(screen_take_key(), 0x1071);
    CHECK_EQUAL(screen_take_key() & 0xff, 'x');
    screen_tick();
    CHECK_EQUAL(screen_take_key() & 0xff, 'y');
}

TEST(ctrl_l_draws_the_whole_screen_and_is_a_key)
{
    screen_start();
    screen_print("some text");
    screen_update();
    screen_new_terminal();
    CHECK_EQUAL(screen_update(), 0);
    screen_type("\f");
    CHECK(screen_update() > 0);
    screen_check_row(0, "some text");
    screen_check_shown();
    CHECK_EQUAL(screen_take_key(), 0x260c);
    CHECK_EQUAL(screen_update(), 0);
}

/* fault: console | the user types while the program has moved or spoilt the keyboard buffer | the
 * bytes stay in the console */
TEST(keys_stay_in_the_console_while_there_is_no_keyboard_buffer)
{
    screen_start();
    struct bios_data_area_s *bda = machine_far(SEG_BDA, 0);
    bda->kbd_buf_end_offset = bda->kbd_buf_start_offset;
    screen_type("abc");
    screen_update();
    CHECK_EQUAL(screen_bytes_in_ring(), 3);
    bda->kbd_buf_end_offset = bda->kbd_buf_start_offset + sizeof(bda->kbd_buf);
    screen_update();
    CHECK_EQUAL(screen_keys(), 3);
}

/**** int16 ****/

static u16 call_int16(enum machine_caller caller, u8 function)
{
    struct bregs regs = {.ah = function};

    machine.caller = caller;
    handle_16(&regs);
    CHECK(!machine.is_32bit);
    machine.caller = CALLER_REAL_MODE;
    return regs.ax;
}

TEST(a_wait_for_a_key_shows_the_screen_and_takes_keys_at_once)
{
    static const u8 waits[] = {0x00, 0x10};

    for (unsigned i = 0; i < ARRAY_SIZE(waits); i++) {
        screen_start();
        screen_print("Your choice: ");
        screen_type("k");
        CHECK_EQUAL(call_int16(CALLER_REAL_MODE, waits[i]), 0x2500 | 'k');
        screen_settle();
        screen_check_row(0, "Your choice:");
        CHECK_EQUAL(screen_bytes_in_ring(), 0);
    }
}

TEST(int16_calls_no_32_bit_code_unless_it_waits_or_no_tick_has_come)
{
    static const u8 others[] = {0x01, 0x02, 0x05, 0x11, 0x12};

    screen_start();
    screen_type("k");
    unsigned calls = machine.calls_32;
    for (unsigned i = 0; i < ARRAY_SIZE(others); i++)
        call_int16(CALLER_REAL_MODE, others[i]);
    call_int16(CALLER_VIRTUAL_8086, 0x00);
    CHECK_EQUAL(machine.calls_32, calls);
    /* 60 ms without a tick. */
    screen_pass_us(61 * 1000);
    call_int16(CALLER_REAL_MODE, 0x02);
    CHECK_EQUAL(machine.calls_32, calls);
    CHECK_EQUAL(call_int16(CALLER_REAL_MODE, 0x01), 0x2500 | 'k');
    CHECK_EQUAL(machine.calls_32, calls + 1);
    /* Now there is a key in the buffer. */
    screen_tick();
    screen_pass_us(61 * 1000);
    calls = machine.calls_32;
    CHECK_EQUAL(call_int16(CALLER_REAL_MODE, 0x01), 0x2500 | 'k');
    CHECK_EQUAL(call_int16(CALLER_REAL_MODE, 0x00), 0x2500 | 'k');
    CHECK_EQUAL(machine.calls_32, calls);
    CHECK_EQUAL(machine.key_calls, ARRAY_SIZE(others) + 5);
}

/* Ticks until the user types, in tests of waits. */
static unsigned ticks_left;

static void type_at_last(void)
{
    if (ticks_left && !--ticks_left)
        screen_type("k");
}

/* The timer's interrupt, which a program has taken over without calling the BIOS' handler. */
static void interrupt_of_others(void)
{
    screen_pass_us(TICK_MS * 1000);
    type_at_last();
}

TEST(a_wait_for_a_key_gets_one_without_ticks)
{
    screen_start();
    ticks_left = 5;
    machine.on_interrupt = interrupt_of_others;
    CHECK_EQUAL(call_int16(CALLER_REAL_MODE, 0x00), 0x2500 | 'k');
    CHECK_EQUAL(screen_bytes_in_ring(), 0);
}

static void interrupt_of_the_bios(void)
{
    screen_pass_us(TICK_MS * 1000);
    type_at_last();
    screen_tick();
}

TEST(a_wait_for_a_key_with_ticks_costs_one_call_a_tick_and_one_before)
{
    screen_start();
    screen_update();
    ticks_left = 20;
    machine.on_interrupt = interrupt_of_the_bios;
    unsigned calls = machine.calls_32;
    CHECK_EQUAL(call_int16(CALLER_REAL_MODE, 0x10), 0x2500 | 'k');
    CHECK_EQUAL(machine.calls_32 - calls, 21);
}

/* fault: console | the program waits for a key in its handler of a tick of a PVH guest, so that no
 * other tick comes | polls, and does not halt */
TEST(a_wait_for_a_key_in_a_handler_of_a_tick_of_a_pvh_guest_ends)
{
    screen_start();
    XenpvIsPvh = 1;
    ticks_left = 5;
    machine.tick_in_service = 1;
    machine.on_yield = type_at_last;
    CHECK_EQUAL(call_int16(CALLER_REAL_MODE, 0x00), 0x2500 | 'k');
    CHECK_EQUAL(screen_bytes_in_ring(), 0);
}

/**** Interrupts ****/

TEST(nothing_calls_32_bit_code_for_the_console_while_the_table_of_interrupts_has_been_moved)
{
    screen_start();
    screen_print("x");
    screen_type("k");
    screen_pass_us(100 * 1000);
    unsigned calls = machine.calls_32;
    call_int16(CALLER_REAL_MODE_MOVED_IDT, 0x00);
    call_int16(CALLER_REAL_MODE_MOVED_IDT, 0x01);
    struct bregs regs = {.ax = 0x0e41, .bx = 0x0007};
    screen_int10(CALLER_REAL_MODE_MOVED_IDT, &regs);
    screen_tick_in(CALLER_REAL_MODE_MOVED_IDT);
    CHECK_EQUAL(machine.calls_32, calls);
}
