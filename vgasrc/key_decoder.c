/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "key_decoder.h"

#include "cp437.h"

#define ESC    0x1b
#define BELL   0x07
#define CTRL_L 0x0c
#define DEL    0x7f

/* A mouse report in its oldest form: ESC [ M and three bytes of any value. */
#define MOUSE_BYTES 3

enum key_state {
    STATE_GROUND,
    STATE_ESC,
    STATE_ESC_ESC,
    STATE_SEQUENCE, /* after ESC [ or ESC O */
    STATE_LINUX,    /* after ESC [ [ */
    STATE_MOUSE,
    STATE_STRING_BEGIN, /* after ESC ] or ESC P: a report, or a key with Alt */
    STATE_STRING,
    STATE_UTF8,
};

/**** Delivery ****/

static void key_deliver(struct key_decoder *decoder, uint16_t code, unsigned shift)
{
    if (code && decoder->count < KEY_DECODER_KEYS)
        decoder->keys[decoder->count++] = (struct key){.code = code, .shift = (uint8_t)shift};
}

static void key_deliver_name(struct key_decoder *decoder, enum key_name name, unsigned shift)
{
    key_deliver(decoder, key_code_name(name, shift), shift);
}

/* A printable character of ASCII. */
static void key_deliver_printable(struct key_decoder *decoder, uint8_t character, unsigned shift)
{
    key_deliver(decoder, key_code_character(character, shift),
                shift | key_character_shift(character));
}

/* A character outside of ASCII is delivered as one that is typed as a number on the keypad. With
 * Ctrl or Alt it has no code. */
static void key_deliver_point(struct key_decoder *decoder, uint32_t code_point, unsigned shift)
{
    if (!(shift & (KEY_CTRL | KEY_ALT)))
        key_deliver(decoder, cp437_find(code_point), shift);
}

/* A control character, @shift (Alt or 0) being down. */
static void key_deliver_control(struct key_decoder *decoder, uint8_t byte, unsigned shift)
{
    /* From 1Bh on; Ctrl makes 1Eh of 6 and 1Fh of -. */
    static const uint8_t others[] = {'[', '\\', ']', '6', '-'};

    switch (byte) {
    case 0x00:
        key_deliver_printable(decoder, '2', shift | KEY_CTRL);
        break;
    case 0x08:
    case DEL:
        key_deliver_name(decoder, KEY_BACKSPACE, shift);
        break;
    case 0x09: /* The Linux console sends ESC and a tab for Shift-Tab; Alt-Tab never comes. */
        key_deliver_name(decoder, KEY_TAB, shift ? KEY_SHIFT : 0);
        break;
    case 0x0a: /* Text has it at the end of a line. Ctrl-Enter needs ESC in front of it. */
        key_deliver_name(decoder, KEY_ENTER, shift ? KEY_CTRL : 0);
        break;
    case 0x0d:
        key_deliver_name(decoder, KEY_ENTER, shift);
        break;
    default:
        key_deliver_printable(decoder, byte < ESC ? (uint8_t)('a' + byte - 1) : others[byte - ESC],
                              shift | KEY_CTRL);
    }
}

static void key_deliver_character(struct key_decoder *decoder, uint8_t byte, unsigned shift)
{
    bool pair = byte == 0x0a && decoder->after_enter;

    decoder->after_enter = byte == 0x0d && !shift;
    if (byte == CTRL_L)
        decoder->redraw = true;
    if (pair || (byte == CTRL_L && shift))
        return;
    if (byte < 0x20 || byte == DEL)
        key_deliver_control(decoder, byte, shift);
    else
        key_deliver_printable(decoder, byte, shift);
}

/* A sequence may also name a character, and then control characters are the keys themselves. */
static void key_deliver_meaning(struct key_decoder *decoder, struct key_meaning meaning)
{
    unsigned shift = meaning.shift | (decoder->alt ? KEY_ALT : 0);
    enum key_name name = meaning.name;

    if (meaning.character == ESC)
        name = KEY_ESC;
    if (meaning.character == 0x08 || meaning.character == DEL)
        name = KEY_BACKSPACE;
    if (meaning.character == 0x09)
        name = KEY_TAB;
    if (meaning.character == 0x0d)
        name = KEY_ENTER;
    if (name)
        key_deliver_name(decoder, name, shift);
    else if (meaning.character >= 0x80)
        key_deliver_point(decoder, meaning.character, shift);
    else
        key_deliver_printable(decoder, (uint8_t)meaning.character, shift);
}

/**** One byte ****/

static void key_begin(struct key_decoder *decoder, uint8_t byte);

