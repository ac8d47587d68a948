/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "key_code.h"

/* The columns of a row: alone, with Shift, with Ctrl, with Alt. */
#define COLUMNS 4

static unsigned key_column(unsigned shift)
{
    if (shift & KEY_ALT)
        return 3;
    if (shift & KEY_CTRL)
        return 2;
    return shift & KEY_SHIFT ? 1 : 0;
}

/* The keypad's digits are those with Num Lock, so Shift gives the keys that move the cursor. */
static const uint16_t key_rows[][COLUMNS] = {
    {0x011b, 0x011b, 0x011b, 0x01f0}, /* KEY_ESC */
    {0x0e08, 0x0e08, 0x0e7f, 0x0ef0}, /* KEY_BACKSPACE */
    {0x0f09, 0x0f00, 0x9400, 0xa500}, /* KEY_TAB */
    {0x1c0d, 0x1c0d, 0x1c0a, 0x1cf0}, /* KEY_ENTER */
    {0x5230, 0x5200, 0x9200, 0x0000}, /* KEY_PAD_0 */
    {0x4f31, 0x4f00, 0x7500, 0x0000}, /* KEY_PAD_1 */
    {0x5032, 0x5000, 0x9100, 0x0000}, /* KEY_PAD_2 */
    {0x5133, 0x5100, 0x7600, 0x0000}, /* KEY_PAD_3 */
    {0x4b34, 0x4b00, 0x7300, 0x0000}, /* KEY_PAD_4 */
    {0x4c35, 0x4c00, 0x8f00, 0x0000}, /* KEY_PAD_5 */
    {0x4d36, 0x4d00, 0x7400, 0x0000}, /* KEY_PAD_6 */
    {0x4737, 0x4700, 0x7700, 0x0000}, /* KEY_PAD_7 */
    {0x4838, 0x4800, 0x8d00, 0x0000}, /* KEY_PAD_8 */
    {0x4939, 0x4900, 0x8400, 0x0000}, /* KEY_PAD_9 */
    {0x532e, 0x5300, 0x9300, 0x0000}, /* KEY_PAD_POINT */
    {0xe00d, 0xe00d, 0xe00a, 0xa600}, /* KEY_PAD_ENTER */
    {0x4e2b, 0x4e2b, 0x9000, 0x4ef0}, /* KEY_PAD_PLUS */
    {0x4a2d, 0x4a2d, 0x8e00, 0x4af0}, /* KEY_PAD_MINUS */
    {0x372a, 0x372a, 0x9600, 0x37f0}, /* KEY_PAD_STAR */
    {0xe02f, 0xe02f, 0x9500, 0xa400}, /* KEY_PAD_SLASH */
    {0x4c00, 0x4c35, 0x8f00, 0x0000}, /* KEY_PAD_CENTER */
};

/* The cursor keys' scan codes alone and with Ctrl. With Alt it is the first and 50h. */
static const uint8_t key_cursor_codes[][2] = {
    {0x47, 0x77}, /* KEY_HOME */
    {0x48, 0x8d}, /* KEY_UP */
    {0x49, 0x84}, /* KEY_PAGE_UP */
    {0x4b, 0x73}, /* KEY_LEFT */
    {0x4d, 0x74}, /* KEY_RIGHT */
    {0x4f, 0x75}, /* KEY_END */
    {0x50, 0x91}, /* KEY_DOWN */
    {0x51, 0x76}, /* KEY_PAGE_DOWN */
    {0x52, 0x92}, /* KEY_INSERT */
    {0x53, 0x93}, /* KEY_DELETE */
};

static uint16_t key_code_cursor(const uint8_t codes[2], unsigned shift)
{
    if (shift & KEY_ALT)
        return (uint16_t)((codes[0] + 0x50) << 8);
    return (uint16_t)(codes[shift & KEY_CTRL ? 1 : 0] << 8 | 0xe0);
}

