/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The registers at a software interrupt: the names of SeaBIOS' bregs.h. */
#ifndef FAKE_BREGS_H
#define FAKE_BREGS_H

#include "types.h"

#define F_CF 1

struct bregs {
    union {
        u16 ax;
        struct {
            u8 al, ah;
        };
    };
    union {
        u16 dx;
        struct {
            u8 dl, dh;
        };
    };
    union {
        u16 bx;
        struct {
            u8 bl, bh;
        };
    };
    union {
        u16 cx;
        struct {
            u8 cl, ch;
        };
    };
    u16 si, di, bp, ds, es, flags;
};

static inline void set_success(struct bregs *regs)
{
    regs->ah = 0;
    regs->flags &= (u16)~F_CF;
}

#endif
