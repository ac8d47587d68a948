/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The registers of a call of int10: those that any of its functions uses.
 */
#ifndef VGASRC_REGISTERS_H
#define VGASRC_REGISTERS_H

#include <stdint.h>

struct registers {
    union {
        uint16_t ax;
        struct {
            uint8_t al, ah;
        };
    };
    union {
        uint16_t bx;
        struct {
            uint8_t bl, bh;
        };
    };
    union {
        uint16_t cx;
        struct {
            uint8_t cl, ch;
        };
    };
    union {
        uint16_t dx;
        struct {
            uint8_t dl, dh;
        };
    };
    uint16_t di, bp, es;
};

#endif
