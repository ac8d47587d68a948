/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The codes of keys in the BIOS, as the keyboard buffer holds them: the scan code in the high byte,
 * the character in the low one. A key that only the enhanced keyboard has, has the character E0h,
 * or the scan code E0h with Enter and / of the keypad. A combination that only its BIOS knows has
 * the character F0h.
 *
 * Sources: IBM PC XT (5160) and Personal System/2 technical references, "101/102-Key Keyboard";
 * Ralf Brown's Interrupt List, int 16 functions 00h and 10h. The layout is that of the US keyboard.
 */
#ifndef KEY_CODE_H
#define KEY_CODE_H

#include <stdint.h>

/* Shift state, in the bits of the byte at 40:17. */
#define KEY_SHIFT 0x02u /* the left one */
#define KEY_CTRL  0x04u
#define KEY_ALT   0x08u

/* A key that no single character stands for. The order is that of the tables in key_code.c. */
enum key_name {
    KEY_NO_NAME,
    KEY_ESC,
    KEY_BACKSPACE,
    KEY_TAB,
    KEY_ENTER,
    KEY_PAD_0,
    KEY_PAD_1,
    KEY_PAD_2,
    KEY_PAD_3,
    KEY_PAD_4,
    KEY_PAD_5,
    KEY_PAD_6,
    KEY_PAD_7,
    KEY_PAD_8,
    KEY_PAD_9,
    KEY_PAD_POINT,
    KEY_PAD_ENTER,
    KEY_PAD_PLUS,
    KEY_PAD_MINUS,
    KEY_PAD_STAR,
    KEY_PAD_SLASH,
    KEY_PAD_CENTER, /* 5 without Num Lock */
    KEY_HOME,
    KEY_UP,
    KEY_PAGE_UP,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_END,
    KEY_DOWN,
    KEY_PAGE_DOWN,
    KEY_INSERT,
    KEY_DELETE,
    KEY_F1,
    KEY_F2,
    KEY_F3,
    KEY_F4,
    KEY_F5,
    KEY_F6,
    KEY_F7,
    KEY_F8,
    KEY_F9,
    KEY_F10,
    KEY_F11,
    KEY_F12,
};

/**
 * The code of the key @name while the keys @shift are down.
 *
 * @shift: KEY_SHIFT, KEY_CTRL and KEY_ALT; of several, Alt counts before Ctrl, and Ctrl before
 * Shift. Return: 0 if the BIOS has no code for it.
 */
uint16_t key_code_name(enum key_name name, unsigned shift);

/**
 * The code of the key that bears @character, from space to ~, as above. A character that needs
 * Shift needs no KEY_SHIFT; with KEY_SHIFT another one becomes the second character of its key.
 */
uint16_t key_code_character(uint8_t character, unsigned shift);

/** Return: KEY_SHIFT if @character, from space to ~, is typed with Shift, else 0. */
unsigned key_character_shift(uint8_t character);

#endif
