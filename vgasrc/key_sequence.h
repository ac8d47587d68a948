/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The key that a complete control sequence of a terminal stands for.
 *
 * Sources: xterm's "Control Sequences" (ctlseqs.txt), the terminfo entries of xterm, vt100, vt220,
 * linux, rxvt, screen, tmux and putty, PuTTY's manual. docs/dev/keys.md has the table.
 */
#ifndef KEY_SEQUENCE_H
#define KEY_SEQUENCE_H

#include "key_code.h"

#include <stdbool.h>
#include <stdint.h>

#define KEY_PARAMETERS 3

/** A sequence: ESC, an introducer, parameters, a final byte. */
struct key_sequence {
    uint8_t introducer; /* '[' or 'O' */
    bool foreign;       /* has a byte that no sequence of a key has */
    uint8_t count;      /* of the parameters */
    uint16_t parameters[KEY_PARAMETERS];
};

/** Begin a sequence whose introducer has come. */
void key_sequence_begin(struct key_sequence *sequence, uint8_t introducer);

/** Add @byte, from space to ?: part of a parameter, or what makes the sequence foreign. */
void key_sequence_add(struct key_sequence *sequence, uint8_t byte);

/** A key, or a character that is typed with some other keys down. */
struct key_meaning {
    enum key_name name; /* KEY_NO_NAME: a character or nothing */
    uint32_t character; /* a code point; 0 if there is none */
    unsigned shift;     /* KEY_SHIFT, KEY_CTRL, KEY_ALT */
};

/** Return: the meaning of a sequence with the final byte @final. Reports of a terminal and unknown
 * sequences have neither name nor character. */
struct key_meaning key_sequence_mean(const struct key_sequence *sequence, uint8_t final);

/** Return: whether @byte, a $, ends the sequence: with rxvt it is the final byte of a key with
 * Shift, else an intermediate byte. */
bool key_sequence_ends_in_dollar(const struct key_sequence *sequence);

/** Return: the meaning of ESC [ [ and @final: F1 to F5 of the Linux console. */
struct key_meaning key_sequence_mean_linux(uint8_t final);

#endif
