/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "key_sequence.h"

/* More than any number that a key has; larger numbers do not overflow. */
#define PARAMETER_MAX 0x7fffu

void key_sequence_begin(struct key_sequence *sequence, uint8_t introducer)
{
    *sequence = (struct key_sequence){.introducer = introducer};
}

void key_sequence_add(struct key_sequence *sequence, uint8_t byte)
{
    if (byte == ';' || (byte >= '0' && byte <= '9' && !sequence->count))
        sequence->count++;
    if (byte == ';' && sequence->count == 1)
        sequence->count++; /* the first one is empty */
    if (sequence->count > KEY_PARAMETERS) {
        sequence->count = KEY_PARAMETERS;
        sequence->foreign = true;
    }
    if (byte == ';')
        return;
    if (byte < '0' || byte > '9') {
        sequence->foreign = true;
        return;
    }
    uint16_t *parameter = &sequence->parameters[sequence->count - 1];
    unsigned value = *parameter * 10u + byte - '0';
    *parameter = (uint16_t)(value > PARAMETER_MAX ? PARAMETER_MAX : value);
}

/* xterm's parameter for the keys that are down: 1 and 1 for Shift, 2 for Alt, 4 for Ctrl, 8 for
 * Meta. Return: whether it is one. */
static bool key_modifier(unsigned parameter, unsigned *shift)
{
    unsigned bits = parameter ? parameter - 1 : 0;

    *shift = (bits & 1 ? KEY_SHIFT : 0) | (bits & 4 ? KEY_CTRL : 0) | (bits & 10 ? KEY_ALT : 0);
    return bits < 16;
}

static enum key_name key_of_letter(uint8_t final)
{
    switch (final) {
    case 'A':
        return KEY_UP;
    case 'B':
        return KEY_DOWN;
    case 'C':
        return KEY_RIGHT;
    case 'D':
        return KEY_LEFT;
    case 'E':
    case 'G': /* the Linux console */
        return KEY_PAD_CENTER;
    case 'F':
        return KEY_END;
    case 'H':
        return KEY_HOME;
    case 'P':
    case 'Q':
    case 'R':
    case 'S':
        return KEY_F1 + final - 'P';
    default:
        return KEY_NO_NAME;
    }
}

/* rxvt's arrows with Shift or Ctrl. */
static enum key_name key_of_small_letter(uint8_t final)
{
    return final >= 'a' && final <= 'd' ? key_of_letter((uint8_t)(final - 'a' + 'A')) : KEY_NO_NAME;
}

/* The keypad in its application mode, and F5 to F12 in PuTTY's mode VT100+. */
static enum key_name key_of_application(uint8_t final)
{
    if (final >= 'p' && final <= 'y')
        return KEY_PAD_0 + final - 'p';
    if (final >= 'T' && final <= '[')
        return KEY_F1 + 4 + final - 'T';
    switch (final) {
    case 'I':
        return KEY_TAB;
    case 'M':
        return KEY_PAD_ENTER;
    case 'j':
        return KEY_PAD_STAR;
    case 'k':
    case 'l': /* the comma of a DEC keypad is where the PC has + */
        return KEY_PAD_PLUS;
    case 'm':
        return KEY_PAD_MINUS;
    case 'n':
        return KEY_PAD_POINT;
    case 'o':
        return KEY_PAD_SLASH;
    default:
        return KEY_NO_NAME;
    }
}

/* A letter with no parameter, with the modifier, or with 1 and the modifier. */
static struct key_meaning key_mean_letter(const struct key_sequence *sequence, uint8_t final)
{
    struct key_meaning meaning = {.name = key_of_letter(final)};
    const uint16_t *parameters = sequence->parameters;
    unsigned modifier = sequence->count ? parameters[sequence->count - 1] : 0;
    bool valid = sequence->count < 2 || (sequence->count == 2 && parameters[0] <= 1);

    if (!meaning.name && sequence->introducer == 'O')
        meaning.name = key_of_application(final);
    /* ESC [ 1 ; 2 R to ESC [ 1 ; 8 R are F3, all others reports of the cursor's position. */
    if (final == 'R' && sequence->introducer == '[' && sequence->count)
        valid = sequence->count == 2 && parameters[0] == 1 && modifier >= 2 && modifier <= 8;
    if (!key_modifier(modifier, &meaning.shift) || !valid)
        return (struct key_meaning){0};
    return meaning;
}