static void key_enter(struct key_decoder *decoder, enum key_state state)
{
    decoder->state = (uint8_t)state;
}

/* @byte cannot be part of the sequence before it, which is dropped. */
static void key_begin_anew(struct key_decoder *decoder, uint8_t byte)
{
    key_enter(decoder, STATE_GROUND);
    key_begin(decoder, byte);
}

static void key_begin(struct key_decoder *decoder, uint8_t byte)
{
    decoder->alt = false;
    decoder->string_end = false;
    decoder->length = 1;
    if (byte == ESC)
        key_enter(decoder, STATE_ESC);
    else if (byte < 0x80)
        key_deliver_character(decoder, byte, 0);
    else if (key_utf8_begin(&decoder->utf8, byte))
        key_enter(decoder, STATE_UTF8);
    if (byte >= 0x80 || byte == ESC)
        decoder->after_enter = false;
}

static void key_after_esc(struct key_decoder *decoder, uint8_t byte)
{
    bool string_end = decoder->string_end;

    decoder->string_end = false;
    key_enter(decoder, STATE_GROUND);
    if (byte == ESC) {
        key_enter(decoder, string_end ? STATE_ESC : STATE_ESC_ESC);
        decoder->length = string_end ? 1 : 2;
    } else if (byte == '[' || byte == 'O') {
        key_sequence_begin(&decoder->sequence, byte);
        key_enter(decoder, STATE_SEQUENCE);
    } else if (byte == ']' || byte == 'P') {
        decoder->introducer = byte;
        key_enter(decoder, STATE_STRING_BEGIN);
    } else if (byte >= 0x80) {
        decoder->alt = true;
        if (key_utf8_begin(&decoder->utf8, byte))
            key_enter(decoder, STATE_UTF8);
    } else if (byte != '\\' || !string_end) {
        key_deliver_character(decoder, byte, KEY_ALT);
    }
}

/* rxvt and PuTTY send a second ESC before a sequence for Alt. Without a sequence the first ESC is
 * the key Esc: one that is held down repeats faster than the time of a silence. */
static void key_after_esc_esc(struct key_decoder *decoder, uint8_t byte)
{
    if (byte == '[' || byte == 'O') {
        decoder->alt = true;
        key_sequence_begin(&decoder->sequence, byte);
        key_enter(decoder, STATE_SEQUENCE);
        return;
    }
    key_deliver_name(decoder, KEY_ESC, 0);
    decoder->length = 2;
    if (byte != ESC)
        key_after_esc(decoder, byte);
}

static void key_in_sequence(struct key_decoder *decoder, uint8_t byte)
{
    struct key_sequence *sequence = &decoder->sequence;
    bool csi = sequence->introducer == '[';
    bool first = !sequence->count && !sequence->foreign;

    if (byte < 0x20 || byte >= DEL) {
        key_begin_anew(decoder, byte);
        return;
    }
    if (byte < 0x40 && (byte != '$' || !key_sequence_ends_in_dollar(sequence))) {
        key_sequence_add(sequence, byte);
        return;
    }
    key_enter(decoder, STATE_GROUND);
    if (csi && first && byte == '[') {
        key_enter(decoder, STATE_LINUX);
    } else if (csi && first && byte == 'M') {
        decoder->skip = MOUSE_BYTES;
        key_enter(decoder, STATE_MOUSE);
    } else {
        key_deliver_meaning(decoder, key_sequence_mean(sequence, byte));
    }
}

static void key_after_linux(struct key_decoder *decoder, uint8_t byte)
{
    if (byte < 0x20 || byte >= DEL) {
        key_begin_anew(decoder, byte);
        return;
    }
    key_enter(decoder, STATE_GROUND);
    key_deliver_meaning(decoder, key_sequence_mean_linux(byte));
}

static void key_in_mouse(struct key_decoder *decoder)
{
    if (!--decoder->skip)
        key_enter(decoder, STATE_GROUND);
}

/* The terminal's reports are numbers after ESC ], and after ESC P a number or one of these.
 * Anything else is a key after the key Alt-] or Alt-P. */
static void key_begin_string(struct key_decoder *decoder, uint8_t byte)
{
    bool digit = byte >= '0' && byte <= '9';

    if (digit || (decoder->introducer == 'P' &&
                  (byte == '!' || byte == '>' || byte == '$' || byte == '+'))) {
        key_enter(decoder, STATE_STRING);
        return;
    }
    key_deliver_printable(decoder, decoder->introducer, KEY_ALT);
    key_begin_anew(decoder, byte);
}

