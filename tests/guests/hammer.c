/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The ports of Xen's platform device, as operating systems use them at their start, and as none
 * would. What is done is in the text that the scenario wrote into the image.
 *
 *   first=NAME  the first access: read, write, byte, string-read, string-write, acpi or none;
 *               it waits for a key on the keyboard first ("READY" is printed), so that the scenario
 *               can get ready, and is followed by the unplug as Linux does it
 *   cpus=all    every other processor makes the same kind of access at the same time
 *   turns=many  then hammers the ports in every width, for as long as the scenario lets it
 */
#include "buffer.h"
#include "guest.h"
#include "timer.h"

#define UNPLUG_PORT     0x10
#define ACPI_PORT       0xea
#define UNPLUG_MAGIC    0x49d2
#define UNPLUG_ALL_IDE  1
#define KEYBOARD_DATA   0x60
#define KEYBOARD_STATUS 0x64
#define KEYBOARD_FULL   1
#define KEY_RELEASED    0x80
#define STRING_ITEMS    3000u

static uint16_t read_word(uint16_t port)
{
    uint16_t value;
    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static uint8_t read_byte(uint16_t port)
{
    uint8_t value;
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static uint32_t read_long(uint16_t port)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void write_word(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

static void write_byte(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void write_long(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static void read_words(uint16_t port, uint16_t *to, uint32_t count)
{
    __asm__ volatile("rep insw" : "+D"(to), "+c"(count) : "d"(port) : "memory");
}

static void write_words(uint16_t port, const uint16_t *from, uint32_t count)
{
    __asm__ volatile("rep outsw" : "+S"(from), "+c"(count) : "d"(port) : "memory");
}

static void wait_for_key(void)
{
    print("READY\n");
    do {
        while (!(read_byte(KEYBOARD_STATUS) & KEYBOARD_FULL)) {
        }
    } while (read_byte(KEYBOARD_DATA) & KEY_RELEASED);
}

void guest_main(void)
{
    uint16_t *words = at(HIGH_BUFFERS + 1); /* neither aligned nor in one page */

    wait_for_key();
    if (param_is("first=read")) {
        uint16_t magic = read_word(UNPLUG_PORT);
        check(magic == UNPLUG_MAGIC, "the first word read was %x", magic);
    } else if (param_is("first=write")) {
        write_word(UNPLUG_PORT, UNPLUG_ALL_IDE);
    } else if (param_is("first=byte")) {
        write_byte(UNPLUG_PORT, 1);
        check(read_byte(UNPLUG_PORT) == 1, "the byte written did not stay");
        write_byte(UNPLUG_PORT, 0);
    } else if (param_is("first=string-read")) {
        unsigned wrong = 0;
        memset(words, 0, STRING_ITEMS * 2);
        read_words(UNPLUG_PORT, words, STRING_ITEMS);
        for (unsigned i = 0; i < STRING_ITEMS; i++)
            wrong += words[i] != UNPLUG_MAGIC;
        check(!wrong, "%u words were wrong, the first %x", wrong, words[0]);
    } else if (param_is("first=string-write")) {
        words[0] = UNPLUG_ALL_IDE;
        words[1] = words[2] = 0;
        write_words(UNPLUG_PORT, words, 3);
    } else if (param_is("first=acpi")) {
        write_byte(ACPI_PORT, 1);
    }
    print("FIRST\n");
    uint16_t magic = read_word(UNPLUG_PORT);
    check(magic == UNPLUG_MAGIC, "after that, the word read was %x", magic);
    while (param_is("turns=many")) {
        write_long(UNPLUG_PORT, random32());
        read_long(UNPLUG_PORT);
        read_long(UNPLUG_PORT + 1);
        write_byte(UNPLUG_PORT + 1, 0);
        read_byte(ACPI_PORT);
    }
    wait_for_key();
    done();
}
