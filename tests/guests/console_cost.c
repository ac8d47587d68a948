/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Measures what text on the screen costs: a character by int10, lines that scroll, a string, a full
 * screen that is written to memory, a tick of the timer.
 *
 * The steps take turns for several rounds. Prints "C NAME least=T median=T count=N" for each: T is
 * tenths of a microsecond of one act. The parameter "memory=0" leaves out what needs RAM at B8000h.
 */
#include "clock.h"
#include "guest.h"
#include "int13.h"

#define ROUNDS   5u
#define ROUND_MS 300u
#define COLUMNS  80u
#define ROWS     25u
#define CELLS    (COLUMNS * ROWS)
#define WINDOW   0xb8000u
#define STRING   LOW_BUFFERS

static void int10(uint32_t eax, uint32_t ebx, uint32_t ecx, uint32_t edx)
{
    struct regs regs = {.eax = eax, .ebx = ebx, .ecx = ecx, .edx = edx};

    bios_int(0x10, &regs);
}

static void tick(void)
{
    struct regs regs = {0};

    bios_int(0x08, &regs);
}

static void teletype(char character)
{
    int10(0x0e00u | (uint8_t)character, 0x07, 0, 0);
}

/* Letters, so that no two neighbours are the same. */
static char next_letter(void)
{
    static uint8_t letter;

    letter = (uint8_t)((letter + 1) % 26);
    return (char)('a' + letter);
}

/**** The steps ****/

/* A call of int10 that does nothing anywhere. */
static void do_nothing(void)
{
    int10(0xff00, 0, 0, 0);
}

/* Another service that runs 32-bit code: int13 that checks a sector number. */
static void do_check(void)
{
    struct packet packet = {.size = 0x10, .count = 1, .segment = STRING >> 4};

    int13_packet(0x44, FIRST_DRIVE, &packet, 0);
}

static void do_tick(void)
{
    tick();
}

/* A character that the next tick shows. */
static void do_character_and_tick(void)
{
    int10(0x0200, 0, 0, 0);
    teletype(next_letter());
    tick();
}

static void do_character(void)
{
    int10(0x0900u | (uint8_t)next_letter(), 0x07, 1, 0);
}

/* A line of text as a program prints it, until it scrolls in. */
static void do_line(void)
{
    for (unsigned i = 0; i < COLUMNS - 1; i++)
        teletype(next_letter());
    teletype('\r');
    teletype('\n');
}

/* The same by a call for a string. */
static void do_string(void)
{
    uint8_t *string = at(STRING);

    for (unsigned i = 0; i < COLUMNS - 1; i++)
        string[i] = (uint8_t)next_letter();
    string[COLUMNS - 1] = '\r';
    string[COLUMNS] = '\n';
    struct regs regs = {
        .eax = 0x1301, .ebx = 0x07, .ecx = COLUMNS + 1, .edx = (ROWS - 1) << 8, .es = STRING >> 4};

    bios_int(0x10, &regs);
}

/* A full screen by one call for each character. */
static void do_screen(void)
{
    int10(0x0200, 0, 0, 0);
    for (unsigned i = 0; i < CELLS; i++)
        teletype(i == CELLS - 1 ? ' ' : next_letter());
}

/* The same in memory, until ticks have shown all of it or the reader has no more room. */
static void do_screen_in_memory(void)
{
    volatile uint16_t *window = at(WINDOW);

    for (unsigned i = 0; i < CELLS; i++)
        window[i] = 0x0700u | (uint8_t)next_letter();
    tick();
    tick();
}

/**** The list ****/

static struct step {
    const char *name;
    void (*act)(void);
    bool memory;
    uint32_t tenths[ROUNDS], count;
} steps[] = {
    {.name = "call", .act = do_nothing},
    {.name = "check", .act = do_check},
    {.name = "tick", .act = do_tick},
    {.name = "character", .act = do_character},
    {.name = "character_and_tick", .act = do_character_and_tick},
    {.name = "line", .act = do_line},
    {.name = "string", .act = do_string},
    {.name = "screen", .act = do_screen},
    {.name = "screen_in_memory", .act = do_screen_in_memory, .memory = true},
};

static void measure(struct step *step, unsigned round)
{
    uint64_t until = clock_counts(ROUND_MS), begun = clock_read(), passed;

    step->count = 0;
    do {
        step->act();
        step->count++;
        passed = clock_read() - begun;
    } while (passed < until);
    step->tenths[round] = clock_microseconds(passed) * 10 / step->count;
}

void guest_main(void)
{
    const unsigned count = sizeof(steps) / sizeof(steps[0]);
    bool memory = param_number("memory=", 1);

    clock_start();
    int10(0x0003, 0, 0, 0);
    for (unsigned round = 0; round < ROUNDS; round++)
        for (unsigned i = 0; i < count; i++)
            if (memory || !steps[i].memory)
                measure(&steps[i], round);
    print("\n");
    for (unsigned i = 0; i < count; i++) {
        if (!memory && steps[i].memory)
            continue;
        clock_sort(steps[i].tenths, ROUNDS);
        print("C %s least=%u median=%u count=%u\n", steps[i].name, steps[i].tenths[0],
              steps[i].tenths[ROUNDS / 2], steps[i].count);
    }
    check(true, "measured");
}
