/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A page that reports every single access of the firmware before it happens, so that a test can
 * change the page between any two accesses, as another domain could.
 */
#ifndef MODEL_TRAP_H
#define MODEL_TRAP_H

#include <stdbool.h>
#include <stdint.h>

enum trap_access {
    TRAP_READ,
    TRAP_WRITE,
    TRAP_LIBRARY_READ, /* by the C library's memcpy, not by the program's own code */
};

/** Called before an access at @offset of the page. */
typedef void trap_hook(uint32_t offset, enum trap_access access);

/** Begin to watch a guest frame, one at a time. */
void trap_begin(uint64_t frame, trap_hook *hook);
void trap_end(void);

#endif