/* The keys with numbers, from 1 on; of the numbers that are left out no key is known. From 25 on it
 * is Shift with F3 to F10: rxvt and PuTTY count the function keys on by ten. */
static enum key_name key_of_number(unsigned number, unsigned *shift)
{
    static const uint8_t keys[] = {
        KEY_NO_NAME, KEY_HOME,    KEY_INSERT,  KEY_DELETE,  KEY_END,    KEY_PAGE_UP, KEY_PAGE_DOWN,
        KEY_HOME,    KEY_END,     KEY_NO_NAME, KEY_NO_NAME, KEY_F1,     KEY_F1 + 1,  KEY_F1 + 2,
        KEY_F1 + 3,  KEY_F1 + 4,  KEY_NO_NAME, KEY_F1 + 5,  KEY_F1 + 6, KEY_F1 + 7,  KEY_F1 + 8,
        KEY_F1 + 9,  KEY_NO_NAME, KEY_F1 + 10, KEY_F1 + 11, KEY_F1 + 2, KEY_F1 + 3,  KEY_NO_NAME,
        KEY_F1 + 4,  KEY_F1 + 5,  KEY_NO_NAME, KEY_F1 + 6,  KEY_F1 + 7, KEY_F1 + 8,  KEY_F1 + 9};

    if (number >= sizeof(keys))
        return KEY_NO_NAME;
    if (number >= 25)
        *shift |= KEY_SHIFT;
    return (enum key_name)keys[number];
}

static struct key_meaning key_mean_character(unsigned character, unsigned modifier)
{
    struct key_meaning meaning = {.character = character};

    return key_modifier(modifier, &meaning.shift) ? meaning : (struct key_meaning){0};
}

/* rxvt has a final byte of its own for Ctrl, for Shift, and for both. xterm sends other keys with
 * modifiers as 27, the modifier and the character. */
static struct key_meaning key_mean_number(const struct key_sequence *sequence, uint8_t final)
{
    struct key_meaning meaning = {0};
    const uint16_t *parameters = sequence->parameters;

    if (final == '~' && sequence->count == 3 && parameters[0] == 27)
        return key_mean_character(parameters[2], parameters[1]);
    if (sequence->count > (final == '~' ? 2 : 1) || !key_modifier(parameters[1], &meaning.shift))
        return (struct key_meaning){0};
    if (final == '^' || final == '@')
        meaning.shift |= KEY_CTRL;
    if (final == '$' || final == '@')
        meaning.shift |= KEY_SHIFT;
    meaning.name = key_of_number(parameters[0], &meaning.shift);
    return meaning;
}

static struct key_meaning key_mean_csi(const struct key_sequence *sequence, uint8_t final)
{
    struct key_meaning meaning = {0};

    switch (final) {
    case '~':
    case '^':
    case '$':
    case '@':
        return key_mean_number(sequence, final);
    case 'u':
        if (sequence->count > 2)
            return meaning;
        return key_mean_character(sequence->parameters[0], sequence->parameters[1]);
    case 'Z':
        if (sequence->count > 2 || !key_modifier(sequence->parameters[1], &meaning.shift))
            return (struct key_meaning){0};
        return (struct key_meaning){.name = KEY_TAB, .shift = meaning.shift | KEY_SHIFT};
    default:
        meaning.name = sequence->count ? KEY_NO_NAME : key_of_small_letter(final);
        meaning.shift = KEY_SHIFT;
        return meaning.name ? meaning : key_mean_letter(sequence, final);
    }
}

static struct key_meaning key_mean_ss3(const struct key_sequence *sequence, uint8_t final)
{
    enum key_name arrow = sequence->count ? KEY_NO_NAME : key_of_small_letter(final);

    if (arrow)
        return (struct key_meaning){.name = arrow, .shift = KEY_CTRL};
    return key_mean_letter(sequence, final);
}

struct key_meaning key_sequence_mean(const struct key_sequence *sequence, uint8_t final)
{
    if (sequence->foreign)
        return (struct key_meaning){0};
    return sequence->introducer == '[' ? key_mean_csi(sequence, final)
                                       : key_mean_ss3(sequence, final);
}

bool key_sequence_ends_in_dollar(const struct key_sequence *sequence)
{
    return sequence->introducer == '[' && sequence->count == 1 && !sequence->foreign;
}

struct key_meaning key_sequence_mean_linux(uint8_t final)
{
    if (final < 'A' || final > 'E')
        return (struct key_meaning){0};
    return (struct key_meaning){.name = KEY_F1 + final - 'A'};
}
