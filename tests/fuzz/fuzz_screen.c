/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The screen of a guest without VGA, or a copy of the screen of one with it: any calls of int10,
 * any writes to its memory, and updates of the terminal with small buffers. int10 writes only to
 * its own memory, updates write to none (machine.c), and in the end the terminal shows the page.
 */
#include "fuzz.h"

#include "test.h"
#include "vgasrc/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint16_t fuzz_half(void)
{
    uint16_t low = fuzz_byte();

    return (uint16_t)(low | fuzz_byte() << 8);
}

/* A call with any registers. Buffers are in the guest's free memory. */
static void call_int10(void)
{
    machine.registers.ax = fuzz_half();
    machine.registers.bx = fuzz_half();
    machine.registers.cx = fuzz_half();
    machine.registers.dx = fuzz_half();
    machine.registers.di = machine.registers.bp = machine.registers.dx;
    machine.registers.es = MACHINE_SEGMENT;
    if (machine.registers.ah == 0x13)
        machine.registers.ch = 0; /* a string that the time limit allows */
    machine_call_with_buffer(MACHINE_SEGMENT, 0, 0x10000);
}

static void print_text(void)
{
    for (unsigned count = fuzz_byte(), byte = fuzz_byte(); count; count--) {
        machine.registers.ax = (uint16_t)(0x0e00 | byte);
        int10_call(&machine.screen, &machine.registers);
    }
}

static void write_cells(void)
{
    uint16_t place = fuzz_half(), cell = fuzz_half();

    for (unsigned count = fuzz_byte() * 8u; count; count--, place += 2)
        machine_write16(0xb8000 + place % 0x7fff, cell);
}

static void write_field(void)
{
    uint8_t choice = fuzz_byte() % 0x25;

    machine.screen.low[choice < 0x1e ? 0x449 + choice : 0x484 + choice - 0x1e] = fuzz_byte();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_begin(data, size);
    uint8_t kind = fuzz_byte();

    if (kind & 32)
        machine_begin_with_vga();
    else
        machine_begin(kind & 1);
    emulator_begin(&machine.terminal, kind & 2 ? 132 : 80, kind & 4 ? 60 : 50);
    machine.terminal.erases_with_background = kind & 8;
    machine.terminal.bright_is_bold = kind & 16;
    for (unsigned step = 0; step < 40; step++)
        switch (fuzz_byte() % 8) {
        case 0:
            machine_update(VIEW_UPDATE_BYTES + fuzz_byte());
            break;
        case 1:
            print_text();
            break;
        case 2:
            write_cells();
            break;
        case 3:
            write_field();
            break;
        case 4:
            view_redraw(&machine.view);
            break;
        default:
            call_int10();
            break;
        }
    machine_show(VIEW_UPDATE_BYTES + kind);
    machine_check_shown();
    if (machine.screen.copy && !machine.copy.is_text) {
        machine.screen.low[0x449] = 3;
        machine_write16(0x44a, 80);
        machine.screen.low[0x484] = 24;
        machine_show(VIEW_UPDATE_BYTES + kind);
        machine_check_shown();
    }
    return 0;
}
