/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* int10 of a guest without a VGA: the registers, the callers, and when the terminal sees it. */
#include "biosvar.h" // GET_IVT
#include "screen.h"
#include "vgasrc/int10.h"
#include "vgasrc/state.h"

#include <stdlib.h>
#include <string.h>

/* All that real mode can address. */
#define LOW_BYTES 0x10fff0u

#define UPDATE_MS 60u
/* The time between two updates is a multiple of this, rounded down. */
#define UNIT_US 1000u

/* Memory of a test's own, which no interrupt uses. */
#define SEGMENT 0x2000

/**** Registers ****/

/* A second guest with the same memory, whose int10 is called directly. */
static uint8_t *twin_low;
static struct screen twin;

static void twin_begin(const struct xenpv_console *console)
{
    twin_low = twin_low ? twin_low : malloc(LOW_BYTES);
    twin = *console->screen;
    twin.low = twin_low;
}

static void check_same_memory(uint32_t from, uint32_t to)
{
    CHECK(!memcmp(twin_low + from, machine_far(0, from), to - from));
}

static void copy_memory(uint32_t from, uint32_t to)
{
    memcpy(twin_low + from, machine_far(0, from), to - from);
}

static void check_call_in(enum machine_caller caller, struct bregs regs)
{
    struct registers wanted = {.ax = regs.ax,
                               .bx = regs.bx,
                               .cx = regs.cx,
                               .dx = regs.dx,
                               .di = regs.di,
                               .bp = regs.bp,
                               .es = regs.es};
    struct bregs before = regs;

    test_note("AX=%04x BX=%04x CX=%04x DX=%04x", regs.ax, regs.bx, regs.cx, regs.dx);
    int10_call(&twin, &wanted);
    screen_int10(caller, &regs);
    CHECK_EQUAL(regs.ax, wanted.ax);
    CHECK_EQUAL(regs.bx, wanted.bx);
    CHECK_EQUAL(regs.cx, wanted.cx);
    CHECK_EQUAL(regs.dx, wanted.dx);
    CHECK_EQUAL(regs.di, wanted.di);
    CHECK_EQUAL(regs.bp, wanted.bp);
    CHECK_EQUAL(regs.es, wanted.es);
    CHECK_EQUAL(regs.si, before.si);
    CHECK_EQUAL(regs.ds, before.ds);
    CHECK_EQUAL(regs.flags, before.flags);
    check_same_memory(0, 0x500);
    check_same_memory(SEGMENT * 16, SEGMENT * 16 + 0x1000);
    check_same_memory(0xb8000, 0xc0000);
}

static void check_call_of(enum machine_caller caller, unsigned ah)
{
    static const u8 selectors[] = {0x00, 0x01, 0x02, 0x03, 0x10, 0x12, 0x14, 0x30, 0x34, 0x83};

    for (unsigned i = 0; i < ARRAY_SIZE(selectors); i++)
        check_call_in(caller, (struct bregs){.ah = (u8)ah,
                                             .al = selectors[i],
                                             .bh = (u8)(i % 3),
                                             .bl = selectors[(i + ah) % ARRAY_SIZE(selectors)],
                                             .cx = (u16)(3 + i * 0x101),
                                             .dx = (u16)(0x0703 + i * 0x203),
                                             .si = 0x5151,
                                             .di = 0x0200,
                                             .bp = 0x0040,
                                             .ds = 0xd5d5,
                                             .es = SEGMENT,
                                             .flags = 0x0202});
}

static void prepare_calls(const struct xenpv_console *console)
{
    twin_begin(console);
    copy_memory(0, 0x500);
    copy_memory(0xb8000, 0xc0000);
    for (unsigned i = 0; i < 0x1000; i++)
        *(u8 *)machine_far(SEGMENT, i) = (u8)(' ' + i % 90);
    copy_memory(SEGMENT * 16, SEGMENT * 16 + 0x1000);
}

TEST(each_function_of_int10_gets_and_returns_its_registers)
{
    prepare_calls(screen_start());
    for (unsigned ah = 0; ah < 0x100; ah++)
        check_call_of(CALLER_REAL_MODE, ah);
}

TEST(a_program_finds_the_table_of_functions_in_the_rom)
{
    struct bregs regs = {.ah = 0x1b, .bx = 0, .es = SEGMENT, .di = 0x100};
    struct segoff_s table;

    screen_start();
    screen_int10(CALLER_REAL_MODE, &regs);
    CHECK_EQUAL(regs.al, 0x1b);
    memcpy(&table, machine_far(SEGMENT, 0x100), sizeof(table));
    CHECK_EQUAL(table.seg, SEG_BIOS);
    CHECK(table.offset + STATE_FUNCTIONS_BYTES <= 0x10000);
    CHECK(!memcmp((const char *)BUILD_BIOS_ADDR + table.offset, state_functions,
                  STATE_FUNCTIONS_BYTES));
}

TEST(a_program_whose_interrupt_table_is_elsewhere_is_served)
{
    struct bregs regs = {.ax = 0x0e00 | 'm'};

    screen_start();
    screen_int10(CALLER_REAL_MODE_MOVED_IDT, &regs);
    CHECK_EQUAL(*(u8 *)machine_far(0xb800, 0), 'm');
}

