/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The view and int10 under random calls and random changes of memory, from seeds. */
#include "machine.h"

#include "test.h"

#include <string.h>

static uint32_t state;

static uint32_t random_word(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static uint32_t random_below(uint32_t limit)
{
    return random_word() % limit;
}

/* A call of a random function. Those with a buffer have one in the guest's free memory. */
static void call_anything(void)
{
    uint16_t ax = (uint16_t)(random_below(0x20) << 8 | random_below(0x40));

    machine.registers.ax = ax;
    machine.registers.bx =
        (uint16_t)(random_below(3) ? random_below(9) << 8 | random_below(0x40) : random_word());
    machine.registers.cx =
        (uint16_t)(random_below(8) ? random_below(26) << 8 | random_below(81) : random_word());
    machine.registers.dx =
        (uint16_t)(random_below(8) ? random_below(26) << 8 | random_below(81) : random_word());
    machine.registers.di = (uint16_t)random_word();
    machine.registers.bp = (uint16_t)random_word();
    machine.registers.es = MACHINE_SEGMENT;
    if (machine.registers.ah == 0x13)
        machine.registers.cx %= 300;
    machine_call_with_buffer(MACHINE_SEGMENT, 0, 0x10000);
}

static void print_lines(void)
{
    for (uint32_t lines = random_below(8) + 1; lines; lines--) {
        for (uint32_t length = random_below(90); length; length--) {
            machine.registers.ax = (uint16_t)(0x0e20 + random_below(0x5f));
            int10_call(&machine.screen, &machine.registers);
        }
        machine_print("\r\n");
    }
}

static void write_cells(void)
{
    uint32_t place = random_below(0x8000), cell = random_word(), step = random_below(2);

    for (uint32_t count = random_below(random_below(4) ? 20 : 3000); count; count--, place += 2)
        machine_write16(0xb8000 + place % 0x7fff, (uint16_t)(cell += step));
}

/* Write anything to the fields of the screen. */
static void break_field(void)
{
    uint32_t address = random_below(4) ? 0x449 + random_below(0x1e) : 0x484 + random_below(7);

    machine.screen.low[address] = (uint8_t)random_word();
}

static void change_something(void)
{
    static const uint16_t fonts[] = {0x1111, 0x1112, 0x1114};

    switch (random_below(16)) {
    case 0:
        machine_call(random_below(3) ? 3 : (uint16_t)random_below(8), 0, 0, 0);
        machine_call(fonts[random_below(3)], 0, 0, 0);
        break;
    case 1:
        machine_call((uint16_t)(0x0500 | random_below(8)), 0, 0, 0);
        break;
    case 2:
        if (random_below(8) == 0)
            break_field();
        break;
    case 3:
        machine_call(random_below(2) ? 0x0100 : 0x0200, 0, random_below(2) ? 0x0607 : 0x2000, 0);
        break;
    case 4:
    case 5:
    case 6:
        call_anything();
        break;
    case 7:
    case 8:
    case 9:
        print_lines();
        break;
    default:
        write_cells();
        break;
    }
}

/* Set a mode, perhaps of graphics, as the BIOS of a VGA does. */
static void set_mode_of_vga(void)
{
    static const uint8_t modes[] = {0x03, 0x03, 0x01, 0x07, 0x12, 0x13, 0xff};

    machine.screen.low[0x449] = modes[random_below(7)];
}

/* One guest, from a seed: changes, updates with buffers of one size, and now and then a comparison.
 */
static void run(uint32_t seed, unsigned rounds)
{
    static const uint32_t sizes[] = {VIEW_UPDATE_BYTES, 23, 29, 64, 200, 1000, 4096};
    uint32_t size;

    state = seed * 2654435761u + 1;
    if (random_below(3))
        machine_begin(random_below(2));
    else
        machine_begin_with_vga();
    emulator_begin(&machine.terminal, random_below(2) ? 80 : 132, random_below(2) ? 50 : 60);
    machine.terminal.erases_with_background = random_below(2);
    machine.terminal.bright_is_bold = random_below(2);
    size = sizes[random_below(7)];
    for (unsigned round = 0; round < rounds; round++) {
        for (uint32_t changes = random_below(4); changes; changes--)
            change_something();
        if (machine.screen.copy && random_below(8) == 0)
            set_mode_of_vga();
        if (random_below(64) == 0)
            view_redraw(&machine.view);
        machine_update(size);
        if (random_below(8))
            continue;
        machine_show(size);
        machine_check_shown();
    }
}

TEST(the_terminal_shows_the_page_after_random_changes)
{
    for (uint32_t seed = 1; seed <= test_share(50); seed++)
        run(seed, 40);
}

TEST(the_terminal_shows_the_page_after_many_changes_of_one_guest)
{
    for (uint32_t seed = 1001; seed <= 1002; seed++)
        run(seed, test_share(500));
}

TEST(attributes_follow_each_other_in_any_order)
{
    state = 77;
    for (unsigned kind = 0; kind < 3; kind++) {
        machine_begin(true);
        machine_call(kind == 2 ? 0x0007 : 0x0003, 0, 0, 0);
        machine_call(0x1003, kind != 1, 0, 0);
        for (unsigned round = 0; round < 50; round++) {
            machine.terminal.bright_is_bold = round >= 25;
            for (unsigned cell = 0; cell < 2000; cell++)
                machine_write16(
                    (kind == 2 ? 0xb0000 : 0xb8000) + 2 * cell,
                    (uint16_t)(random_below(2) ? random_word() & 0xff00 : random_word()));
            machine_show(4096);
            machine_check_shown();
        }
    }
}
