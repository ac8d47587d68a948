/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* int10: what the adapter is, its palette and its state. */
#include "machine.h"

#include "test.h"
#include "vgasrc/state.h"

#include <string.h>

static uint8_t *buffer(void)
{
    return machine.screen.low + MACHINE_SEGMENT * 16 + 0x20;
}

/* Call with ES and @place (DX or DI) at the buffer, of which the call may write @bytes. */
static void call_with_buffer(uint16_t ax, uint16_t bx, uint16_t cx, uint32_t bytes)
{
    machine.registers.ax = ax;
    machine.registers.bx = bx;
    machine.registers.cx = cx;
    machine.registers.dx = machine.registers.di = 0x20;
    machine.registers.es = MACHINE_SEGMENT;
    machine_call_with_buffer(MACHINE_SEGMENT, 0x20, bytes);
}

TEST(functions_that_do_not_exist_change_nothing)
{
    static const uint8_t others[] = {0x0c, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1c,
                                     0x1d, 0x40, 0x4e, 0x50, 0x6f, 0xef, 0xfa, 0xff};

    machine_begin(false);
    for (unsigned i = 0; i < sizeof(others); i++)
        for (unsigned al = 0; al < 3; al++) {
            uint16_t ax = (uint16_t)(others[i] << 8 | al), field = machine_read16(0x465);

            test_note("AX=%04x", ax);
            machine_call(ax, 0x1234, 0x5678, 0x9abc);
            CHECK_EQUAL(machine.registers.ax, ax);
            CHECK_EQUAL(machine.registers.bx, 0x1234);
            CHECK_EQUAL(machine.registers.cx, 0x5678);
            CHECK_EQUAL(machine.registers.dx, 0x9abc);
            CHECK_EQUAL(machine_read16(0x465), field);
        }
}

TEST(pixels_pens_and_vbe_are_not_there)
{
    machine_begin(false);
    machine_call(0x0d55, 0, 3, 3);
    CHECK_EQUAL(machine.registers.ax, 0x0d00);
    machine_call(0x0455, 0, 0, 0);
    CHECK_EQUAL(machine.registers.ah, 0);
    for (unsigned al = 0; al < 16; al++) {
        machine_call((uint16_t)(0x4f00 | al), 0, 0, 0);
        CHECK_EQUAL(machine.registers.ax, 0x0100);
    }
}

TEST(the_adapter_is_a_vga_in_colour)
{
    machine_begin(true);
    machine_call(0x1a00, 0xffff, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x1a1a);
    CHECK_EQUAL(machine.registers.bx, 0x0008);
    machine_call(0x1a01, 0x0507, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x1a1a);
    machine_call(0x1a00, 0, 0, 0);
    CHECK_EQUAL(machine.registers.bx, 0x0008);
    machine_call(0x1a02, 0, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x1a02);
    machine_call(0x1200, 0xff10, 0xffff, 0);
    CHECK_EQUAL(machine.registers.bx, 0x0003);
    CHECK_EQUAL(machine.registers.cx, 0x0f09);
    machine_call(0x0007, 0, 0, 0);
    machine_call(0x1200, 0xff10, 0, 0);
    CHECK_EQUAL(machine.registers.bx, 0x0103);
}

/* Call function 12h and return the bits of a field that it has changed. */
static unsigned changed(unsigned al, unsigned bl, uint32_t field)
{
    uint8_t before = machine_read8(field);

    machine_call((uint16_t)(0x1200 | al), (uint16_t)bl, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x1212);
    return before ^ machine_read8(field);
}

TEST(options_of_the_adapter_are_stored)
{
    machine_begin(false);
    CHECK_EQUAL(changed(0, 0x30, 0x489), 0x90);
    CHECK_EQUAL(changed(1, 0x30, 0x489), 0x80);
    CHECK_EQUAL(changed(2, 0x30, 0x489), 0x10);
    CHECK_EQUAL(changed(1, 0x31, 0x489), 0x08);
    CHECK_EQUAL(changed(0, 0x31, 0x489), 0x08);
    CHECK_EQUAL(changed(0, 0x33, 0x489), 0x02);
    CHECK_EQUAL(changed(1, 0x33, 0x489), 0x02);
    CHECK_EQUAL(changed(1, 0x34, 0x487), 0x01);
    CHECK_EQUAL(changed(0, 0x34, 0x487), 0x01);
    CHECK_EQUAL(changed(1, 0x32, 0x489), 0);
    CHECK_EQUAL(changed(1, 0x36, 0x489), 0);
    for (unsigned bl = 0; bl < 0x40; bl++) {
        unsigned al = bl == 0x30 ? 3 : 2;

        if (bl == 0x10)
            continue;
        machine_call((uint16_t)(0x1200 | al), (uint16_t)bl, 0, 0);
        CHECK_EQUAL(machine.registers.ax, 0x1200 | al);
    }
    machine_call(0x1200, 0x0035, 0, 0);
    CHECK_EQUAL(machine.registers.ax, 0x1200);
    machine_call(0x1201, 0x0034, 0, 0);
    machine_call(0x0003, 0, 0, 0);
    CHECK_EQUAL(machine_read8(0x487), 0x61);
}

