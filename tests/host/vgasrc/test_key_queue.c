/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The way of keys from a terminal into the keyboard buffer of the BIOS. */
#include "test.h"

#include "vgasrc/key_queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The segment 40h, and what is below it. */
#define LOW_BYTES 0x10400u

static uint8_t *low, *before;
static struct key_queue queue;
static uint32_t now_ms;

/* The bytes that wait at the terminal. */
static char ring[8192];
static unsigned ring_end, ring_next;

static int ring_take(void *context)
{
    CHECK(context == ring);
    return ring_next == ring_end ? -1 : (uint8_t)ring[ring_next++];
}

static void ring_put(const char *bytes, unsigned count)
{
    CHECK(ring_end + count <= sizeof(ring));
    memcpy(ring + ring_end, bytes, count);
    ring_end += count;
}

static unsigned word(unsigned address)
{
    return low[address] | (unsigned)low[address + 1] << 8;
}

static void word_set(unsigned address, unsigned value)
{
    low[address] = (uint8_t)value;
    low[address + 1] = (uint8_t)(value >> 8);
}

static void buffer_place(unsigned start, unsigned end)
{
    word_set(0x480, start);
    word_set(0x482, end);
    word_set(0x41a, start);
    word_set(0x41c, start);
}

static void machine_begin(void)
{
    free(low);
    free(before);
    low = malloc(LOW_BYTES);
    before = malloc(LOW_BYTES);
    CHECK(low && before);
    for (unsigned i = 0; i < LOW_BYTES; i++)
        low[i] = (uint8_t)(i * 7);
    buffer_place(0x1e, 0x3e);
    memset(&queue, 0, sizeof(queue));
    now_ms = 0xfffff000;
    ring_end = ring_next = 0;
}

static bool fill(void)
{
    return key_queue_fill(&queue, low, ring_take, ring, now_ms);
}

static unsigned tail_after(unsigned offset)
{
    return offset + 2 == word(0x482) ? word(0x480) : offset + 2;
}

/* As int16 AH=10h takes it. Return: 0 if there is none. */
static uint16_t program_take(void)
{
    unsigned head = word(0x41a);

    if (head == word(0x41c))
        return 0;
    word_set(0x41a, tail_after(head));
    return (uint16_t)word(0x400 + head);
}

/* As a keyboard's interrupt handler puts it. */
static bool keyboard_put(uint16_t code)
{
    unsigned tail = word(0x41c);

    if (tail_after(tail) == word(0x41a))
        return false;
    word_set(0x400 + tail, code);
    word_set(0x41c, tail_after(tail));
    return true;
}

/* Remember memory, and check later that only the buffer and its tail have changed. */
static void memory_remember(void)
{
    memcpy(before, low, LOW_BYTES);
}

static void memory_check(void)
{
    for (unsigned i = 0; i < LOW_BYTES; i++) {
        bool tail = i == 0x41c || i == 0x41d;
        if (!tail && (i < 0x400 + word(0x480) || i >= 0x400 + word(0x482)))
            CHECK_EQUAL(low[i], before[i]);
    }
}

TEST(keys_arrive_in_the_buffer_and_nothing_else_changes)
{
    machine_begin();
    memory_remember();
    ring_put("aA\033[A\001", 6);
    CHECK(!fill());
    memory_check();
    CHECK_EQUAL(program_take(), 0x1e61);
    CHECK_EQUAL(program_take(), 0x1e41);
    CHECK_EQUAL(program_take(), 0x48e0);
    CHECK_EQUAL(program_take(), 0x1e01);
    CHECK_EQUAL(program_take(), 0);
    CHECK_EQUAL(queue.shift, KEY_CTRL);
}

TEST(no_byte_is_taken_while_the_buffer_is_full)
{
    machine_begin();
    for (unsigned i = 0; i < 40; i++)
        ring_put("\033[A", 3);
    fill();
    CHECK_EQUAL(ring_next, 15 * 3);
    CHECK(!key_queue_is_waiting(&queue));
    for (unsigned i = 0; i < 10; i++)
        fill();
    CHECK_EQUAL(ring_next, 15 * 3);
    CHECK_EQUAL(program_take(), 0x48e0);
    fill();
    CHECK_EQUAL(ring_next, 16 * 3);
}

TEST(a_paste_of_a_kilobyte_arrives_whole_at_a_slow_program)
{
    char text[1024];
    unsigned taken = 0;

    machine_begin();
    for (unsigned i = 0; i < sizeof(text); i++)
        text[i] = (char)(' ' + i * 31 % 95);
    ring_put(text, sizeof(text));
    while (taken < sizeof(text)) {
        uint16_t code;
        fill();
        now_ms += 700;
        code = program_take();
        CHECK_EQUAL(code & 0xff, text[taken]);
        taken++;
    }
    fill();
    CHECK_EQUAL(program_take(), 0);
}

TEST(sequences_arrive_whole_at_a_slow_program)
{
    static const char pieces[] = "\033[A\033x\033OP\r\n\xc3\xa9\033[1;5D";
    static const uint16_t codes[] = {0x48e0, 0x2d00, 0x3b00, 0x1c0d, 0x0082, 0x73e0};

    machine_begin();
    for (unsigned i = 0; i < 60; i++)
        ring_put(pieces, sizeof(pieces) - 1);
    for (unsigned i = 0; i < 360; i++) {
        fill();
        now_ms += 700;
        CHECK_EQUAL(program_take(), codes[i % 6]);
    }
    fill();
    CHECK_EQUAL(program_take(), 0);
}

