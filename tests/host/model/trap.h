/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A page that tells of every single access of the firmware to it, before it happens: so that it
 * can be changed between any two of them, as another domain could.
 */
#ifndef MODEL_TRAP_H
#define MODEL_TRAP_H

#include <stdbool.h>
#include <stdint.h>

enum trap_access {
    TRAP_READ,
    TRAP_WRITE,
    TRAP_LIBRARY_READ, /* by memcpy of the C library, not by code of the program itself */
};

/** Called before an access at @offset of the page. */
typedef void trap_hook(uint32_t offset, enum trap_access access);

/** Begin to watch the guest frame. One at a time. */
void trap_begin(uint64_t frame, trap_hook *hook);
void trap_end(void);

#endif
