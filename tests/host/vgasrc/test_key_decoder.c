/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The decoder of keys: times, text, what terminals send beside keys, garbage. */
#include "key_typist.h"
#include "test.h"

#include "vgasrc/cp437.h"

#include <string.h>

static struct typist typist;

#define ESC_CODE 0x011b

/**** Esc and Alt ****/

TEST(esc_is_a_key_after_a_silence_of_50_ms)
{
    typist_begin(&typist);
    typist_text(&typist, "\033");
    typist_pause(&typist, 49);
    EXPECT_NO_KEY(&typist);
    CHECK(key_decoder_is_waiting(&typist.decoder));
    typist_pause(&typist, 1);
    EXPECT_KEYS(&typist, ESC_CODE);
    CHECK(!key_decoder_is_waiting(&typist.decoder));
    typist_pause(&typist, 1000);
    EXPECT_NO_KEY(&typist);
}

TEST(a_character_right_after_esc_is_typed_with_alt)
{
    typist_begin(&typist);
    typist_text(&typist, "\033");
    typist_pause(&typist, 49);
    typist_text(&typist, "x");
    EXPECT_KEYS(&typist, 0x2d00);
    typist_text(&typist, "x");
    EXPECT_KEYS(&typist, 0x2d78);
}

TEST(a_character_after_a_silence_is_a_key_after_esc)
{
    typist_begin(&typist);
    typist_text(&typist, "\033");
    typist_be_busy(&typist, 50);
    typist_text(&typist, "x");
    EXPECT_KEYS(&typist, ESC_CODE, 0x2d78);
}

TEST(a_sequence_whose_reader_is_busy_stays_a_key)
{
    typist_begin(&typist);
    typist_text(&typist, "\033");
    typist_be_busy(&typist, 199);
    typist_text(&typist, "[A");
    EXPECT_KEYS(&typist, 0x48e0);
    typist_text(&typist, "\033");
    typist_be_busy(&typist, 200);
    typist_text(&typist, "[");
    EXPECT_KEYS(&typist, ESC_CODE, 0x1a5b);
}

TEST(esc_that_is_held_down_repeats)
{
    typist_begin(&typist);
    for (unsigned i = 0; i < 9; i++) {
        typist_text(&typist, "\033");
        typist_pause(&typist, 33);
    }
    typist_pause(&typist, 50);
    CHECK_EQUAL(typist.count, 9);
    for (unsigned i = 0; i < 9; i++)
        CHECK_EQUAL(typist.keys[i].code, ESC_CODE);
}

TEST(esc_before_a_key_with_alt_stays_a_key)
{
    typist_once(&typist, "\033\033x");
    EXPECT_KEYS(&typist, ESC_CODE, 0x2d00);
    typist_once(&typist, "\033\033\033[A");
    EXPECT_KEYS(&typist, ESC_CODE, 0x9800);
    typist_once(&typist, "\033\033[");
    EXPECT_KEYS(&typist, ESC_CODE, 0x1af0);
    typist_once(&typist, "\033\033\033O");
    EXPECT_KEYS(&typist, ESC_CODE, ESC_CODE, 0x1800);
    typist_once(&typist, "\033\033\033xy");
    EXPECT_KEYS(&typist, ESC_CODE, ESC_CODE, 0x2d00, 0x1579);
}

/**** Text ****/

TEST(the_ends_of_lines_of_any_kind_are_one_enter_each)
{
    typist_once(&typist, "a\rb\nc\r\nd\n\ne\r\r\n\nf");
    EXPECT_KEYS(&typist, 0x1e61, 0x1c0d, 0x3062, 0x1c0d, 0x2e63, 0x1c0d, 0x2064, 0x1c0d, 0x1c0d,
                0x1265, 0x1c0d, 0x1c0d, 0x1c0d, 0x2166);
    /* Also if the line feed comes much later, as it does with a slow reader. */
    typist_begin(&typist);
    typist_text(&typist, "\r");
    typist_pause(&typist, 5000);
    typist_text(&typist, "\n");
    EXPECT_KEYS(&typist, 0x1c0d);
    /* Enter, then Ctrl-Enter. */
    typist_text(&typist, "\r\033\n");
    EXPECT_KEYS(&typist, 0x1c0d, 0x1c0a);
}

TEST(the_marks_around_pasted_text_are_dropped)
{
    typist_once(&typist, "\033[200~ab\033[201~c");
    EXPECT_KEYS(&typist, 0x1e61, 0x3062, 0x2e63);
}

