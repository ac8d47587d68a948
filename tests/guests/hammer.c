/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Accesses the ports of Xen's platform device as operating systems do when they start, and as none
 * does. Before the first access the program prints "READY" and waits for a key, so that the
 * scenario can look; after it, it prints "FIRST" and waits for another key.
 *
 * Parameters
 *   magic=none  the guest has no platform device
 *   first=NAME  the first access: read, write, byte, string-read, string-write, acpi
 *   load        read a sector by int13 before it, as a boot loader would
 *   cpus=4      three other processors read the port at the same time
 *   turns=many  then access the ports in every width until the scenario ends the guest
 *   reset       reset the machine at the end
 *   keys=none   wait for no key, print "STAYS" with the result at the end, and stay: after "DONE"
 * Xen powers the guest off
 */
#include "buffer.h"
#include "int13.h"
#include "keyboard.h"
#include "ports.h"
#include "timer.h"

#define UNPLUG_PORT      0x10u
#define UNPLUG_PORTS     4u
#define ACPI_PORT        0xeau
#define UNPLUG_MAGIC     0x49d2
#define NO_DEVICE        0xffff
#define UNPLUG_IDE       1
#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_RESET   0xfe
#define STRING_ITEMS     3000u
#define BUFFER           (LOW_BUFFERS + 0x10000)
/* A buffer across pages, with an item that crosses the boundary. */
#define STRINGS (HIGH_BUFFERS + 1)
/* No memory is here. */
#define NOWHERE 0xd0000000u

static void read_bytes(uint16_t port, uint32_t to, uint32_t count)
{
    __asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(port) : "memory");
}

static void read_words(uint16_t port, uint32_t to, uint32_t count)
{
    __asm__ volatile("rep insw" : "+D"(to), "+c"(count) : "d"(port) : "memory");
}

static void read_words_down(uint16_t port, uint32_t to, uint32_t count)
{
    __asm__ volatile("std; rep insw; cld" : "+D"(to), "+c"(count) : "d"(port) : "memory");
}

static void write_bytes(uint16_t port, uint32_t from, uint32_t count)
{
    __asm__ volatile("rep outsb" : "+S"(from), "+c"(count) : "d"(port) : "memory");
}

static void write_words(uint16_t port, uint32_t from, uint32_t count)
{
    __asm__ volatile("rep outsw" : "+S"(from), "+c"(count) : "d"(port) : "memory");
}

static void wait_for_key(void)
{
    if (!param_is("keys=none"))
        key_take();
}

/**** Other processors ****/

#define OTHER_CPUS   3u
#define CPU_CODE     LOW_BUFFERS
#define CPU_COUNT    (CPU_CODE + 0xff0)
#define CPU_LIMIT_S  60u
#define APIC_COMMAND 0xfee00300u
#define APIC_INIT    0x000c4500u /* to all other processors */
#define APIC_STARTUP 0x000c4600u

/* Code for the start of a page, in real mode: read a word, count it if it is the magic, stop. */
__asm__(".pushsection .text\n"
        ".code16\n"
        "cpu_code:\n"
        "  movw $0x10, %dx\n"
        "  inw %dx, %ax\n"
        "  cmpw $0x49d2, %ax\n"
        "  jne 1f\n"
        "  lock incw %cs:0xff0\n"
        "1: cli\n"
        "  hlt\n"
        "  jmp 1b\n"
        "cpu_code_end:\n"
        ".code32\n"
        ".popsection\n");
extern const char cpu_code[], cpu_code_end[];

static void wait_ms(uint32_t ms)
{
    uint32_t ticks = 0, before = timer_read();

    while (ticks < ms * (TIMER_HZ / 1000))
        ticks += timer_lap(&before);
}

static void start_other_cpus(void)
{
    volatile uint32_t *command = at(APIC_COMMAND);

    memset(at(CPU_CODE), 0, 0x1000);
    memcpy(at(CPU_CODE), cpu_code, (size_t)(cpu_code_end - cpu_code));
    *command = APIC_INIT;
    wait_ms(10);
    *command = APIC_STARTUP | CPU_CODE >> 12;
}

static void check_other_cpus(void)
{
    volatile uint16_t *count = at(CPU_COUNT);

    for (unsigned tries = 0; *count < OTHER_CPUS && tries < CPU_LIMIT_S * 100; tries++)
        wait_ms(10);
    check(*count == OTHER_CPUS, "only %u other processors went on", *count);
}

