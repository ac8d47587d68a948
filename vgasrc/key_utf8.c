/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "key_utf8.h"

bool key_utf8_begin(struct key_utf8 *utf8, uint8_t byte)
{
    if (byte < 0xc2 || byte > 0xf4)
        return false;
    utf8->missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    utf8->min = byte < 0xe0 ? 0x80 : byte < 0xf0 ? 0x800 : 0x10000;
    utf8->code_point = byte & (0x3fu >> utf8->missing);
    return true;
}

bool key_utf8_add(struct key_utf8 *utf8, uint8_t byte)
{
    if ((byte & 0xc0) != 0x80)
        return false;
    utf8->code_point = utf8->code_point << 6 | (byte & 0x3f);
    utf8->missing--;
    return true;
}

uint32_t key_utf8_end(const struct key_utf8 *utf8)
{
    return utf8->code_point < utf8->min ? 0 : utf8->code_point;
}