static void key_in_string(struct key_decoder *decoder, uint8_t byte)
{
    if (byte >= 0x20 && byte != DEL)
        return;
    if (byte == BELL) {
        key_enter(decoder, STATE_GROUND);
        return;
    }
    key_begin_anew(decoder, byte);
    decoder->string_end = byte == ESC;
}

static void key_in_utf8(struct key_decoder *decoder, uint8_t byte)
{
    if (!key_utf8_add(&decoder->utf8, byte)) {
        key_begin_anew(decoder, byte);
        return;
    }
    if (decoder->utf8.missing)
        return;
    key_enter(decoder, STATE_GROUND);
    key_deliver_point(decoder, key_utf8_end(&decoder->utf8), decoder->alt ? KEY_ALT : 0);
}

static void key_step(struct key_decoder *decoder, uint8_t byte)
{
    switch ((enum key_state)decoder->state) {
    case STATE_ESC:
        key_after_esc(decoder, byte);
        break;
    case STATE_ESC_ESC:
        key_after_esc_esc(decoder, byte);
        break;
    case STATE_SEQUENCE:
        key_in_sequence(decoder, byte);
        break;
    case STATE_LINUX:
        key_after_linux(decoder, byte);
        break;
    case STATE_MOUSE:
        key_in_mouse(decoder);
        break;
    case STATE_STRING_BEGIN:
        key_begin_string(decoder, byte);
        break;
    case STATE_STRING:
        key_in_string(decoder, byte);
        break;
    case STATE_UTF8:
        key_in_utf8(decoder, byte);
        break;
    case STATE_GROUND:
    default:
        key_begin_anew(decoder, byte);
    }
}

/**** Silence ****/

/* What has come is all: deliver what it means by itself. */
static void key_expire(struct key_decoder *decoder)
{
    enum key_state state = (enum key_state)decoder->state;

    key_enter(decoder, STATE_GROUND);
    if ((state == STATE_ESC && !decoder->string_end) || state == STATE_ESC_ESC ||
        (state == STATE_SEQUENCE && decoder->alt && decoder->length == 3))
        key_deliver_name(decoder, KEY_ESC, 0);
    if (state == STATE_ESC_ESC)
        key_deliver_name(decoder, KEY_ESC, 0);
    if (state == STATE_SEQUENCE && decoder->length == (decoder->alt ? 3 : 2))
        key_deliver_printable(decoder, decoder->sequence.introducer, KEY_ALT);
    if (state == STATE_STRING_BEGIN)
        key_deliver_printable(decoder, decoder->introducer, KEY_ALT);
}

static uint32_t key_limit_ms(const struct key_decoder *decoder)
{
    switch ((enum key_state)decoder->state) {
    case STATE_ESC:
    case STATE_ESC_ESC:
    case STATE_STRING_BEGIN:
        return KEY_ESC_MS;
    default:
        return KEY_SEQUENCE_MS;
    }
}

void key_decoder_idle(struct key_decoder *decoder, uint32_t now_ms)
{
    if (decoder->state != STATE_GROUND && now_ms - decoder->last_ms >= key_limit_ms(decoder))
        key_expire(decoder);
}

bool key_decoder_is_waiting(const struct key_decoder *decoder)
{
    return decoder->state != STATE_GROUND;
}

/**** The calls ****/

/* A byte that is fed late may have come in time: the caller may have been busy. So a byte that goes
 * on with the sequence of a key has the longer time after ESC. */
static bool key_is_late(const struct key_decoder *decoder, uint8_t byte, uint32_t now_ms)
{
    uint32_t limit_ms = byte == '[' || byte == 'O' ? KEY_SEQUENCE_MS : key_limit_ms(decoder);

    return decoder->state != STATE_GROUND && now_ms - decoder->last_ms >= limit_ms;
}

void key_decoder_feed(struct key_decoder *decoder, uint8_t byte, uint32_t now_ms)
{
    if (key_is_late(decoder, byte, now_ms))
        key_expire(decoder);
    decoder->last_ms = now_ms;
    if (decoder->state != STATE_GROUND && ++decoder->length > KEY_SEQUENCE_BYTES)
        key_enter(decoder, STATE_GROUND);
    key_step(decoder, byte);
}

bool key_decoder_take(struct key_decoder *decoder, struct key *key)
{
    if (!decoder->count)
        return false;
    *key = decoder->keys[0];
    decoder->count--;
    for (unsigned i = 0; i < decoder->count; i++)
        decoder->keys[i] = decoder->keys[i + 1];
    return true;
}

bool key_decoder_take_redraw(struct key_decoder *decoder)
{
    bool redraw = decoder->redraw;

    decoder->redraw = false;
    return redraw;
}