/**** Accesses ****/

static void check_strings(void)
{
    unsigned wrong = 0;

    memset(at(STRINGS), 0, STRING_ITEMS * 2);
    read_words(UNPLUG_PORT, STRINGS, STRING_ITEMS);
    for (unsigned i = 0; i < STRING_ITEMS * 2; i++)
        wrong += *(uint8_t *)at(STRINGS + i) != (uint8_t)(UNPLUG_MAGIC >> (i % 2 * 8));
    check(!wrong, "%u bytes of words were wrong", wrong);
    check(*(uint8_t *)at(STRINGS + STRING_ITEMS * 2) == 0, "written behind the words");
}

static uint16_t magic_expected(void)
{
    return param_is("magic=none") ? NO_DEVICE : UNPLUG_MAGIC;
}

static void first_access(void)
{
    if (param_is("first=read")) {
        uint16_t magic = port_read16(UNPLUG_PORT);
        check(magic == magic_expected(), "the first word read was %x", magic);
    } else if (param_is("first=write")) {
        port_write16(UNPLUG_PORT, UNPLUG_IDE);
    } else if (param_is("first=byte")) {
        port_write8(UNPLUG_PORT, 1);
        check(port_read8(UNPLUG_PORT) == 1, "the byte that was written did not stay");
        port_write8(UNPLUG_PORT, 0);
    } else if (param_is("first=string-read")) {
        memset(at(STRINGS), 0, STRING_ITEMS * 2 + 1);
        check_strings();
    } else if (param_is("first=string-write")) {
        memset(at(STRINGS), 0, 6);
        *(uint16_t *)at(STRINGS + 2) = UNPLUG_IDE;
        write_words(UNPLUG_PORT, STRINGS, 3);
    } else if (param_is("first=acpi")) {
        port_write8(ACPI_PORT, 1);
    }
}

static void hammer_port(uint16_t port)
{
    port_write8(port, (uint8_t)random32());
    port_write16(port, (uint16_t)random32());
    port_write32(port, random32());
    port_read8(port);
    port_read16(port);
    port_read32(port);
    read_bytes(port, STRINGS, random_below(STRING_ITEMS));
    read_words(port, STRINGS, random_below(STRING_ITEMS));
    read_words_down(port, STRINGS + STRING_ITEMS, random_below(STRING_ITEMS / 2));
    write_bytes(port, STRINGS, random_below(8));
    write_words(port, STRINGS, random_below(8));
    read_words(port, NOWHERE, 2);
    write_words(port, NOWHERE, 2);
}

static void hammer_for_ever(void)
{
    for (unsigned turn = 0;; turn++) {
        /* Vary the first access: it is the one that the daemon sees. */
        for (uint16_t port = UNPLUG_PORT; port < UNPLUG_PORT + UNPLUG_PORTS; port++)
            hammer_port(random_below(2) ? port : UNPLUG_PORT);
        hammer_port(ACPI_PORT);
        if (turn % 16 == 0)
            print("TURN %u\n", turn);
    }
}

static void load_sector(void)
{
    struct packet packet = {.size = 0x10, .count = 1, .segment = BUFFER >> 4, .lba = 1};
    struct outcome outcome = int13_packet(0x42, FIRST_DRIVE + 1, &packet, 0);

    check(outcome.status == STATUS_SUCCESS, "int13: status %x", outcome.status);
}

void guest_main(void)
{
    print("READY\n");
    wait_for_key();
    if (param_is("load"))
        load_sector();
    if (param_is("cpus=4"))
        start_other_cpus();
    first_access();
    if (param_is("cpus=4"))
        check_other_cpus();
    print("FIRST\n");
    if (param_is("turns=many"))
        hammer_for_ever();
    uint16_t magic = port_read16(UNPLUG_PORT);
    check(magic == magic_expected(), "after that, the word read was %x", magic);
    wait_for_key();
    if (param_is("reset"))
        port_write8(KEYBOARD_COMMAND, KEYBOARD_RESET);
    if (param_is("keys=none")) {
        print("STAYS passed=%u failed=%u\n", checks_passed, checks_failed);
        key_take();
    }
    done();
}