TEST(ctrl_l_is_a_key_and_alt_ctrl_l_is_none_and_both_draw_the_screen_again)
{
    typist_once(&typist, "l");
    CHECK(!key_decoder_take_redraw(&typist.decoder));
    typist_once(&typist, "\014");
    EXPECT_KEYS(&typist, 0x260c);
    CHECK(key_decoder_take_redraw(&typist.decoder));
    CHECK(!key_decoder_take_redraw(&typist.decoder));
    typist_once(&typist, "\033\014");
    EXPECT_NO_KEY(&typist);
    CHECK(key_decoder_take_redraw(&typist.decoder));
    typist_once(&typist, "\033[108;5u");
    EXPECT_KEYS(&typist, 0x260c);
    CHECK(!key_decoder_take_redraw(&typist.decoder));
}

/* The 128 characters as UTF-8, from the Unicode Consortium's table. */
TEST(each_character_of_code_page_437_can_be_typed)
{
    static const char text[] =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
        "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

    typist_once(&typist, text);
    CHECK_EQUAL(typist.count, 128);
    for (unsigned i = 0; i < 128; i++) {
        CHECK_EQUAL(typist.keys[i].code, 0x80 + i);
        CHECK_EQUAL(typist.keys[i].shift, 0);
    }
}

TEST(characters_that_the_code_page_lacks_are_dropped_whole)
{
    /* Two, three and four bytes; the last code point of Unicode; the pictures of control codes. */
    typist_once(&typist, "aĀb€c😀d\U0010ffffe☺f⌂g");
    EXPECT_KEYS(&typist, 0x1e61, 0x3062, 0x2e63, 0x2064, 0x1265, 0x2166, 0x2267);
    /* With Alt there is no code, and Esc is another key. */
    typist_once(&typist, "\033éx");
    EXPECT_KEYS(&typist, 0x2d78);
    typist_once(&typist, "\033[233;5ux\033[233u");
    EXPECT_KEYS(&typist, 0x2d78, 0x0082);
}

TEST(what_is_not_utf8_costs_no_other_key)
{
    /* Bytes that begin nothing, a character that is broken off, one that takes too many bytes. */
    typist_once(&typist, "a\x80"
                         "b\xff\xfe"
                         "c\xc1\x81"
                         "d\xe2\x82"
                         "e\xe9"
                         "f\xf0\x9f\x98\xc3\xa9");
    EXPECT_KEYS(&typist, 0x1e61, 0x3062, 0x2e63, 0x2064, 0x1265, 0x2166, 0x0082);
    typist_once(&typist, "\xe0\x82\xa0"
                         "a\xf0\x80\x83\xa9"
                         "b");
    EXPECT_KEYS(&typist, 0x1e61, 0x3062);
    typist_begin(&typist);
    typist_text(&typist, "\xc3");
    typist_pause(&typist, KEY_SEQUENCE_MS);
    typist_text(&typist, "\xa9"
                         "a");
    EXPECT_KEYS(&typist, 0x1e61);
}

/**** What is no key ****/

TEST(reports_of_the_terminal_are_dropped)
{
    static const char *const reports[] = {
        "\033[24;80R",
        "\033[1;1R",
        "\033[1;80R",
        "\033[2;2R",
        "\033[?1;2c",
        "\033[?62;4c",
        "\033[>0;276;0c",
        "\033[0n",
        "\033[?1;2;3R",
        "\033[8;24;80t",
        "\033[?2026;2$y",
        "\033[4;2$y",
        "\033P!|0000\033\\",
        "\033P1$r0m\033\\",
        "\033[I",
        "\033P>|XTerm\033\\",
        "\033]11;rgb:0000/0000/0000\007",
        "\033]52;c;YWJj\033\\",
        "\033[O",
        "\033[M !!",
        "\033[M\033\033\377",
        "\033[<0;1;1M",
        "\033[<0;1;1m",
        "\033[32;10;10M",
        "\033[?0u",
    };

    for (unsigned i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        test_note("report %u", i);
        typist_begin(&typist);
        typist_text(&typist, reports[i]);
        EXPECT_NO_KEY(&typist);
        typist_text(&typist, "x");
        EXPECT_KEYS(&typist, 0x2d78);
    }
}

TEST(a_parameter_may_be_empty)
{
    typist_once(&typist, "\033[;5A\033[1;A");
    EXPECT_KEYS(&typist, 0x8de0, 0x48e0);
}

TEST(f3_with_a_modifier_is_not_taken_for_a_report)
{
    typist_once(&typist, "\033[1;2R\033[1;8R\033[1;9R\033[R");
    EXPECT_KEYS(&typist, 0x5600, 0x6a00, 0x3d00);
}