TEST(esc_arrives_after_its_time)
{
    machine_begin();
    ring_put("\033", 1);
    fill();
    CHECK(key_queue_is_waiting(&queue));
    now_ms += 49;
    fill();
    CHECK_EQUAL(program_take(), 0);
    now_ms += 1;
    fill();
    CHECK_EQUAL(program_take(), 0x011b);
    CHECK(!key_queue_is_waiting(&queue));
}

TEST(keys_that_find_the_buffer_full_wait)
{
    machine_begin();
    ring_put("\033\033", 2);
    fill();
    for (unsigned i = 0; i < 14; i++)
        CHECK(keyboard_put(0x3920));
    now_ms += 50;
    fill();
    CHECK(key_queue_is_waiting(&queue));
    ring_put("a", 1);
    for (unsigned i = 0; i < 14; i++)
        CHECK_EQUAL(program_take(), 0x3920);
    CHECK_EQUAL(program_take(), 0x011b);
    CHECK_EQUAL(program_take(), 0);
    fill();
    CHECK_EQUAL(program_take(), 0x011b);
    CHECK_EQUAL(program_take(), 0x1e61);
}

TEST(a_keyboard_and_a_terminal_share_the_buffer)
{
    unsigned from_terminal = 0, from_keyboard = 0, put = 0;

    machine_begin();
    srand(7);
    for (unsigned i = 0; i < 4000; i++)
        ring_put(&"abcdefgh"[i % 8], 1);
    memory_remember();
    for (unsigned i = 0; i < 100000 && (from_terminal < 4000 || from_keyboard < 1000); i++) {
        uint16_t code = rand() % 3 ? 0 : program_take();
        if (code && code < 0xf000)
            CHECK_EQUAL(code & 0xff, 'a' + from_terminal++ % 8);
        else if (code)
            CHECK_EQUAL(code & 0xfff, from_keyboard++);
        if (rand() % 4 == 0)
            fill();
        if (rand() % 8 == 0 && put < 1000)
            put += keyboard_put((uint16_t)(0xf000 + put));
    }
    CHECK_EQUAL(from_terminal, 4000);
    CHECK_EQUAL(from_keyboard, 1000);
    word_set(0x41a, 0x1e); /* the program's own */
    before[0x41a] = 0x1e;
    memory_check();
}

TEST(a_buffer_that_a_program_has_moved_is_used)
{
    static const unsigned places[][2] = {
        {0x200, 0x300}, {0xff00, 0xfffe}, {0x101, 0x109}, {0x1e, 0x22}};

    for (unsigned i = 0; i < 4; i++) {
        unsigned room = (places[i][1] - places[i][0]) / 2 - 1;

        test_note("place %u", i);
        machine_begin();
        buffer_place(places[i][0], places[i][1]);
        memory_remember();
        for (unsigned round = 0; round < 300; round++)
            ring_put("x", 1);
        for (unsigned round = 0; round < 5; round++) {
            unsigned count = 0;
            fill();
            memory_check();
            while (program_take() == 0x2d78)
                count++;
            memcpy(before + 0x41a, low + 0x41a, 2);
            CHECK_EQUAL(count, room * (round + 1) <= 300 ? room
                               : room * round < 300      ? 300 - room * round
                                                         : 0);
        }
    }
}

TEST(words_that_are_no_buffer_let_no_key_in)
{
    /* start, end, head, tail */
    static const unsigned bad[][4] = {
        {0, 0, 0, 0},
        {0x1e, 0x1e, 0x1e, 0x1e},
        {0x3e, 0x1e, 0x20, 0x20},
        {0x1e, 0x3e, 0x1c, 0x1e},
        {0x1e, 0x3e, 0x3e, 0x1e},
        {0x1e, 0x3e, 0x1e, 0x1c},
        {0x1e, 0x3e, 0x1e, 0x3e},
        {0x1e, 0x3e, 0x1e, 0x1f},
        {0x1e, 0x3e, 0x1f, 0x1e},
        {0x1e, 0x3f, 0x1e, 0x1e},
        {0x1e, 0x3e, 0x1e, 0xffff},
        {0, 0xffff, 0, 0xffff},
        {0x1c, 0x3e, 0x1e, 0x1e},
        {0x10, 0x20, 0x10, 0x10},
        {0x40, 0x82, 0x40, 0x40},
        {0x82, 0x90, 0x84, 0x84},
    };

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_note("words %u", i);
        machine_begin();
        word_set(0x480, bad[i][0]);
        word_set(0x482, bad[i][1]);
        word_set(0x41a, bad[i][2]);
        word_set(0x41c, bad[i][3]);
        memory_remember();
        ring_put("ab", 2);
        fill();
        CHECK(!memcmp(low, before, LOW_BYTES));
        CHECK_EQUAL(ring_next, 0);
        buffer_place(0x1e, 0x3e);
        fill();
        CHECK_EQUAL(program_take(), 0x1e61);
        CHECK_EQUAL(program_take(), 0x3062);
    }
}

static unsigned endless_taken;

static int endless_take(void *context)
{
    (void)context;
    endless_taken++;
    return "\033[9~"[endless_taken % 4];
}

TEST(one_call_takes_a_limited_number_of_bytes)
{
    machine_begin();
    endless_taken = 0;
    key_queue_fill(&queue, low, endless_take, ring, now_ms);
    CHECK(endless_taken > 100);
    CHECK(endless_taken <= KEY_QUEUE_BYTES);
}

TEST(a_wish_to_draw_the_screen_again_is_told_once)
{
    machine_begin();
    ring_put("\014\014", 2);
    CHECK(fill());
    CHECK(!fill());
    CHECK_EQUAL(program_take(), 0x260c);
    CHECK_EQUAL(program_take(), 0x260c);
}
