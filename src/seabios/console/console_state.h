/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The state of the PV console after POST: in reserved memory, which only 32-bit code reaches.
 */
#ifndef SEABIOS_CONSOLE_STATE_H
#define SEABIOS_CONSOLE_STATE_H

#include "config.h" // BUILD_CONSOLE_STACK_SIZE
#include "types.h"  // u32
#include "vgasrc/key_queue.h"
#include "vgasrc/screen.h"
#include "vgasrc/screen_copy.h"
#include "vgasrc/view.h"
#include "xen/console/console.h"
#include "xen/console/console_mode.h"

/* As much as the console's ring takes at once. */
#define CONSOLE_BUFFER_BYTES 2048

struct xenpv_console {
    enum console_mode mode;
    bool busy; /* code runs on the stack below */
    struct console ring;
    struct screen *screen;   /* in low memory, for 16-bit code */
    struct screen_copy copy; /* of a VGA's screen */
    struct view view;
    struct key_queue keys;
    u32 clock;       /* platform clock at the last call */
    u32 now_ms;      /* time since POST, of which waits are left out */
    u32 logged;      /* position in the log: what is before it has been shown */
    u32 look_ticks;  /* until the next look at a VGA */
    u32 look_pause;  /* ticks from one look to the next */
    u32 quiet_ticks; /* ticks without input and output that are left: an operating system starts */
    u8 buffer[CONSOLE_BUFFER_BYTES];
    u8 stack[BUILD_CONSOLE_STACK_SIZE] __aligned(8);
};

#endif