TEST(int10_is_the_same_where_no_32_bit_code_can_run)
{
    static const enum machine_caller callers[] = {CALLER_VIRTUAL_8086, CALLER_PROTECTED_16,
                                                  CALLER_PROTECTED_16_LOW_IDT};

    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++) {
        prepare_calls(screen_start());
        screen_pass_us(1000 * 1000);
        unsigned calls = machine.calls_32;
        for (unsigned ah = 0; ah < 0x100; ah++)
            check_call_of(callers[i], ah);
        CHECK_EQUAL(machine.calls_32, calls);
        CHECK_EQUAL(machine.cr0_reads, 0);
    }
}

TEST(what_was_printed_in_virtual_8086_mode_is_shown_when_32_bit_code_runs_again)
{
    screen_start();
    for (const char *text = "hidden"; *text; text++) {
        struct bregs regs = {.ah = 0x0e, .al = (u8)*text};
        screen_pass_us(60 * 1000);
        screen_int10(CALLER_VIRTUAL_8086, &regs);
    }
    screen_tick_in(CALLER_VIRTUAL_8086);
    CHECK_EQUAL(screen_settle(), 0);
    CHECK(screen_update() > 0);
    screen_check_row(0, "hidden");
    screen_check_shown();
}

/**** The terminal ****/

static void print_first_text(void)
{
    enum machine_caller caller = machine.caller;

    screen_print("the BIOS");
    machine.caller = caller;
}

TEST(the_first_text_of_the_bios_is_on_the_terminal)
{
    screen_reset();
    machine.at_first_text = print_first_text;
    CHECK(screen_post());
    screen_update();
    screen_check_row(0, "the BIOS");
    screen_check_shown();
}

TEST(text_is_sent_at_the_next_tick_with_one_notification)
{
    screen_start();
    screen_print("one\r\ntwo");
    CHECK_EQUAL(screen_settle(), 0);
    uint32_t hypercalls = screen_hypercalls();
    unsigned notified = xenconsoled_notified();
    screen_tick();
    CHECK_EQUAL(screen_hypercalls() - hypercalls, 1);
    CHECK_EQUAL(xenconsoled_notified() - notified, 1);
    CHECK(screen_settle() > 0);
    screen_check_row(0, "one");
    screen_check_row(1, "two");
    screen_check_row(2, "");
    screen_check_shown();
}

TEST(what_a_program_writes_to_memory_itself_is_on_the_terminal)
{
    screen_start();
    memcpy(machine_far(0xb800, 160), "d\7i\7r\7e\7c\7t\7", 12);
    CHECK(screen_update() > 0);
    screen_check_row(1, "direct");
    screen_check_shown();
}

TEST(a_beep_is_sent_once)
{
    screen_start();
    screen_print("\a");
    screen_update();
    CHECK_EQUAL(screen_terminal.beeps, 1);
    CHECK_EQUAL(screen_update(), 0);
}

/* A program that prints without a break, and lets no interrupt in, is shown every 60 ms. */
static void check_pause(uint32_t call_us)
{
    uint64_t last_us = clock_now_us();
    unsigned updates = 0;

    test_note("a character in %u us", call_us);
    for (uint32_t us = 0; us < 1000 * 1000; us += call_us) {
        uint32_t before = screen_hypercalls();
        /* Rows that scroll differ. */
        char text[] = {(char)('a' + us / call_us % 23), 0};

        screen_pass_us(call_us);
        xenconsoled_run();
        screen_print(text);
        if (screen_hypercalls() == before)
            continue;
        CHECK_EQUAL(screen_hypercalls() - before, 1);
        CHECK(clock_now_us() - last_us >= UPDATE_MS * 1000 - UNIT_US);
        CHECK(clock_now_us() - last_us <= UPDATE_MS * 1000 + UNIT_US + call_us || !updates);
        last_us = clock_now_us();
        updates++;
        screen_fetch();
    }
    uint32_t pause_us = (UPDATE_MS * 1000 + call_us - 1) / call_us * call_us;
    test_note("a character in %u us, %u updates", call_us, updates);
    CHECK(updates <= 1000 * 1000 / UPDATE_MS / 1000 + 1);
    CHECK(updates >= 1000 * 1000 / (2 * pause_us) - 1);
}

TEST(a_program_that_prints_without_a_break_is_shown_every_60_ms)
{
    static const uint32_t calls_us[] = {10, 250, 999, 1000, 1900, 7000, 49000, 50000, 80000};

    for (unsigned i = 0; i < ARRAY_SIZE(calls_us); i++) {
        screen_start();
        /* The last update was at a tick just now. */
        screen_tick();
        check_pause(calls_us[i]);
    }
}

TEST(a_tick_begins_the_pause_of_int10_anew)
{
    screen_start();
    screen_tick();
    for (unsigned i = 0; i < 20; i++) {
        /* The other side takes 2 ms below. */
        screen_pass_us((UPDATE_MS - 3) * 1000);
        uint32_t before = screen_hypercalls();
        screen_print("x");
        CHECK_EQUAL(screen_hypercalls(), before);
        screen_tick();
        CHECK_EQUAL(screen_hypercalls(), before + 1);
        screen_settle();
    }
}
