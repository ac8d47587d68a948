/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "screen.h"

#include "biosvar.h" // GET_IVT
#include "std/bda.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"
#include "xen/hv/hypercall.h"

#include <string.h>

#define COLUMNS 80
#define ROWS    25

/* Less than the model's clock takes for a stop. */
#define STEP_US 10000u

#define WINDOW_SEGMENT 0xb800

struct emulator screen_terminal;

static uint32_t fetched;

/* console_entry.c; in the ROM the entry in assembler calls it. */
void xenpv_handle_10(struct bregs *regs);

static struct bios_data_area_s *bda(void)
{
    return machine_far(SEG_BDA, 0);
}

void screen_reset_vga(void)
{
    bios_reset("strict");
    screen_new_terminal();
    fetched = 0;
}

void screen_reset(void)
{
    screen_reset_vga();
    bios_remove_vga();
}

struct xenpv_console *screen_start_vga(void)
{
    screen_reset_vga();
    struct xenpv_console *console = screen_post();
    CHECK(console && !screen_has_int10());
    bda()->video_mode = 3;
    bda()->video_cols = COLUMNS;
    bda()->video_rows = ROWS - 1;
    for (unsigned i = 0; i < COLUMNS * ROWS; i++)
        memcpy(machine_far(WINDOW_SEGMENT, 2 * i), " \7", 2);
    return console;
}

struct xenpv_console *screen_post(void)
{
    machine.caller = CALLER_FLAT_32;
    enable_vga_console();
    machine.caller = CALLER_REAL_MODE;
    return (void *)XenpvConsole;
}

struct xenpv_console *screen_start(void)
{
    screen_reset();
    struct xenpv_console *console = screen_post();
    CHECK(console && screen_has_int10());
    screen_update();
    screen_check_shown();
    return console;
}

bool screen_has_int10(void)
{
    return GET_IVT(0x10).segoff == FUNC16(xenpv_entry_10).segoff;
}

void screen_int10(enum machine_caller caller, struct bregs *regs)
{
    CHECK(screen_has_int10());
    machine.caller = caller;
    xenpv_handle_10(regs);
    CHECK(!machine.is_32bit);
    machine.caller = CALLER_REAL_MODE;
}

void screen_print(const char *text)
{
    while (*text) {
        struct bregs regs = {.ah = 0x0e, .al = (u8)*text++};
        screen_int10(CALLER_REAL_MODE, &regs);
    }
}

void screen_tick_in(enum machine_caller caller)
{
    machine.caller = caller;
    handle_08();
    CHECK(!machine.is_32bit);
    machine.caller = CALLER_REAL_MODE;
}

void screen_tick(void)
{
    screen_tick_in(CALLER_REAL_MODE);
}

void screen_new_terminal(void)
{
    emulator_begin(&screen_terminal, COLUMNS, ROWS);
}

uint32_t screen_fetch(void)
{
    uint32_t count, before = fetched;
    const char *bytes = xenconsoled_shown(&count);

    emulator_receive(&screen_terminal, (const uint8_t *)bytes + fetched, count - fetched);
    emulator_check_whole(&screen_terminal);
    fetched = count;
    return fetched - before;
}

void screen_pass_us(uint32_t us)
{
    for (; us > STEP_US; us -= STEP_US) {
        clock_advance_us(STEP_US);
        platform_clock();
    }
    clock_advance_us(us);
}

uint32_t screen_settle(void)
{
    world_pass_ms(2);
    return screen_fetch();
}

uint32_t screen_update(void)
{
    screen_pass_us(TICK_MS * 1000);
    world_run();
    screen_tick();
    return screen_settle();
}

/**** What the terminal shows ****/

void screen_check_row(unsigned row, const char *text)
{
    for (unsigned column = 0; column < COLUMNS; column++) {
        unsigned expected = *text ? (unsigned char)*text++ : ' ';

        test_note("row %u, column %u", row, column);
        CHECK_EQUAL(screen_terminal.cells[row][column].character, expected);
    }
}

void screen_check_shown(void)
{
    const uint8_t *page = machine_far(WINDOW_SEGMENT, bda()->video_pagestart);

    for (unsigned i = 0; i < COLUMNS * ROWS; i++) {
        test_note("cell %u", i);
        CHECK_EQUAL(screen_terminal.cells[i / COLUMNS][i % COLUMNS].character, page[2 * i]);
    }
    CHECK_EQUAL(screen_terminal.row, bda()->cursor_pos[bda()->video_page] >> 8);
    CHECK_EQUAL(screen_terminal.column, bda()->cursor_pos[bda()->video_page] & 0xff);
}

/**** Keys ****/

void screen_type_bytes(const char *bytes, uint32_t count)
{
    xenconsoled_type(bytes, count);
    world_pass_ms(2);
}

void screen_type(const char *bytes)
{
    screen_type_bytes(bytes, (uint32_t)strlen(bytes));
}

unsigned screen_keys(void)
{
    int bytes = bda()->kbd_buf_tail - bda()->kbd_buf_head;

    return (unsigned)(bytes < 0 ? bytes + (int)sizeof(bda()->kbd_buf) : bytes) / 2;
}

u16 screen_take_key(void)
{
    struct bios_data_area_s *data = bda();
    u16 key;

    if (!screen_keys())
        return 0;
    memcpy(&key, machine_far(SEG_BDA, data->kbd_buf_head), sizeof(key));
    data->kbd_buf_head += sizeof(key);
    if (data->kbd_buf_head == data->kbd_buf_end_offset)
        data->kbd_buf_head = data->kbd_buf_start_offset;
    return key;
}

uint32_t screen_bytes_in_ring(void)
{
    return xenconsoled_page()->in_prod - xenconsoled_page()->in_cons;
}

/**** Counts ****/

unsigned screen_moves(void)
{
    return xen_calls(__HYPERVISOR_memory_op, XENMEM_add_to_physmap);
}

uint32_t screen_hypercalls(void)
{
    return hypercall_count();
}
