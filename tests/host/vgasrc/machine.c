/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "machine.h"

#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct machine machine;
char machine_sent[65536];

/* Whole pages of the host's, so that accesses can be forbidden. */
static _Alignas(4096) uint8_t memory[MACHINE_BYTES];
static uint8_t memory_before[MACHINE_BYTES];

void machine_begin(bool has_mono)
{
    memset(&machine, 0, sizeof(machine));
    memset(memory, 0xcc, sizeof(memory));
    machine.screen.low = memory;
    machine.screen.has_mono = has_mono;
    machine.screen.functions = 0xf0001234;
    int10_start(&machine.screen);
    emulator_begin(&machine.terminal, 80, 25);
}

/**** A VGA ****/

#define WINDOWS_BEGIN 0xb0000u
#define WINDOWS_END   0xc0000u
#define WHOLE_PAGES   (MACHINE_BYTES & ~0xfffu)

/* Until allow_all, a write to memory ends the test, and so does a read of the windows unless
 * @reads_windows. */
static void forbid_writes(bool reads_windows)
{
    CHECK(mprotect(memory, WHOLE_PAGES, PROT_READ) == 0);
    if (!reads_windows)
        CHECK(mprotect(memory + WINDOWS_BEGIN, WINDOWS_END - WINDOWS_BEGIN, PROT_NONE) == 0);
}

static void allow_all(void)
{
    CHECK(mprotect(memory, WHOLE_PAGES, PROT_READ | PROT_WRITE) == 0);
}

void machine_begin_with_vga(void)
{
    machine_begin(true);
    machine.screen.copy = &machine.copy;
}

/* Return: whether the VGA shows text that the view can show. */
static bool has_text(void)
{
    uint8_t mode = machine_read8(0x449);

    return (mode < 4 || (mode == 7 && machine.screen.has_mono)) && machine_read16(0x44a) <= 80 &&
           machine_read8(0x484) <= 49;
}

bool machine_copy(void)
{
    bool done;

    forbid_writes(has_text());
    done = screen_copy_take(&machine.copy, &machine.screen);
    allow_all();
    CHECK_EQUAL(done, has_text());
    return done;
}

/**** Calls ****/

static const struct {
    uint32_t from, to; /* both inside */
} own_memory[] = {
    {0x410, 0x410}, {0x449, 0x466}, {0x484, 0x48a}, {0xb0000, 0xb7fff}, {0xb8000, 0xbffff},
};

void machine_call_with_buffer(uint16_t segment, uint16_t offset, uint32_t bytes)
{
    memcpy(memory_before, memory, sizeof(memory));
    int10_call(&machine.screen, &machine.registers);
    for (unsigned i = 0; i < sizeof(own_memory) / sizeof(own_memory[0]); i++)
        if (own_memory[i].from != 0xb0000 || machine.screen.has_mono)
            memcpy(memory_before + own_memory[i].from, memory + own_memory[i].from,
                   own_memory[i].to - own_memory[i].from + 1);
    for (uint32_t i = 0; i < bytes; i++) {
        uint32_t address = segment * 16u + (uint16_t)(offset + i);

        memory_before[address] = memory[address];
    }
    CHECK(memcmp(memory_before, memory, sizeof(memory)) == 0);
}

void machine_call(uint16_t ax, uint16_t bx, uint16_t cx, uint16_t dx)
{
    machine.registers.ax = ax;
    machine.registers.bx = bx;
    machine.registers.cx = cx;
    machine.registers.dx = dx;
    machine_call_with_buffer(0, 0, 0);
}

void machine_print(const char *text)
{
    for (; *text; text++)
        machine_call(0x0e00 | (uint8_t)*text, 0x0007, 0, 0);
}

/**** Memory ****/

uint8_t machine_read8(uint32_t address)
{
    return memory[address];
}

uint16_t machine_read16(uint32_t address)
{
    return (uint16_t)(memory[address] | memory[address + 1] << 8);
}

void machine_write16(uint32_t address, uint16_t value)
{
    memory[address] = (uint8_t)value;
    memory[address + 1] = (uint8_t)(value >> 8);
}

uint16_t machine_cell(unsigned page, unsigned row, unsigned column)
{
    return machine_read16(0xb8000 + page * 0x1000 + row * 160 + column * 2);
}

void machine_poke(unsigned row, unsigned column, const char *text, uint8_t attribute)
{
    uint32_t place = machine_read16(0x44e) + 2 * (row * machine_read16(0x44a) + column);

    for (; *text; text++, place += 2)
        machine_write16(0xb8000 + place, (uint16_t)(attribute << 8 | (uint8_t)*text));
}

/**** The terminal ****/

/* Check that an operating system can take the terminal over after an update of @count bytes, also
 * after one that the buffer cuts. */
static void check_left_sane(uint32_t count)
{
    emulator_check_whole(&machine.terminal);
    if (!count)
        return;
    emulator_check_margins_unset(&machine.terminal);
    emulator_check_attributes_reset(&machine.terminal);
}

static uint32_t update(uint32_t size, uint32_t sent)
{
    uint8_t *buffer = malloc(size); /* of this size, so that AddressSanitizer sees what is beyond */
    uint32_t count;

    CHECK(buffer);
    if (machine.screen.copy)
        machine_copy();
    forbid_writes(!machine.screen.copy);
    count = view_update(&machine.view, &machine.screen, buffer, size);
    allow_all();
    CHECK(count <= size);
    CHECK(sent + count < sizeof(machine_sent));
    memcpy(machine_sent + sent, buffer, count);
    machine_sent[sent + count] = 0;
    emulator_receive(&machine.terminal, buffer, count);
    check_left_sane(count);
    free(buffer);
    return count;
}

