/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Keys from a terminal, through the decoder into the keyboard buffer of the BIOS. The input is the
 * bytes that the terminal sends; three that UTF-8 never has are followed by a number and say
 * something else:
 *
 *   FFh N   the buffer is filled from the terminal; nothing comes for N * 2 ms; it is filled again
 *   FEh N   the program takes N keys, and the keyboard puts N / 16 keys
 *   FDh N   a program changes a word of the buffer: N % 4 says which, N / 4 by how much
 *
 * No more keys come out than bytes went in, only the buffer changes, and after a silence the next
 * key is itself.
 */
#include <stdlib.h>
#include <string.h>

#include "vgasrc/key_queue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LOW_BYTES 0x10400u
#define WAIT      0xff
#define TAKE      0xfe
#define CHANGE    0xfd

/* The memory, and what it must be: all but what the calls may change is set by this file. */
static uint8_t *low, expected[LOW_BYTES];
static struct key_queue queue;
static uint32_t now_ms;
static const uint8_t *input;
static size_t left;
static unsigned bytes, keys;

static void require(bool good)
{
    if (!good)
        abort();
}

static unsigned word_read(unsigned address)
{
    return low[address] | (unsigned)low[address + 1] << 8;
}

static void word_write(unsigned address, unsigned value)
{
    low[address] = expected[address] = (uint8_t)value;
    low[address + 1] = expected[address + 1] = (uint8_t)(value >> 8);
}

static void buffer_reset(void)
{
    word_write(0x480, 0x1e);
    word_write(0x482, 0x3e);
    word_write(0x41a, 0x1e);
    word_write(0x41c, 0x1e);
}

static int terminal_take(void *context)
{
    (void)context;
    if (!left || *input >= CHANGE)
        return -1;
    bytes++;
    left--;
    return *input++;
}

/* Fill, and count the keys that came. Memory near the BIOS data area is compared at once. */
static void fill(void)
{
    unsigned start = word_read(0x480), end = word_read(0x482), tail = word_read(0x41c);

    key_queue_fill(&queue, low, terminal_take, NULL, now_ms);
    unsigned next = word_read(0x41c);
    if (next != tail) {
        require(start < end && next >= start && next < end);
        keys += (next + (next < tail ? end - start : 0) - tail) / 2;
        require(keys <= bytes);
        memcpy(expected + 0x41c, low + 0x41c, 2);
        memcpy(expected + 0x400 + start, low + 0x400 + start, end - start);
    }
    require(!memcmp(expected + 0x400, low + 0x400, 0x200));
}

static unsigned after(unsigned offset)
{
    return offset + 2 == word_read(0x482) ? word_read(0x480) : (offset + 2) & 0xffff;
}

static void program_take(unsigned count)
{
    for (; count && word_read(0x41a) != word_read(0x41c); count--)
        word_write(0x41a, after(word_read(0x41a)));
}

/* A keyboard puts keys only into a buffer as POST has made it. */
static void keyboard_put(unsigned count)
{
    for (; count && word_read(0x480) == 0x1e && word_read(0x482) == 0x3e; count--) {
        unsigned tail = word_read(0x41c);
        if (tail < 0x1e || tail >= 0x3e || tail % 2 || after(tail) == word_read(0x41a))
            return;
        word_write(0x400 + tail, 0x3920);
        word_write(0x41c, after(tail));
    }
}

static void change(unsigned number)
{
    static const unsigned words[] = {0x480, 0x482, 0x41a, 0x41c};

    if (number >= 252)
        buffer_reset();
    else
        word_write(words[number % 4], word_read(words[number % 4]) + number / 4 * 2 - 32);
}

static void command(unsigned kind, unsigned number)
{
    if (kind == TAKE) {
        program_take(number);
        keyboard_put(number / 16);
    } else if (kind == CHANGE) {
        change(number);
    } else {
        fill();
        now_ms += number * 2;
        fill();
    }
}

/* Whatever was before: after a silence a key is itself. */
static void recover(void)
{
    static const uint8_t x = 'x';

    buffer_reset();
    now_ms += KEY_SEQUENCE_MS;
    fill();
    program_take(64);
    fill();
    require(!key_queue_is_waiting(&queue));
    buffer_reset();
    input = &x;
    left = 1;
    fill();
    require(word_read(0x41c) == 0x20 && word_read(0x41e) == 0x2d78);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!low)
        low = malloc(LOW_BYTES);
    require(low);
    memset(low, 0x55, LOW_BYTES);
    memset(expected, 0x55, LOW_BYTES);
    memset(&queue, 0, sizeof(queue));
    buffer_reset();
    now_ms = 0xffffff00;
    input = data;
    left = size;
    bytes = keys = 0;
    while (left) {
        if (*input < CHANGE) {
            unsigned taken = bytes;
            fill();
            if (bytes == taken) /* the buffer is full, or is none */
                buffer_reset();
            continue;
        }
        unsigned kind = *input++, number = left > 1 ? *input : 0;
        left--;
        if (left) {
            input++;
            left--;
        }
        command(kind, number);
    }
    recover();
    require(!memcmp(expected, low, LOW_BYTES));
    return 0;
}