/* F11 and F12 came later than the others, so their codes are elsewhere. */
static uint16_t key_code_function(unsigned index, unsigned shift)
{
    static const uint8_t first[COLUMNS] = {0x3b, 0x54, 0x5e, 0x68};
    unsigned column = key_column(shift);

    if (index < 10)
        return (uint16_t)((first[column] + index) << 8);
    return (uint16_t)((0x85 + 2 * column + index - 10) << 8);
}

uint16_t key_code_name(enum key_name name, unsigned shift)
{
    if (name >= KEY_F1 && name <= KEY_F12)
        return key_code_function(name - KEY_F1, shift);
    if (name >= KEY_HOME && name <= KEY_DELETE)
        return key_code_cursor(key_cursor_codes[name - KEY_HOME], shift);
    if (name >= KEY_ESC && name <= KEY_PAD_CENTER)
        return key_rows[name - KEY_ESC][key_column(shift)];
    return 0;
}

/* The characters of the keys with the scan codes 02h to 35h, without and with Shift. The keys
 * between them that bear none have spaces. */
#define FIRST_SCAN 0x02
#define SPACE_SCAN 0x39
static const char key_characters[2][0x36 - FIRST_SCAN + 1] = {
    "1234567890-=  qwertyuiop[]  asdfghjkl;'` \\zxcvbnm,./",
    "!@#$%^&*()_+  QWERTYUIOP{}  ASDFGHJKL:\"~ |ZXCVBNM<>?"};

/* Return: the scan code of the key; *@shifted says whether it takes Shift. */
static uint8_t key_scan(uint8_t character, unsigned *shifted)
{
    for (*shifted = 0; character != ' ' && *shifted < 2; ++*shifted)
        for (unsigned i = 0; key_characters[*shifted][i]; i++)
            if ((uint8_t)key_characters[*shifted][i] == character)
                return (uint8_t)(FIRST_SCAN + i);
    *shifted = 0;
    return character == ' ' ? SPACE_SCAN : 0;
}

static uint8_t key_to_control(char character)
{
    if (character >= 'a' && character <= 'z')
        return (uint8_t)(character - 'a' + 1);
    switch (character) {
    case '[':
        return 0x1b;
    case '\\':
        return 0x1c;
    case ']':
        return 0x1d;
    case '6':
        return 0x1e;
    case '-':
        return 0x1f;
    case ' ':
        return ' ';
    default:
        return 0;
    }
}

/* @character: that of the key without Shift. */
static uint16_t key_code_ctrl(uint8_t scan, char character)
{
    uint8_t control = key_to_control(character);

    if (!control && character != '2')
        return 0;
    return (uint16_t)(scan << 8 | control);
}

static uint16_t key_code_alt(uint8_t scan, char character)
{
    if (scan <= 0x0d) /* the row of digits */
        return (uint16_t)((scan + 0x76) << 8);
    if (character >= 'a' && character <= 'z')
        return (uint16_t)(scan << 8);
    return (uint16_t)(scan << 8 | (character == ' ' ? ' ' : 0xf0));
}

uint16_t key_code_character(uint8_t character, unsigned shift)
{
    unsigned shifted;
    uint8_t scan = key_scan(character, &shifted);

    if (!scan)
        return 0;
    char base = ' ';
    if (scan != SPACE_SCAN)
        base = key_characters[0][scan - FIRST_SCAN];
    if (shift & KEY_ALT)
        return key_code_alt(scan, base);
    if (shift & KEY_CTRL)
        return key_code_ctrl(scan, base);
    if (shift & KEY_SHIFT && scan != SPACE_SCAN)
        character = (uint8_t)key_characters[1][scan - FIRST_SCAN];
    return (uint16_t)(scan << 8 | character);
}

unsigned key_character_shift(uint8_t character)
{
    unsigned shifted;

    return key_scan(character, &shifted) && shifted ? KEY_SHIFT : 0;
}