uint32_t machine_update(uint32_t size)
{
    return update(size, 0);
}

uint32_t machine_show(uint32_t size)
{
    uint32_t sent = 0, count;

    do {
        count = update(size, sent);
        sent += count;
    } while (count);
    return sent;
}

/**** What it should show, found without any code of the view ****/

static uint32_t picture(uint8_t character)
{
    static const char table[] = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼"
                                "►◄↕‼¶§▬↨↑↓→←∟↔▲▼"
                                " !\"#$%&'()*+,-./"
                                "0123456789:;<=>?"
                                "@ABCDEFGHIJKLMNO"
                                "PQRSTUVWXYZ[\\]^_"
                                "`abcdefghijklmno"
                                "pqrstuvwxyz{|}~⌂"
                                "ÇüéâäàåçêëèïîìÄÅ"
                                "ÉæÆôöòûùÿÖÜ¢£¥₧ƒ"
                                "áíóúñÑªº¿⌐¬½¼¡«»"
                                "░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
                                "└┴┬├─┼╞╟╚╔╩╦╠═╬╧"
                                "╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
                                "αßΓπΣσµτΦΘΩδ∞φε∩"
                                "≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";
    static uint32_t pictures[256];

    if (!pictures[0]) {
        const uint8_t *next = (const uint8_t *)table;

        for (unsigned i = 0; i < 256; i++) {
            uint32_t value = *next++;
            unsigned more = value >= 0xe0 ? 2 : value >= 0xc0;

            if (more)
                value &= more == 2 ? 0x0f : 0x1f;
            for (; more; more--)
                value = value << 6 | (*next++ & 0x3f);
            pictures[i] = value;
        }
        CHECK_EQUAL(*next, 0);
    }
    return pictures[character];
}

/* The PC's colours in ANSI's numbers. */
static uint8_t ansi(uint8_t colour)
{
    static const uint8_t numbers[] = {0, 4, 2, 6, 1, 5, 3, 7};

    return (uint8_t)(numbers[colour & 7] + (colour & 8));
}

static struct emulator_look look_of(uint8_t attribute)
{
    bool blinks = machine.screen.copy || machine_read8(0x465) & 0x20;
    bool is_mono = machine.screen.has_mono && machine_read8(0x449) == 7;
    struct emulator_look look = {.blink = blinks && attribute & 0x80};
    uint8_t back = blinks ? attribute >> 4 & 7 : attribute >> 4;

    if (!is_mono) {
        look.front = ansi(attribute & 15);
        look.back = ansi(back);
        return look;
    }
    bool reverse = (attribute & 0x77) == 0x70, hidden = (attribute & 0x77) == 0;

    look.front = reverse || hidden ? 0 : 7;
    look.back = reverse ? 7 : 0;
    if (!hidden && attribute & 8)
        look.front += 8;
    look.underline = !reverse && !hidden && (attribute & 7) == 1;
    return look;
}

static uint8_t colour_or(uint8_t colour, uint8_t otherwise)
{
    return colour == EMULATOR_DEFAULT ? otherwise : colour;
}

static void check_cell(unsigned row, unsigned column, uint16_t cell)
{
    const struct emulator_cell *shown = &machine.terminal.cells[row][column];
    struct emulator_look look = look_of(cell >> 8);
    uint32_t wanted = picture((uint8_t)cell);

    test_note("row %u, column %u, cell %04x", row, column, cell);
    CHECK_EQUAL(shown->character, wanted);
    CHECK_EQUAL(colour_or(shown->look.back, 0), look.back);
    /* Only plain text has the terminal's own colours. */
    CHECK_EQUAL(shown->look.front == EMULATOR_DEFAULT, shown->look.back == EMULATOR_DEFAULT);
    CHECK_EQUAL(shown->look.front == EMULATOR_DEFAULT,
                look.front == 7 && look.back == 0 && !look.blink && !look.underline);
    CHECK_EQUAL(shown->look.underline, look.underline);
    if (wanted == ' ')
        return;
    CHECK_EQUAL(colour_or(shown->look.front, 7), look.front);
    CHECK_EQUAL(shown->look.blink, look.blink);
}

void machine_check_shown(void)
{
    unsigned columns = machine_read16(0x44a), rows = machine_read8(0x484) + 1u;
    unsigned page = machine_read8(0x462) % 8, start = machine_read16(0x44e) & ~1u;
    unsigned cursor = machine_read16(0x450 + 2 * page), shape = machine_read16(0x460);
    bool is_mono = machine.screen.has_mono && machine_read8(0x449) == 7;

    if (machine.screen.copy && !has_text())
        return;
    if (columns == 0 || columns > 80)
        columns = 80;
    if (rows < 2 || rows > 50)
        rows = 25;
    for (unsigned row = 0; row < rows; row++)
        for (unsigned column = 0; column < columns; column++) {
            unsigned place = (start + 2 * (row * columns + column)) % 0x8000;

            check_cell(row, column, machine_read16((is_mono ? 0xb0000 : 0xb8000) + place));
        }
    bool shown = !(shape & 0x2000) && (shape >> 8 & 0x1f) <= (shape & 0x1f) && cursor >> 8 < rows &&
                 (cursor & 0xff) < columns;

    test_note("the cursor at %04x", cursor);
    CHECK_EQUAL(machine.terminal.cursor_shown, shown);
    if (shown) {
        CHECK_EQUAL(machine.terminal.row, cursor >> 8);
        CHECK_EQUAL(machine.terminal.column, cursor & 0xff);
    }
    test_note("%s", "");
}
