/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Each key of each terminal: terminal_keys.inc. */
#include "key_typist.h"
#include "test.h"

#include <stdbool.h>
#include <string.h>

struct sent {
    const char *terminal, *key, *bytes;
    unsigned length;
    uint16_t code;
};

#define SENDS(terminal, key, bytes, code) {terminal, key, bytes, sizeof(bytes) - 1, code},
static const struct sent all_sent[] = {
#include "terminal_keys.inc"
};

#define SENT_COUNT (sizeof(all_sent) / sizeof(all_sent[0]))

static struct typist typist;

/* What is held down, by the key's name. */
static unsigned shift_of(const char *key)
{
    static const struct {
        const char *prefix;
        unsigned shift;
    } known[] = {{"Shift-", KEY_SHIFT}, {"Ctrl-", KEY_CTRL}, {"Alt-", KEY_ALT}};
    unsigned shift = 0;

    for (unsigned i = 0; i < 3; i++) {
        if (strncmp(key, known[i].prefix, strlen(known[i].prefix)) != 0)
            continue;
        shift |= known[i].shift;
        key += strlen(known[i].prefix);
        i = -1u;
    }
    return shift;
}

static void note(const struct sent *sent)
{
    test_note("%s of %s, line %u", sent->key, sent->terminal, (unsigned)(sent - all_sent));
}

static void expect_sent(const struct sent *sent)
{
    CHECK_EQUAL(typist.count, 1);
    CHECK_EQUAL(typist.keys[0].code, sent->code);
    CHECK_EQUAL(typist.keys[0].shift, shift_of(sent->key));
    typist.count = 0;
}

static bool is_text(const struct sent *sent, const char *text)
{
    return sent->length == strlen(text) && !memcmp(sent->bytes, text, sent->length);
}

TEST(each_key_of_each_terminal_has_its_code)
{
    CHECK(SENT_COUNT > 800);
    for (const struct sent *sent = all_sent; sent < all_sent + SENT_COUNT; sent++) {
        note(sent);
        typist_begin(&typist);
        typist_type(&typist, sent->bytes, sent->length);
        typist_pause(&typist, KEY_SEQUENCE_MS);
        expect_sent(sent);
        CHECK(!key_decoder_is_waiting(&typist.decoder));
    }
}

/* ESC waits for less than other parts of a sequence. */
static unsigned patience_ms(const struct sent *sent, unsigned length)
{
    bool only_esc = length == 1 || (length == 2 && sent->bytes[1] == '\033');

    return (only_esc ? KEY_ESC_MS : KEY_SEQUENCE_MS) - 1;
}

TEST(a_sequence_that_comes_in_two_parts_is_one_key)
{
    for (const struct sent *sent = all_sent; sent < all_sent + SENT_COUNT; sent++)
        for (unsigned split = 1; split < sent->length; split++) {
            note(sent);
            typist_begin(&typist);
            typist_type(&typist, sent->bytes, split);
            typist_pause(&typist, patience_ms(sent, split));
            CHECK_EQUAL(typist.count, 0);
            typist_type(&typist, sent->bytes + split, sent->length - split);
            typist_pause(&typist, KEY_SEQUENCE_MS);
            expect_sent(sent);
        }
}

TEST(a_sequence_that_comes_byte_by_byte_is_one_key)
{
    for (const struct sent *sent = all_sent; sent < all_sent + SENT_COUNT; sent++) {
        note(sent);
        typist_begin(&typist);
        for (unsigned i = 0; i < sent->length; i++) {
            typist_type(&typist, sent->bytes + i, 1);
            if (i + 1 < sent->length)
                typist_pause(&typist, patience_ms(sent, i + 1));
        }
        typist_pause(&typist, KEY_SEQUENCE_MS);
        expect_sent(sent);
    }
}

/* Only its first bytes are keys by themselves: ESC, two of them, ESC [ and ESC O. */
TEST(a_sequence_that_stops_in_the_middle_leaves_no_key)
{
    for (const struct sent *sent = all_sent; sent < all_sent + SENT_COUNT; sent++)
        for (unsigned split = 3; split < sent->length; split++) {
            if (split == 3 && sent->bytes[1] == '\033')
                continue;
            note(sent);
            typist_begin(&typist);
            typist_type(&typist, sent->bytes, split);
            typist_pause(&typist, KEY_SEQUENCE_MS);
            EXPECT_NO_KEY(&typist);
            typist_text(&typist, "x");
            EXPECT_KEYS(&typist, 0x2d78);
        }
}

TEST(a_key_right_after_another_is_a_key)
{
    for (const struct sent *sent = all_sent; sent < all_sent + SENT_COUNT; sent++) {
        /* These wait for what follows, and x would be part of it. */
        if (is_text(sent, "\033") || is_text(sent, "\033[") || is_text(sent, "\033O"))
            continue;
        note(sent);
        typist_begin(&typist);
        typist_type(&typist, sent->bytes, sent->length);
        typist_text(&typist, "x");
        EXPECT_KEYS(&typist, sent->code, 0x2d78);
    }
}

/* The codes of all keys of the PC's keyboard that a program can get without a terminal's help. */
TEST(each_f_key_and_cursor_key_is_there_alone_and_with_shift_ctrl_and_alt)
{
    static const unsigned shifts[] = {0, KEY_SHIFT, KEY_CTRL, KEY_ALT};

    for (unsigned name = KEY_HOME; name <= KEY_F12; name++)
        for (unsigned i = 0; i < 4; i++) {
            uint16_t code = key_code_name((enum key_name)name, shifts[i]);
            bool found = false;

            test_note("key %u with %x", name, shifts[i]);
            for (const struct sent *sent = all_sent; sent < all_sent + SENT_COUNT; sent++)
                found |= sent->code == code && shift_of(sent->key) == shifts[i];
            CHECK(found);
        }
}
