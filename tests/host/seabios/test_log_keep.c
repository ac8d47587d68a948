/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The log in memory: what of the debug port is kept there, and what dom0 finds. */
#include "bios.h"
#include "hw/serialio.h"
#include "model/memory.h"
#include "seabios/port/log_keep.h"
#include "xen/base/log_memory.h"

#include <string.h>

#define RING_BYTES (CONFIG_XENPV_LOG_KIB * 1024u)

extern struct log_anchor XenpvLogAnchor;

static void write_text(enum machine_caller caller, const char *text)
{
    machine.caller = caller;
    while (*text)
        qemu_debug_putc(*text++);
    machine.caller = CALLER_FLAT_32;
}

static const struct log_ring *ring(void)
{
    return (const void *)XenpvLogAnchor.address;
}

static void check_kept(const char *text)
{
    CHECK(ring());
    test_note("%.*s", (int)ring()->written, (const char *)ring()->data);
    CHECK_EQUAL(ring()->written, strlen(text));
    CHECK(!memcmp(ring()->data, text, strlen(text)));
}

/* What POST writes before it calls boot_init. */
static void begin(void)
{
    bios_reset("strict");
    machine.caller = CALLER_FLAT_32;
    memset(&XenpvLogAnchor, 0, sizeof(XenpvLogAnchor));
    DebugOutputPort = 0x402;
    write_text(CALLER_FLAT_32, "to another port\n");
    DebugOutputPort = 0xe9;
}

TEST(the_lines_before_and_after_there_is_memory_are_kept_in_order)
{
    begin();
    write_text(CALLER_FLAT_32, "early\n");
    boot_init();
    write_text(CALLER_FLAT_32, "late\n");
    check_kept("early\nlate\n");
    CHECK_EQUAL(machine.inits, 1);
}

TEST(each_byte_goes_to_the_port_once)
{
    begin();
    write_text(CALLER_FLAT_32, "early\n");
    boot_init();
    write_text(CALLER_FLAT_32, "late\n");
    write_text(CALLER_REAL_MODE, "16 bits\n");
    CHECK_EQUAL(machine.port_bytes, strlen("to another port\nearly\nlate\n16 bits\n"));
    CHECK(!memcmp(machine.port, "to another port\nearly\nlate\n16 bits\n", machine.port_bytes));
}

TEST(what_16_bit_code_writes_is_on_the_port_only)
{
    begin();
    write_text(CALLER_REAL_MODE, "early\n");
    boot_init();
    write_text(CALLER_REAL_MODE, "late\n");
    write_text(CALLER_VIRTUAL_8086, "late\n");
    write_text(CALLER_PROTECTED_16, "late\n");
    write_text(CALLER_FLAT_32, "32 bits\n");
    check_kept("32 bits\n");
}

TEST(dom0_finds_the_ring_by_its_anchor)
{
    uint8_t sum = 0;

    begin();
    boot_init();
    CHECK(!memcmp(XenpvLogAnchor.signature, "XENPVLOG", 8));
    CHECK_EQUAL(XenpvLogAnchor.version, 1);
    CHECK_EQUAL(XenpvLogAnchor.length, sizeof(XenpvLogAnchor));
    for (unsigned i = 0; i < sizeof(XenpvLogAnchor); i++)
        sum += ((const uint8_t *)&XenpvLogAnchor)[i];
    CHECK_EQUAL(sum, 0);
    CHECK_EQUAL((uintptr_t)&XenpvLogAnchor % LOG_ANCHOR_ALIGN, 0);
    CHECK_EQUAL(XenpvLogAnchor.address % LOG_ANCHOR_ALIGN, 0);
    CHECK_EQUAL(XenpvLogAnchor.bytes, RING_BYTES);
    CHECK_EQUAL(ring()->bytes, RING_BYTES);
    CHECK_EQUAL(ring()->signature, LOG_RING_SIGNATURE);
}

TEST(a_full_ring_has_the_last_bytes)
{
    begin();
    boot_init();
    for (unsigned i = 0; i < 3 * RING_BYTES + 5; i++)
        qemu_debug_putc((char)('a' + i % 23));
    CHECK_EQUAL(ring()->written, 3 * RING_BYTES + 5);
    for (unsigned i = 2 * RING_BYTES + 5; i < 3 * RING_BYTES + 5; i++)
        CHECK_EQUAL(ring()->data[i % RING_BYTES], 'a' + i % 23);
}

TEST(a_long_beginning_is_cut_and_does_not_stop_the_rest)
{
    begin();
    for (unsigned i = 0; i < 5000; i++)
        qemu_debug_putc('x');
    boot_init();
    write_text(CALLER_FLAT_32, "late\n");
    CHECK_EQUAL(ring()->written, 512 + 5);
    CHECK(!memcmp(ring()->data + 510, "xxlate\n", 7));
}

TEST(without_memory_dom0_finds_that_there_is_no_log)
{
    begin();
    write_text(CALLER_FLAT_32, "early\n");
    memory_fail_after(0);
    boot_init();
    write_text(CALLER_FLAT_32, "late\n");
    CHECK(!memcmp(XenpvLogAnchor.signature, "XENPVLOG", 8));
    CHECK_EQUAL(XenpvLogAnchor.bytes, 0);
    CHECK_EQUAL(XenpvLogAnchor.address, 0);
}

TEST(without_xen_or_our_code_there_is_no_log)
{
    for (unsigned i = 0; i < 2; i++) {
        begin();
        machine.no_xen = i == 0;
        config.xenpv = i == 0;
        boot_init();
        write_text(CALLER_FLAT_32, "late\n");
        CHECK_EQUAL(XenpvLogAnchor.signature[0], 0);
        CHECK_EQUAL(machine.inits, 1);
    }
}
