/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The firmware's log on the PV console, in the mode "debug". */
#include "hw/serialio.h"
#include "screen.h"
#include "xen/base/log_memory.h"

#include <stdio.h>
#include <string.h>

#define RING_BYTES (CONFIG_XENPV_LOG_KIB * 1024u)

extern struct log_anchor XenpvLogAnchor;

static uint32_t seen;

static void write_text(enum machine_caller caller, const char *text)
{
    enum machine_caller before = machine.caller;

    machine.caller = caller;
    while (*text)
        qemu_debug_putc(*text++);
    machine.caller = before;
}

/* SeaBIOS writes its log, and that of our code, to the debug port. */
static void to_port(const char *line)
{
    while (*line)
        qemu_debug_putc(*line++);
}

/* POST up to the console. */
static void begin(void)
{
    screen_reset();
    seen = 0;
    log_hook = to_port;
    config.console = CONFIG_DEBUG;
    DebugOutputPort = 0xe9;
    machine.caller = CALLER_FLAT_32;
    write_text(CALLER_FLAT_32, "the first line\n");
    boot_init();
    write_text(CALLER_FLAT_32, "the second line\n");
}

/* What the console has shown since the last call; its end is marked by a zero. */
static const char *shown(void)
{
    static char text[65536];
    uint32_t count;

    world_pass_ms(20);
    const char *bytes = xenconsoled_shown(&count);
    CHECK(count - seen < sizeof(text));
    memcpy(text, bytes + seen, count - seen);
    text[count - seen] = 0;
    seen = count;
    return text;
}

static void check_shown(const char *expected)
{
    const char *text = shown();

    test_note("\"%s\"", text);
    CHECK(!strcmp(text, expected));
}

/* Check that the text is the log from byte @from on, as memory has it, with CR LF. Return: the byte
 * after it. */
static uint32_t check_part(const char *text, uint32_t from)
{
    const struct log_ring *ring = (const void *)XenpvLogAnchor.address;
    uint32_t i = from;

    for (; *text; i++) {
        char byte = (char)ring->data[i % RING_BYTES];

        test_note("byte %u of %u", i, ring->written);
        CHECK(i != ring->written);
        if (byte == '\n')
            CHECK_EQUAL(*text++, '\r');
        CHECK_EQUAL(*text++, byte);
    }
    return i;
}

static void check_all(uint32_t from)
{
    const struct log_ring *ring = (const void *)XenpvLogAnchor.address;

    CHECK_EQUAL(check_part(shown(), from), ring->written);
}

TEST(the_log_is_on_the_console_from_its_first_line_on)
{
    begin();
    screen_post();
    CHECK(!XenpvConsole && !screen_has_int10());
    CHECK_EQUAL(screen_moves(), 0);
    machine.caller = CALLER_FLAT_32;
    check_all(0);
    write_text(CALLER_FLAT_32, "a later line\n");
    check_shown("a later line\r\n");
}

TEST(a_line_is_shown_when_it_is_complete)
{
    begin();
    screen_post();
    shown();
    machine.caller = CALLER_FLAT_32;
    uint32_t hypercalls = screen_hypercalls();
    write_text(CALLER_FLAT_32, "a line ");
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    write_text(CALLER_FLAT_32, "in two parts\n");
    CHECK_EQUAL(screen_hypercalls(), hypercalls + 1);
    check_shown("a line in two parts\r\n");
}

TEST(lines_of_16_bit_code_are_not_on_the_console)
{
    begin();
    screen_post();
    shown();
    write_text(CALLER_REAL_MODE, "16 bits\n");
    write_text(CALLER_VIRTUAL_8086, "16 bits\n");
    check_shown("");
    write_text(CALLER_FLAT_32, "32 bits\n");
    check_shown("32 bits\r\n");
}

TEST(in_the_other_modes_no_line_is_on_the_console)
{
    static const enum config_console modes[] = {CONFIG_AUTO, CONFIG_OFF};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        begin();
        config.console = modes[i];
        screen_post();
        write_text(CALLER_FLAT_32, "a line\n");
        check_shown("");
    }
}

TEST(a_log_longer_than_the_rings_is_shown_whole_if_the_reader_is_fast_enough)
{
    begin();
    screen_post();
    check_all(0);
    for (unsigned i = 0; i < 500; i++) {
        char line[64];

        snprintf(line, sizeof(line), "line %u of many, some of which are longer%.*s\n", i, i % 20,
                 "....................");
        write_text(CALLER_FLAT_32, line);
        char *end = line + strlen(line) - 1;
        strcpy(end, "\r\n");
        check_shown(line);
    }
}

