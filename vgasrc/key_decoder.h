/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The bytes that a terminal sends for keys, decoded into codes of the BIOS (key_code.h).
 *
 * Feed a byte, then take the keys that it completes. Between bytes, tell the decoder when the
 * terminal is silent: ESC is a key of its own only if nothing follows it. docs/dev/keys.md says
 * what each key of each terminal becomes.
 *
 * Whatever the bytes, the decoder delivers no more keys than it has been fed bytes. It drops a
 * sequence that it does not know, whole. It begins anew after a silence, and inside of a sequence
 * that is longer than KEY_SEQUENCE_BYTES.
 */
#ifndef KEY_DECODER_H
#define KEY_DECODER_H

#include "key_sequence.h"
#include "key_utf8.h"

#include <stdbool.h>
#include <stdint.h>

/* Silence after ESC that makes it the key Esc, and silence that ends any other sequence. */
#define KEY_ESC_MS      50u
#define KEY_SEQUENCE_MS 200u

#define KEY_SEQUENCE_BYTES 256u

/* The keys that one byte can complete: two Esc that have waited, and its own. */
#define KEY_DECODER_KEYS 3

struct key {
    uint16_t code; /* never 0 */
    uint8_t shift; /* what was down with it: KEY_SHIFT, KEY_CTRL, KEY_ALT */
};

/** A decoder. One that is zeroed is ready. */
struct key_decoder {
    uint8_t state;   /* enum key_state of key_decoder.c */
    bool alt;        /* the sequence began with a second ESC */
    bool string_end; /* ESC came in a string, and may end it */
    bool after_enter;
    bool redraw;
    uint8_t introducer; /* of a string */
    uint8_t skip;       /* bytes of a mouse report that are to come */
    uint16_t length;    /* bytes of the sequence */
    uint32_t last_ms;   /* when the last byte was fed */
    struct key_sequence sequence;
    struct key_utf8 utf8;
    uint8_t count;
    struct key keys[KEY_DECODER_KEYS];
};

/**
 * Decode @byte, the next one from the terminal. First take the keys of the byte before.
 *
 * @now_ms: a clock that may wrap around.
 */
void key_decoder_feed(struct key_decoder *decoder, uint8_t byte, uint32_t now_ms);

/** Say that at @now_ms no further byte has come from the terminal. */
void key_decoder_idle(struct key_decoder *decoder, uint32_t now_ms);

/** Return: whether bytes wait for a silence: call key_decoder_idle again within KEY_ESC_MS. */
bool key_decoder_is_waiting(const struct key_decoder *decoder);

/** Take the oldest key. Return: whether there was one. */
bool key_decoder_take(struct key_decoder *decoder, struct key *key);

/** Return: whether the user has asked to draw the screen again, with Ctrl-L, which also is a key,
 * or Alt-Ctrl-L, which is none, since the last call. */
bool key_decoder_take_redraw(struct key_decoder *decoder);

#endif
