/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "key_typist.h"

#include "test.h"

#include <string.h>

void typist_begin(struct typist *typist)
{
    memset(typist, 0, sizeof(*typist));
    typist->now_ms = 0xffffff00;
}

static void typist_collect(struct typist *typist)
{
    struct key key;

    while (key_decoder_take(&typist->decoder, &key)) {
        CHECK(typist->count < TYPIST_KEYS);
        CHECK(key.code);
        typist->keys[typist->count++] = key;
    }
}

void typist_type(struct typist *typist, const char *bytes, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        key_decoder_feed(&typist->decoder, (uint8_t)bytes[i], typist->now_ms);
        typist->bytes++;
        typist_collect(typist);
    }
}

void typist_text(struct typist *typist, const char *text)
{
    typist_type(typist, text, (unsigned)strlen(text));
}

void typist_pause(struct typist *typist, unsigned ms)
{
    typist->now_ms += ms;
    key_decoder_idle(&typist->decoder, typist->now_ms);
    typist_collect(typist);
}

void typist_be_busy(struct typist *typist, unsigned ms)
{
    typist->now_ms += ms;
}

void typist_once(struct typist *typist, const char *text)
{
    typist_begin(typist);
    typist_text(typist, text);
    typist_pause(typist, KEY_SEQUENCE_MS);
}

void typist_expect(struct typist *typist, unsigned count, const uint16_t *codes)
{
    CHECK_EQUAL(typist->count, count);
    for (unsigned i = 0; i < count; i++)
        CHECK_EQUAL(typist->keys[i].code, codes[i]);
    typist->count = 0;
}
