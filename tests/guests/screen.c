/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Uses the screen and the keyboard as a program for DOS does. It draws a screen by int10 and by
 * writes to memory at B8000h, keeps its own copy of what each cell should be, and compares that
 * with the memory and with what int10 reads. The scenario compares the terminal. The screen has
 *
 *   row 0                  a title
 *   rows 2-17, columns 0   the 256 characters
 *   rows 2-17, column 20   the 256 attributes: row background, column foreground
 *   rows 2-17, column 40   what functions of int10 write
 *   rows 18-19             a text across the end of a row
 *   rows 20-24             the keys
 *
 * Then it prints "DRAWN passed=N failed=N" on the serial port and waits for keys. It shows each,
 * and prints it there: "key 1C0D". Some do more:
 *
 *   F7       hides the cursor, or shows it
 *   F8       takes keys by int16 AH=00h, or by AH=10h again, which it begins with
 *   F9       prints "PASTE", takes 1024 keys, and prints "pasted N CRC", with the CRC-32 of their
 *            characters. After the first, it stops if none comes for 30 s
 *   F10      prints "IDLE", and does nothing for ever but count the timer's interrupts in row 20
 *   Esc Esc  the end
 *
 * Parameter
 *   say=TEXT  instead of all this, write TEXT by function 0Eh, print "SAID", and wait for one key
 */
#include "guest.h"
#include "keyboard.h"

#define PAGE    0xb8000u
#define COLUMNS 80u
#define ROWS    25u
#define CELLS   (COLUMNS * ROWS)

#define CHARACTERS  0u /* columns of the three blocks */
#define ATTRIBUTES  20u
#define FUNCTIONS   40u
#define FUNCTIONS_2 55u
#define TABLE_ROW   2u
#define TABLE_SIDE  16u
#define UP_ROW      10u
#define BOX_HEIGHT  4u
#define BOX_WIDTH   10u
#define CLEAR_ROW   15u
#define WRAP_ROW    18u
#define KEY_ROW     20u
#define COUNT_CELL  (KEY_ROW * COLUMNS + 70)

#define PLAIN     0x07
#define HIGHLIGHT 0x1e

#define KEY_F7  0x4100
#define KEY_F8  0x4200
#define KEY_F9  0x4300
#define KEY_F10 0x4400
#define KEY_ESC 0x011b

#define PASTED       1024u
#define PASTE_WAIT_S 30u
#define TICKS_PER_S  18u
#define TICKS        0x46cu /* of the BIOS, in memory */
#define LAST_ROW     0x484u

#define IDLE_VECTOR 0x60
#define TICK_VECTOR 0x1c

extern uint16_t screen_tick_cell;
void screen_idle(void);
void screen_tick(void);

/* What each cell should be: the character, and the attribute above it. */
static uint16_t expected[CELLS];
static uint8_t key_function = 0x10;

static struct regs int10(uint32_t ax, uint32_t bx, uint32_t cx, uint32_t dx)
{
    struct regs regs = {.eax = ax, .ebx = bx, .ecx = cx, .edx = dx};

    bios_int(0x10, &regs);
    return regs;
}

static volatile uint16_t *cell(uint32_t row, uint32_t column)
{
    return (volatile uint16_t *)at(PAGE) + row * COLUMNS + column;
}

static void expect(uint32_t row, uint32_t column, uint8_t character, uint8_t attribute)
{
    expected[row * COLUMNS + column] = (uint16_t)(attribute << 8 | character);
}

static void expect_text(uint32_t row, uint32_t column, const char *text, uint8_t attribute)
{
    while (*text)
        expect(row, column++, (uint8_t)*text++, attribute);
}

static void poke(uint32_t row, uint32_t column, uint8_t character, uint8_t attribute)
{
    *cell(row, column) = (uint16_t)(attribute << 8 | character);
    expect(row, column, character, attribute);
}

static void cursor_move(uint32_t row, uint32_t column)
{
    int10(0x0200, 0, 0, row << 8 | column);
}

static void check_cursor(const char *what, uint32_t row, uint32_t column)
{
    uint32_t got = int10(0x0300, 0, 0, 0).edx & 0xffff;

    check(got == (row << 8 | column), "%s: the cursor is at %04x", what, got);
}

static void teletype(const char *text)
{
    while (*text)
        int10(0x0e00 | (uint8_t)*text++, PLAIN, 0, 0);
}

/* Function 13h. The string of the ways 2 and 3 has an attribute after each character. */
static void write_string(uint8_t way, uint8_t attribute, uint32_t row, uint32_t column,
                         const char *string, size_t length)
{
    struct regs regs = {.eax = 0x1300u | way,
                        .ebx = attribute,
                        .ecx = length,
                        .edx = row << 8 | column,
                        .ebp = (uint32_t)string};

    bios_int(0x10, &regs);
}

/**** Drawing ****/

