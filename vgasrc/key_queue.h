/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Moves keys from a terminal to the keyboard buffer of the BIOS, from which int16 takes them.
 *
 * The buffer has room for 15 keys. A byte is only taken from the terminal while the buffer has
 * room, so text that is pasted waits where the sender keeps it, and none of it is lost.
 *
 * A keyboard's interrupt handler may use the same buffer. It is safe if the calls here are made
 * with interrupts off.
 */
#ifndef KEY_QUEUE_H
#define KEY_QUEUE_H

#include "key_decoder.h"

#include <stdbool.h>
#include <stdint.h>

/* The bytes that one call takes at most: as many as the console's ring has. */
#define KEY_QUEUE_BYTES 1024u

/** Return: the next byte from the terminal, or -1 if none has come. */
typedef int key_source(void *context);

/** The state of a queue. One that is zeroed is ready. */
struct key_queue {
    struct key_decoder decoder;
    uint8_t shift; /* what was down with the key that was put last: bits of 40:17 */
};

/**
 * Move keys from the terminal to the keyboard buffer, until it is full or no byte is left.
 *
 * Call it with interrupts off, at each tick of the timer (55 ms): an Esc alone is known by the time
 * that has passed. It changes only the buffer's tail and the entries from there on. Source: the
 * BIOS data area, words 40:1A (head), 40:1C (tail), 40:80 (start), 40:82 (end). If these are not
 * those of a buffer, as a program may have left them, it is taken for full.
 *
 * @low: the address 0. @source: gives the bytes; @context is passed to it. @now_ms: a clock that
 * may wrap around. Return: whether the user has asked to draw the screen again.
 */
bool key_queue_fill(struct key_queue *queue, uint8_t *low, key_source *source, void *context,
                    uint32_t now_ms);

/** Return: whether keys or parts of keys have been taken from the terminal that are not in the
 * buffer. */
bool key_queue_is_waiting(const struct key_queue *queue);

#endif