TEST(unknown_sequences_are_dropped_whole)
{
    static const char *const unknown[] = {
        "\033[35~",         "\033[[F",
        "\033[?7$p",        "\033[99~",
        "\033[10~",         "\033[0~",
        "\033[~",           "\033[1;17A",
        "\033[1;2;3A",      "\033[3;1A",
        "\033[11;1:2~",     "\033[?1A",
        "\033[1 q",         "\033[!p",
        "\033[[Z",          "\033O!A",
        "\033Oz",           "\033O1;2;3P",
        "\033[27;5;9;9~",   "\033[u",
        "\033[5;5;5u",      "\033[99999999999999999999A",
        "\033[4294967298~", "\033[65538~",
        "\033[3;65538~",    "\033[;;;;;;;;A",
        "\033[53;5u",       "\033[27;5;53~",
        "\033[\"A",         "\033[3;5$A",
    };

    for (unsigned i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        test_note("sequence %u", i);
        typist_begin(&typist);
        typist_text(&typist, unknown[i]);
        EXPECT_NO_KEY(&typist);
        typist_text(&typist, "x");
        EXPECT_KEYS(&typist, 0x2d78);
    }
}

TEST(a_sequence_that_is_broken_off_costs_no_other_key)
{
    typist_once(&typist, "\033[1;\r\033[3\033[A\033[[\177\033O5\001\033[3\xc3\xa9");
    EXPECT_KEYS(&typist, 0x1c0d, 0x48e0, 0x0e08, 0x1e01, 0x0082);
    /* A report that never ends. */
    typist_once(&typist, "\033]0;abc\rd");
    EXPECT_KEYS(&typist, 0x1c0d, 0x2064);
    typist_once(&typist, "\033]0;abc\033[A");
    EXPECT_KEYS(&typist, 0x48e0);
    typist_once(&typist, "\033]0;abc\033\033[A");
    EXPECT_KEYS(&typist, 0x48e0);
    typist_once(&typist, "\033]0;abc\033");
    EXPECT_NO_KEY(&typist);
}

TEST(alt_with_a_bracket_or_p_is_a_key_before_text)
{
    typist_once(&typist, "\033]x\033]\033]\033Px\033P");
    EXPECT_KEYS(&typist, 0x1bf0, 0x2d78, 0x1bf0, 0x1bf0, 0x1900, 0x2d78, 0x1900);
    typist_begin(&typist);
    typist_text(&typist, "\033]");
    typist_pause(&typist, 50);
    typist_text(&typist, "1");
    EXPECT_KEYS(&typist, 0x1bf0, 0x0231);
}

TEST(a_sequence_that_is_too_long_ends)
{
    static char digits[KEY_SEQUENCE_BYTES + 2];

    memset(digits, '1', KEY_SEQUENCE_BYTES + 1);
    for (unsigned i = 0; i < 3; i++) {
        typist_begin(&typist);
        typist_text(&typist, i == 0 ? "\033[" : i == 1 ? "\033]" : "\033O");
        typist_type(&typist, digits, KEY_SEQUENCE_BYTES - 2);
        EXPECT_NO_KEY(&typist);
        typist_text(&typist, "a");
        EXPECT_KEYS(&typist, 0x1e61);
    }
}

/**** Garbage ****/

static uint32_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % limit;
}

static char random_byte(void)
{
    static const char likely[] =
        "\033\033\033[[O]P0123456789;;~$^@ABCDHFMRZu?<>a\r\n\014\177\\\007";

    return random_below(3) ? likely[random_below(sizeof(likely) - 1)] : (char)random_below(256);
}

TEST(garbage_never_gives_more_keys_than_bytes_and_always_ends)
{
    for (unsigned round = 0; round < 3000; round++) {
        random_state = round;
        test_note("round %u", round);
        typist_begin(&typist);
        for (unsigned i = 0; i < 300; i++) {
            char byte = random_byte();
            typist_type(&typist, &byte, 1);
            if (!random_below(8))
                typist_be_busy(&typist, random_below(260));
            if (!random_below(8))
                typist_pause(&typist, random_below(260));
            CHECK(typist.count <= typist.bytes);
        }
        typist_pause(&typist, KEY_SEQUENCE_MS);
        CHECK(typist.count <= typist.bytes);
        CHECK(!key_decoder_is_waiting(&typist.decoder));
        typist.count = 0;
        typist_text(&typist, "x\033[A");
        EXPECT_KEYS(&typist, 0x2d78, 0x48e0);
    }
}

/* A user of a shell pastes what a program has written, colours and all. */
TEST(output_with_colours_is_pasted_as_its_text)
{
    typist_once(&typist, "\033[0m\033[01;34mab\033[0m \033[38;5;1mc\033[K\033[?25l\033[2J\033(B");
    EXPECT_KEYS(&typist, 0x1e61, 0x3062, 0x3920, 0x2e63, /* Alt-( */ 0x8000, 0x3042);
}