static void draw_tables(void)
{
    static const char digits[] = "0123456789ABCDEF";

    for (uint32_t row = 0; row < TABLE_SIDE; row++) {
        for (uint32_t column = 0; column < TABLE_SIDE; column++) {
            uint8_t number = (uint8_t)(row * TABLE_SIDE + column);
            poke(TABLE_ROW + row, CHARACTERS + column, number, HIGHLIGHT);
            poke(TABLE_ROW + row, ATTRIBUTES + column, (uint8_t)digits[column], number);
        }
    }
}

static void draw_repeated(void)
{
    uint32_t row = TABLE_ROW;

    cursor_move(row, FUNCTIONS);
    int10(0x0900 | '*', 0x4f, 6, 0);
    expect_text(row, FUNCTIONS, "******", 0x4f);
    check_cursor("function 09h", row, FUNCTIONS);

    row++;
    for (uint32_t i = 0; i < 8; i++)
        poke(row, FUNCTIONS + i, '-', 0x2e);
    cursor_move(row, FUNCTIONS + 1);
    int10(0x0a00 | '+', 0x70, 6, 0);
    expect_text(row, FUNCTIONS + 1, "++++++", 0x2e);
    check_cursor("function 0Ah", row, FUNCTIONS + 1);
}

static void draw_strings(void)
{
    static const char pairs[] = "w\x71"
                                "a\x17"
                                "y\x71";
    uint32_t row = TABLE_ROW + 2;

    cursor_move(0, 0);
    write_string(0, 0x5b, row, FUNCTIONS, "way 0", 5);
    expect_text(row, FUNCTIONS, "way 0", 0x5b);
    check_cursor("function 13h, way 0", 0, 0);
    write_string(1, 0x3c, row + 1, FUNCTIONS, "way 1", 5);
    expect_text(row + 1, FUNCTIONS, "way 1", 0x3c);
    check_cursor("function 13h, way 1", row + 1, FUNCTIONS + 5);
    for (uint8_t way = 2; way < 4; way++) {
        cursor_move(0, 0);
        write_string(way, 0, row + way, FUNCTIONS, pairs, 3);
        for (uint32_t i = 0; i < 3; i++)
            expect(row + way, FUNCTIONS + i, (uint8_t)pairs[2 * i], (uint8_t)pairs[2 * i + 1]);
    }
    check_cursor("function 13h, way 3", row + 3, FUNCTIONS + 3);
}

static void draw_teletype(void)
{
    uint32_t row = TABLE_ROW + 6;

    cursor_move(row, FUNCTIONS);
    teletype("abc\b\bX");
    expect_text(row, FUNCTIONS, "aXc", PLAIN);
    check_cursor("backspace", row, FUNCTIONS + 2);

    cursor_move(WRAP_ROW, COLUMNS - 2);
    teletype("wrap\r\n");
    expect_text(WRAP_ROW, COLUMNS - 2, "wr", PLAIN);
    expect_text(WRAP_ROW + 1, 0, "ap", PLAIN);
    check_cursor("line feed", WRAP_ROW + 2, 0);
}

static void scroll(uint8_t function, uint8_t rows, uint8_t attribute, uint32_t row, uint32_t column,
                   uint32_t height, uint32_t width)
{
    int10((uint32_t)function << 8 | rows, (uint32_t)attribute << 8, row << 8 | column,
          (row + height - 1) << 8 | (column + width - 1));
}

static void expect_blank(uint32_t row, uint32_t column, uint8_t attribute)
{
    for (uint32_t i = 0; i < BOX_WIDTH; i++)
        expect(row, column + i, ' ', attribute);
}

/* Each row of the box is full of one digit. */
static void expect_digits(uint32_t row, uint32_t column, uint32_t digit)
{
    for (uint32_t i = 0; i < BOX_WIDTH; i++)
        expect(row, column + i, (uint8_t)('0' + digit), HIGHLIGHT);
}

static void draw_box(uint32_t column)
{
    for (uint32_t row = 0; row < BOX_HEIGHT; row++)
        for (uint32_t i = 0; i < BOX_WIDTH; i++)
            poke(UP_ROW + row, column + i, (uint8_t)('0' + row), HIGHLIGHT);
}

static void draw_scrolled(void)
{
    draw_box(FUNCTIONS);
    scroll(0x06, 1, 0x2f, UP_ROW, FUNCTIONS, BOX_HEIGHT, BOX_WIDTH);
    for (uint32_t row = 0; row < 3; row++)
        expect_digits(UP_ROW + row, FUNCTIONS, row + 1);
    expect_blank(UP_ROW + 3, FUNCTIONS, 0x2f);

    draw_box(FUNCTIONS_2);
    scroll(0x07, 2, 0x6e, UP_ROW, FUNCTIONS_2, BOX_HEIGHT, BOX_WIDTH);
    for (uint32_t row = 0; row < 2; row++) {
        expect_blank(UP_ROW + row, FUNCTIONS_2, 0x6e);
        expect_digits(UP_ROW + 2 + row, FUNCTIONS_2, row);
    }

    poke(CLEAR_ROW, FUNCTIONS, 'x', PLAIN);
    scroll(0x06, 0, 0x3f, CLEAR_ROW, FUNCTIONS, 2, BOX_WIDTH);
    expect_blank(CLEAR_ROW, FUNCTIONS, 0x3f);
    expect_blank(CLEAR_ROW + 1, FUNCTIONS, 0x3f);
}

