/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "int10.h"

#include "adapter.h"
#include "cursor.h"
#include "font.h"
#include "mode.h"
#include "palette.h"
#include "scroll.h"
#include "state.h"
#include "teletype.h"
#include "write.h"

void int10_start(struct screen *screen)
{
    screen->bell = false;
    screen->copy = 0;
    adapter_start(screen);
    mode_set(screen, 3);
}

/* Functions of the first PC that text programs rarely use: there are no pixels and no light pen. */
static void int10_serve_others(struct screen *screen, struct registers *registers)
{
    switch (registers->ah) {
    case 0x04:
        registers->ah = 0;
        break;
    case 0x0b:
        palette_set_border(screen, registers);
        break;
    case 0x0d:
        registers->al = 0;
        break;
    case 0x0f:
        mode_get(screen, registers);
        break;
    default:
        break;
    }
}

/* Functions that came with the EGA, the VGA and the PS/2. */
static void int10_serve_later(struct screen *screen, struct registers *registers)
{
    switch (registers->ah) {
    case 0x10:
        palette_serve(screen, registers);
        break;
    case 0x11:
        font_serve(screen, registers);
        break;
    case 0x12:
        adapter_serve_options(screen, registers);
        break;
    case 0x13:
        teletype_write_string(screen, registers);
        break;
    case 0x1a:
        adapter_serve_display(screen, registers);
        break;
    case 0x1b:
        state_report(screen, registers);
        break;
    case 0x4f:
        registers->ax = 0x0100; /* VBE: not supported */
        break;
    default:
        break;
    }
}

void int10_call(struct screen *screen, struct registers *registers)
{
    switch (registers->ah) {
    case 0x00:
        mode_serve(screen, registers);
        break;
    case 0x01:
        cursor_set_shape(screen, registers);
        break;
    case 0x02:
        cursor_set(screen, registers);
        break;
    case 0x03:
        cursor_get(screen, registers);
        break;
    case 0x05:
        cursor_set_page(screen, registers);
        break;
    case 0x06:
        scroll_up(screen, registers);
        break;
    case 0x07:
        scroll_down(screen, registers);
        break;
    case 0x08:
        write_read_back(screen, registers);
        break;
    case 0x09:
        write_cells(screen, registers);
        break;
    case 0x0a:
        write_characters(screen, registers);
        break;
    case 0x0e:
        teletype_write(screen, registers->al);
        break;
    case 0x04:
    case 0x0b:
    case 0x0d:
    case 0x0f:
        int10_serve_others(screen, registers);
        break;
    default:
        int10_serve_later(screen, registers);
        break;
    }
}
