/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "machine.h"

#include "hw/rtc.h"
#include "model/fault.h"
#include "model/memory.h"
#include "output.h"
#include "romfile.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/pvh/tick.h"
#include "stacks.h"
#include "x86.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOW_BYTES 0x10fff0u
/* SeaBIOS' own memory starts here; the tests use what is below. */
#define LOW_FIRST 0x80000u
#define LOW_END   0xa0000u
#define LOW_ALIGN 16u

#define OTHER_IDT 0x110000u

#define FILES_MAX 4

#define BIOS_SEGMENT  0xf000u
#define BIOS_SELECTOR 0x58u

#define ENTRIES_MAX   8u
#define ENTRY_SEGMENT 0xf000u
#define ENTRY_FIRST   0xe000u

struct machine machine;

/* The PVH entry leaves its block in memory that a test does not have. */
u8 XenpvIsPvh;

void xenpv_pvh_find(void)
{
}

int xenpv_tick_begin(void)
{
    machine.tick_begins++;
    return 1;
}

int xenpv_tick_in_service_32(u32 unused)
{
    (void)unused;
    return machine.tick_in_service;
}

int xenpv_tick_32(u32 unused)
{
    (void)unused;
    machine.tick_ends++;
    return 0;
}

void xenpv_tick_setup(void)
{
    machine.tick_setups++;
}

static uint8_t *low;
static uint32_t low_used;
static struct romfile_s files[FILES_MAX];
static unsigned file_count;
static const char *entries[ENTRIES_MAX];
static unsigned entry_count;

void machine_reset(void)
{
    machine = (struct machine){.low_left = UINT32_MAX, .resume_vector = 0};
    low = memory_make_low();
    low_used = LOW_FIRST;
    file_count = 0;
}

bool machine_is_xen(void)
{
    return !machine.no_xen;
}

/**** The processor ****/

bool machine_reaches_32bit(enum machine_caller caller)
{
    return caller == CALLER_REAL_MODE || caller == CALLER_REAL_MODE_MOVED_IDT ||
           caller == CALLER_FLAT_32;
}

bool machine_is_16bit(void)
{
    return machine.caller != CALLER_FLAT_32 && !machine.is_32bit;
}

void machine_needs_32bit(void)
{
    if (machine_is_16bit())
        model_fault("16-bit code does what only 32-bit code can");
}

bool machine_enter_32bit(void)
{
    if (!machine_is_16bit())
        model_fault("call32 from 32-bit code");
    machine.cr0_reads += machine.caller == CALLER_VIRTUAL_8086;
    machine.is_32bit = machine_reaches_32bit(machine.caller);
    machine.calls_32 += machine.is_32bit;
    if (machine.is_32bit)
        machine.idt_loaded = 0;
    return machine.is_32bit;
}

void machine_leave_32bit(void)
{
    machine.is_32bit = false;
}

uint32_t machine_idt_address(void)
{
    return machine.caller == CALLER_REAL_MODE || machine.caller == CALLER_PROTECTED_16_LOW_IDT
               ? 0
               : OTHER_IDT;
}

void machine_load_idt(uint32_t address)
{
    machine.idt_loaded = address;
}

uint16_t machine_status_word(void)
{
    machine.status_reads++;
    return machine_reaches_32bit(machine.caller) ? 0 : CR0_PE;
}

/**** Memory ****/

void *machine_alloc_low(uint32_t bytes)
{
    void *memory = low + low_used;

    if (!machine.low_left || bytes > LOW_END - low_used)
        return NULL;
    machine.low_left--;
    low_used += (bytes + LOW_ALIGN - 1) / LOW_ALIGN * LOW_ALIGN;
    memset(memory, 0xa5, bytes);
    return memory;
}

bool machine_alloc_fails(void)
{
    return machine.no_memory;
}

void *machine_far(uint16_t segment, uint32_t offset)
{
    uint32_t address = segment * 16u + offset;

    if (address >= LOW_BYTES)
        model_fault("%x:%x is beyond what real mode can address", segment, offset);
    return low + address;
}

uint16_t machine_code_segment(void)
{
    return machine_reaches_32bit(machine.caller) || machine.caller == CALLER_VIRTUAL_8086
               ? BIOS_SEGMENT
               : BIOS_SELECTOR;
}

void *machine_flat_pointer(uint32_t segment, uintptr_t offset)
{
    return segment == MACHINE_STACK_SEGMENT ? (void *)offset
                                            : machine_far((uint16_t)segment, offset);
}

const void *machine_flat(const void *address)
{
    const uint8_t *at = address;

    if (machine_is_16bit() && (at < low || at >= low + LOW_BYTES))
        model_fault("16-bit code reads %p, which it cannot reach", address);
    return address;
}

uint32_t machine_entry(const char *name)
{
    unsigned i = 0;

    while (i < entry_count && strcmp(entries[i], name))
        i++;
    if (i == ENTRIES_MAX)
        model_fault("more than %u entries of 16-bit code", ENTRIES_MAX);
    entries[i] = name;
    entry_count += i == entry_count;
    return ENTRY_SEGMENT << 16 | (ENTRY_FIRST + i);
}

/**** Other names of SeaBIOS ****/

void farcall16(struct bregs *regs)
{
    (void)regs;
    machine.boot_codes++;
}

char *znprintf(size_t size, const char *format, ...)
{
    char *text = malloc(size);
    va_list args;

    va_start(args, format);
    vsnprintf(text, size, format, args);
    va_end(args);
    return text;
}

struct romfile_s *romfile_find(const char *name)
{
    /* A later file overrides an earlier one. */
    for (unsigned i = file_count; i-- > 0;)
        if (!strcmp(files[i].name, name))
            return &files[i];
    return NULL;
}

void const_romfile_add_int(char *name, u32 value)
{
    files[file_count++] = (struct romfile_s){name, value};
}

u32 romfile_loadint(const char *name, u32 otherwise)
{
    const struct romfile_s *file = romfile_find(name);

    return file ? file->value : otherwise;
}