/**** Comparing ****/

static void check_mode(void)
{
    struct regs regs = int10(0x0f00, 0, 0, 0);

    check((regs.eax & 0xffff) == 0x5003, "function 0Fh returned %04x", regs.eax & 0xffff);
    check((regs.ebx & 0xff00) == 0, "the active page is %x", regs.ebx >> 8 & 0xff);
    check(*(uint8_t *)at(LAST_ROW) == ROWS - 1, "the last row is %u", *(uint8_t *)at(LAST_ROW));
}

static void check_cells(void)
{
    for (uint32_t i = 0; i < CELLS; i++) {
        uint16_t got = *cell(0, i);
        check(got == expected[i], "memory, row %u column %u: %04x, not %04x", i / COLUMNS,
              i % COLUMNS, got, expected[i]);
    }
    /* Not all: each takes two calls. */
    for (uint32_t i = 0; i < CELLS; i += 17) {
        cursor_move(i / COLUMNS, i % COLUMNS);
        uint16_t got = (uint16_t)int10(0x0800, 0, 0, 0).eax;
        check(got == expected[i], "function 08h, row %u column %u: %04x, not %04x", i / COLUMNS,
              i % COLUMNS, got, expected[i]);
    }
}

static void draw(void)
{
    const char *title = "The screen of a guest without VGA";

    int10(0x0003, 0, 0, 0);
    check_mode();
    for (uint32_t i = 0; i < CELLS; i++)
        expect(0, i, ' ', PLAIN);
    teletype(title);
    expect_text(0, 0, title, PLAIN);
    check_cursor("title", 0, (uint32_t)strlen(title));
    draw_tables();
    draw_repeated();
    draw_strings();
    draw_teletype();
    draw_scrolled();
    check_cells();
}

/**** Keys ****/

static uint16_t key_read(void)
{
    struct regs regs = {.eax = (uint32_t)key_function << 8};

    bios_int(0x16, &regs);
    return (uint16_t)regs.eax;
}

/* Whether a key comes within some time. */
static bool key_comes(void)
{
    volatile uint32_t *ticks = at(TICKS);
    uint32_t begin = *ticks;

    while (!key_pressed()) {
        if (*ticks - begin > PASTE_WAIT_S * TICKS_PER_S)
            return false;
    }
    return true;
}

static void paste(void)
{
    uint8_t *text = at(HIGH_BUFFERS);
    uint32_t count = 0;

    print("PASTE\n");
    do {
        text[count++] = (uint8_t)key_read();
    } while (count < PASTED && key_comes());
    print("pasted %u %08x\n", count, crc32(text, count));
}

/* Show a key in the last row; those before it scroll up. */
static void key_show(uint16_t key)
{
    char text[] = "key 0000";

    for (unsigned i = 0; i < 4; i++)
        text[4 + i] = "0123456789ABCDEF"[key >> (12 - 4 * i) & 15];
    scroll(0x06, 1, PLAIN, KEY_ROW, 0, ROWS - KEY_ROW, COLUMNS);
    write_string(1, PLAIN, ROWS - 1, 0, text, sizeof(text) - 1);
    print("%s\n", text);
}

static void stay_idle(void)
{
    uint32_t *vectors = at(0);
    struct regs regs = {0};

    screen_tick_cell = COUNT_CELL * 2;
    vectors[TICK_VECTOR] = (uint32_t)screen_tick;
    vectors[IDLE_VECTOR] = (uint32_t)screen_idle;
    print("IDLE\n");
    bios_int(IDLE_VECTOR, &regs);
}

static void cursor_toggle(void)
{
    static bool hidden;

    hidden = !hidden;
    int10(0x0100, 0, hidden ? 0x2000 : 0x0607, 0);
}

static void take_keys(void)
{
    uint16_t key = 0, before;

    do {
        before = key;
        key = key_read();
        key_show(key);
        if (key == KEY_F7)
            cursor_toggle();
        else if (key == KEY_F8)
            key_function ^= 0x10;
        else if (key == KEY_F9)
            paste();
        else if (key == KEY_F10)
            stay_idle();
    } while (key != KEY_ESC || before != KEY_ESC);
}

void guest_main(void)
{
    static const char say[] = "say=";

    if (!memcmp(params, say, sizeof(say) - 1)) {
        teletype(params + sizeof(say) - 1);
        print("SAID\n");
        key_read();
        check(true, "the end");
        done();
    }
    draw();
    cursor_move(KEY_ROW, 0);
    print("DRAWN passed=%u failed=%u\n", checks_passed, checks_failed);
    take_keys();
}