TEST(a_line_longer_than_the_buffers_is_shown_whole)
{
    char line[1501];

    begin();
    screen_post();
    shown();
    memset(line, 'l', sizeof(line));
    strcpy(line + sizeof(line) - 2, "\n");
    write_text(CALLER_FLAT_32, line);
    strcpy(line + sizeof(line) - 3, "\r\n");
    const char *text = shown();
    CHECK_EQUAL(strlen(text), 1501);
    CHECK(!strncmp(text, line, 1498));
    CHECK(!strcmp(text + 1498, "l\r\n"));
}

/* fault: console | nothing takes the firmware's log | never waits; what the log still has by then
 * is shown once something does */
TEST(a_log_that_nothing_takes_is_shown_later_as_far_as_memory_has_it)
{
    begin();
    xenconsoled_config.deaf = true;
    screen_post();
    const struct xencons_interface *page = xenconsoled_page();
    const struct log_ring *ring = (const void *)XenpvLogAnchor.address;
    uint64_t now = clock_now_us();
    for (unsigned i = 0; i < 1000; i++)
        write_text(CALLER_FLAT_32, "a line that nothing takes\n");
    CHECK_EQUAL(clock_now_us(), now);
    /* Full but for what a piece may need. */
    CHECK(page->out_prod - page->out_cons > sizeof(page->out) - 2 * 64);
    uint32_t hypercalls = screen_hypercalls();
    write_text(CALLER_FLAT_32, "full\n");
    CHECK_EQUAL(screen_hypercalls(), hypercalls);

    xenconsoled_config.deaf = false;
    shown();
    /* It goes on with what memory has when the next line comes, and what does not fit into the
     * console's ring follows with the one after that. */
    write_text(CALLER_FLAT_32, "the next line\n");
    uint32_t next = check_part(shown(), ring->written - RING_BYTES);
    CHECK(ring->written - next < 4 * 64);
    write_text(CALLER_FLAT_32, "the last line\n");
    check_all(next);
}

/* fault: console | the console breaks while the firmware's log is shown | its own line about this
 * does not begin again */
TEST(a_line_about_the_console_itself_does_not_begin_again)
{
    begin();
    screen_post();
    shown();
    machine.caller = CALLER_FLAT_32;
    xenconsoled_page()->out_cons -= 5000;
    write_text(CALLER_FLAT_32, "a line\n");
    CHECK_EQUAL(log_count("console: closed for good: impossible ring indexes"), 1);
    uint32_t hypercalls = screen_hypercalls();
    for (unsigned i = 0; i < 5; i++)
        write_text(CALLER_FLAT_32, "another\n");
    CHECK_EQUAL(screen_hypercalls(), hypercalls);
    /* All lines are in memory. */
    const struct log_ring *ring = (const void *)XenpvLogAnchor.address;
    CHECK(!memcmp(ring->data + ring->written - 16, "another\nanother\n", 16));
}

TEST(after_a_restore_the_log_goes_on)
{
    begin();
    screen_post();
    shown();
    world_restore();
    seen = 0;
    uint32_t count;
    xenconsoled_shown(&count);
    seen = count;
    write_text(CALLER_FLAT_32, "after the restore\n");
    check_shown("after the restore\r\n");
}

TEST(empty_lines_take_two_bytes_of_room_and_are_not_lost)
{
    for (uint32_t room = 60; room < 140; room++) {
        begin();
        screen_post();
        check_all(0);
        const struct log_ring *ring = (const void *)XenpvLogAnchor.address;
        struct xencons_interface *page = xenconsoled_page();
        uint32_t first = ring->written;

        xenconsoled_config.deaf = true;
        for (unsigned i = 0; i < 1300; i++)
            write_text(CALLER_FLAT_32, "\n");
        /* The reader takes a part, and the rest later. */
        uint32_t taken = room - (uint32_t)(sizeof(page->out) - (page->out_prod - page->out_cons));
        page->out_cons += taken;
        write_text(CALLER_FLAT_32, "\n");
        xenconsoled_config.deaf = false;
        uint32_t count = (uint32_t)strlen(shown());
        for (unsigned i = 0; i < 9; i++) {
            write_text(CALLER_FLAT_32, "\n");
            count += (uint32_t)strlen(shown());
        }
        test_note("room for %u bytes", room);
        CHECK_EQUAL(taken + count, 2 * (ring->written - first));
    }
}
