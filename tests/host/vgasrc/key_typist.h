/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Types on a terminal: feeds bytes to a decoder, and collects the keys that come out.
 */
#ifndef KEY_TYPIST_H
#define KEY_TYPIST_H

#include "vgasrc/key_decoder.h"

#define TYPIST_KEYS 4096

struct typist {
    struct key_decoder decoder;
    uint32_t now_ms;
    unsigned bytes;
    unsigned count; /* of the keys */
    struct key keys[TYPIST_KEYS];
};

/** A typist at time 0xffffff00, so that the clock soon wraps around. */
void typist_begin(struct typist *typist);

/** Feed @count bytes, all at the same time. */
void typist_type(struct typist *typist, const char *bytes, unsigned count);

/** Feed a string. */
void typist_text(struct typist *typist, const char *text);

/** Nothing comes for @ms milliseconds; the decoder is told so at the end only. */
void typist_pause(struct typist *typist, unsigned ms);

/** The caller of the decoder is busy for @ms milliseconds: the time goes by, and nothing is told.
 */
void typist_be_busy(struct typist *typist, unsigned ms);

/** Begin, type @text, pause long enough for anything. */
void typist_once(struct typist *typist, const char *text);

/** Check that the keys are those with these @count codes, and forget them. */
void typist_expect(struct typist *typist, unsigned count, const uint16_t *codes);

#define EXPECT_KEYS(typist, ...)                                                                   \
    typist_expect(typist, sizeof((uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t),                    \
                  (uint16_t[]){__VA_ARGS__})
#define EXPECT_NO_KEY(typist) typist_expect(typist, 0, 0)

#endif