TEST(palette_registers_return_what_was_set)
{
    machine_begin(false);
    for (unsigned i = 0; i < 16; i++) {
        machine_call(0x1007, (uint16_t)i, 0, 0);
        CHECK_EQUAL(machine.registers.bh, i == 6 ? 0x14 : i < 8 ? i : i + 0x30);
        machine_call(0x1000, (uint16_t)(0xc000 | (i + 1) << 8 | i), 0, 0);
    }
    machine_call(0x1000, 0x0910, 0, 0); /* no such register */
    machine_call(0x1001, 0x2a00, 0, 0);
    machine_call(0x1008, 0, 0, 0);
    CHECK_EQUAL(machine.registers.bh, 0x2a);
    call_with_buffer(0x1009, 0, 0, 17);
    for (unsigned i = 0; i < 16; i++)
        CHECK_EQUAL(buffer()[i], i + 1);
    CHECK_EQUAL(buffer()[16], 0x2a);
    buffer()[3] = 0xff;
    call_with_buffer(0x1002, 0, 0, 0);
    machine_call(0x1007, 3, 0, 0);
    CHECK_EQUAL(machine.registers.bh, 0x3f);
    machine_call(0x1007, 16, 0, 0);
    CHECK_EQUAL(machine.registers.bh, 0);
    machine_call(0x0003, 0, 0, 0);
    machine_call(0x1007, 3, 0, 0);
    CHECK_EQUAL(machine.registers.bh, 3);
}

TEST(colours_return_what_was_set)
{
    machine_begin(false);
    machine_call(0x1015, 0x0014, 0, 0); /* brown */
    CHECK_EQUAL(machine.registers.dh, 0x2a);
    CHECK_EQUAL(machine.registers.cx, 0x1500);
    machine_call(0x1010, 0x0005, 0x0203, 0xff00);
    machine_call(0x1015, 0x0005, 0, 0);
    CHECK_EQUAL(machine.registers.dh, 0x3f);
    CHECK_EQUAL(machine.registers.cx, 0x0203);
    call_with_buffer(0x1017, 4, 3, 9);
    CHECK(memcmp(buffer(), "\x2a\x00\x00\x3f\x02\x03\x2a\x2a\x00", 9) == 0);
    memcpy(buffer(), "\x01\x02\x03\x04\x05\x06", 6);
    call_with_buffer(0x1012, 254, 100, 0);
    call_with_buffer(0x1017, 254, 100, 6);
    CHECK(memcmp(buffer(), "\x01\x02\x03\x04\x05\x06", 6) == 0);
    call_with_buffer(0x1017, 0x100, 1, 0);
    machine_call(0x101b, 254, 100, 0);
    machine_call(0x1015, 254, 0, 0);
    CHECK_EQUAL(machine.registers.dh, 2);
    CHECK_EQUAL(machine.registers.cx, 0x0202);
}

TEST(colours_are_summed_to_grey_on_request)
{
    machine_begin(false);
    machine_call(0x1200, 0x0033, 0, 0);
    machine_call(0x1010, 0x0001, 0x3f3f, 0x3f00);
    machine_call(0x1015, 0x0001, 0, 0);
    CHECK_EQUAL(machine.registers.cx, 0x3f3f);
    machine_call(0x0003, 0, 0, 0);
    machine_call(0x1015, 0x0004, 0, 0); /* red */
    CHECK_EQUAL(machine.registers.dh, 13);
    CHECK_EQUAL(machine.registers.cx, 0x0d0d);
}

TEST(a_mode_set_keeps_the_palette_on_request)
{
    machine_begin(false);
    machine_call(0x1201, 0x0031, 0, 0);
    machine_call(0x1000, 0x0901, 0, 0);
    machine_call(0x0003, 0, 0, 0);
    machine_call(0x1007, 1, 0, 0);
    CHECK_EQUAL(machine.registers.bh, 9);
}

