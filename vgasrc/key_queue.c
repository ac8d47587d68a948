/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "key_queue.h"

/* Addresses in the BIOS data area. Its words are offsets from BDA. */
#define BDA       0x400u
#define BDA_HEAD  0x41au
#define BDA_TAIL  0x41cu
#define BDA_START 0x480u
#define BDA_END   0x482u

/* Words by bytes: a program may have put the buffer at an odd address. Other code changes them too.
 */
static unsigned key_word_read(const volatile uint8_t *low, unsigned address)
{
    return low[address] | (unsigned)low[address + 1] << 8;
}

static void key_word_write(volatile uint8_t *low, unsigned address, unsigned word)
{
    low[address] = (uint8_t)word;
    low[address + 1] = (uint8_t)(word >> 8);
}

/* Return: whether the buffer lies after the words that say where its head and tail are, without
 * those that say where it is. A program may have moved it, or have written anything there. */
static bool key_buffer_is_valid(unsigned start, unsigned end)
{
    bool apart = end <= BDA_START - BDA || start > BDA_END + 1 - BDA;

    return start > BDA_TAIL + 1 - BDA && start < end && (end - start) % 2 == 0 && apart;
}

static bool key_is_entry(unsigned offset, unsigned start, unsigned end)
{
    return offset >= start && offset < end && (offset - start) % 2 == 0;
}

/* Return: the address of the free entry at the tail, or 0 if there is none; *next is the tail after
 * it. */
static unsigned key_buffer_room(const volatile uint8_t *low, unsigned *next)
{
    unsigned start = key_word_read(low, BDA_START), end = key_word_read(low, BDA_END);
    unsigned head = key_word_read(low, BDA_HEAD), tail = key_word_read(low, BDA_TAIL);

    if (!key_buffer_is_valid(start, end) || !key_is_entry(head, start, end) ||
        !key_is_entry(tail, start, end))
        return 0;
    *next = tail + 2 == end ? start : tail + 2;
    return *next == head ? 0 : BDA + tail;
}

/* Move the decoder's keys. Return: whether there is room for more. */
static bool key_queue_move(struct key_queue *queue, volatile uint8_t *low)
{
    unsigned next, entry;
    struct key key;

    while ((entry = key_buffer_room(low, &next)) && key_decoder_take(&queue->decoder, &key)) {
        key_word_write(low, entry, key.code);
        key_word_write(low, BDA_TAIL, next);
        queue->shift = key.shift;
    }
    return entry;
}

bool key_queue_fill(struct key_queue *queue, uint8_t *low, key_source *source, void *context,
                    uint32_t now_ms)
{
    struct key_decoder *decoder = &queue->decoder;

    for (unsigned i = 0; i < KEY_QUEUE_BYTES && key_queue_move(queue, low); i++) {
        int byte = source(context);

        if (byte < 0) {
            key_decoder_idle(decoder, now_ms);
            key_queue_move(queue, low);
            break;
        }
        key_decoder_feed(decoder, (uint8_t)byte, now_ms);
    }
    return key_decoder_take_redraw(decoder);
}

bool key_queue_is_waiting(const struct key_queue *queue)
{
    return queue->decoder.count || key_decoder_is_waiting(&queue->decoder);
}