TEST(pages_and_mask_of_colours_return_what_was_set)
{
    machine_begin(false);
    machine_call(0x1019, 0, 0, 0);
    CHECK_EQUAL(machine.registers.bl, 0xff);
    machine_call(0x1018, 0x0f, 0, 0);
    machine_call(0x1019, 0, 0, 0);
    CHECK_EQUAL(machine.registers.bl, 0x0f);
    machine_call(0x1013, 0x0100, 0, 0);
    machine_call(0x1013, 0x0501, 0, 0);
    machine_call(0x101a, 0, 0, 0);
    CHECK_EQUAL(machine.registers.bx, 0x0501);
}

TEST(blinking_or_bright_backgrounds_is_a_field)
{
    machine_begin(false);
    machine_call(0x1003, 0, 0, 0);
    CHECK_EQUAL(machine_read8(0x465), 0x09);
    machine_call(0x1003, 1, 0, 0);
    CHECK_EQUAL(machine_read8(0x465), 0x29);
    machine_call(0x1003, 2, 0, 0);
    CHECK_EQUAL(machine_read8(0x465), 0x29);
}

TEST(the_border_and_the_graphics_palette_are_a_field)
{
    machine_begin(false);
    machine_call(0x0b00, 0x00ff, 0, 0);
    CHECK_EQUAL(machine_read8(0x466), 0x3f);
    machine_call(0x0b00, 0x0100, 0, 0);
    CHECK_EQUAL(machine_read8(0x466), 0x1f);
    machine_call(0x0b00, 0x0101, 0, 0);
    CHECK_EQUAL(machine_read8(0x466), 0x3f);
    machine_call(0x0b00, 0x0200, 0, 0);
    CHECK_EQUAL(machine_read8(0x466), 0x3f);
}

TEST(the_report_of_the_state_is_right)
{
    static const uint8_t expected[64] = {
        0x34, 0x12, 0x00, 0xf0, 0x03, 80, 0,    0x00, 0x20, 0x00, 0x40, /* start of page 2 */
        0,    0,    0,    0,    5,    4,  0,    0,    0,    0,    0,    0, 0,
        0,    0,    0,    0x07, 0x06, 2,  0xd4, 0x03, 0x29, 0x30, 50,   8, 0,
        0x08, 0x00, 16,   0,    4,    2,  0,    0,    0x30, 0,    0,    0, 3};

    machine_begin(false);
    machine_call(0x1112, 0, 0, 0);
    machine_call(0x0502, 0, 0, 0);
    machine_call(0x0200, 0x0200, 0, 0x0405);
    memset(buffer(), 0xee, 65);
    call_with_buffer(0x1b00, 0, 0, 64);
    CHECK_EQUAL(machine.registers.ax, 0x1b1b);
    for (unsigned i = 0; i < 64; i++) {
        test_note("byte %02x", i);
        CHECK_EQUAL(buffer()[i], expected[i]);
    }
    CHECK_EQUAL(buffer()[64], 0xee);
    call_with_buffer(0x1b00, 1, 0, 0); /* no such report */
    CHECK_EQUAL(machine.registers.ax, 0x1b00);
}

TEST(the_report_has_modes_lines_and_options)
{
    machine_begin(true);
    machine_call(0x1201, 0x0030, 0, 0);
    machine_call(0x1201, 0x0031, 0, 0);
    machine_call(0x1200, 0x0033, 0, 0);
    machine_call(0x1201, 0x0034, 0, 0);
    machine_call(0x0007, 0, 0, 0);
    machine_call(0x1003, 0, 0, 0);
    call_with_buffer(0x1b00, 0, 0, 64);
    CHECK_EQUAL(buffer()[0x04], 7);
    CHECK_EQUAL(buffer()[0x1e], 0xb4);
    CHECK_EQUAL(buffer()[0x23], 14);
    CHECK_EQUAL(buffer()[0x27], 0);
    CHECK_EQUAL(buffer()[0x29], 8);
    CHECK_EQUAL(buffer()[0x2a], 1);
    CHECK_EQUAL(buffer()[0x2d], 0x0e);
    machine_call(0x1200, 0x0030, 0, 0);
    machine_call(0x0001, 0, 0, 0);
    call_with_buffer(0x1b00, 0, 0, 64);
    CHECK_EQUAL(buffer()[0x2a], 0);
    CHECK_EQUAL(state_functions[0], 0x0f);
    CHECK_EQUAL(state_functions[7], 0x07);
}
