/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The machine that the BIOS runs on: the mode of the processor, the memory below 1 MiB, and what
 * the fake SeaBIOS (fake/) has been asked to do.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The mode in which the BIOS is called. */
enum machine_caller {
    CALLER_REAL_MODE,
    CALLER_REAL_MODE_MOVED_IDT,  /* with an interrupt table that is not at address 0 */
    CALLER_VIRTUAL_8086,         /* a monitor has the processor: 32-bit code cannot be reached */
    CALLER_PROTECTED_16,         /* 16-bit protected mode: no way to 32-bit code either */
    CALLER_PROTECTED_16_LOW_IDT, /* the same, with the interrupt table where real mode has it */
    CALLER_FLAT_32,              /* SeaBIOS' own 32-bit code */
};

#define CALLERS 6u

/** The counters begin at zero with machine_reset; the rest is for a test to change. */
struct machine {
    enum machine_caller caller;
    bool is_32bit;          /* set by call32 */
    bool no_xen;            /* it is no guest of Xen */
    uint32_t resume_vector; /* of a system that sleeps */
    unsigned low_left;      /* so many allocations of memory below 1 MiB succeed */
    bool no_memory;         /* for POST */
    void (*at_boot)(void);  /* called when a device is booted; may be NULL */

    unsigned menus;         /* times that a key for the boot menu was waited for */
    unsigned boots;         /* devices that were tried */
    unsigned resumes;       /* calls of SeaBIOS' handle_resume32 */
    unsigned system_calls;  /* of SeaBIOS' handle_15 */
    unsigned cd_calls;      /* of int13 to the drive that a CD emulates */
    unsigned acpi_devices;  /* times that the ACPI device was added */
    unsigned cmos_accesses; /* ports of the CMOS index and of the A20 gate */
    unsigned a20_opened;    /* times that call32 found the A20 gate closed */
    unsigned status_reads;  /* reads of the machine status word, each an exit to the hypervisor */
    unsigned cr0_reads; /* reads of CR0 in virtual 8086 mode, which a monitor has to help with */
};

extern struct machine machine;

void machine_reset(void);

/** Whether a caller can reach 32-bit code. */
bool machine_reaches_32bit(enum machine_caller caller);

bool machine_is_xen(void);

/** Whether 16-bit code runs. */
bool machine_is_16bit(void);

/** Fail the test if 16-bit code runs. */
void machine_needs_32bit(void);

/** What call32 does. Return: false where it does not work. */
bool machine_enter_32bit(void);
void machine_leave_32bit(void);

/** Where the interrupt table is, and the machine status word. */
uint32_t machine_idt_address(void);
uint16_t machine_status_word(void);

/** Memory below 1 MiB that is zero. NULL: there is none. */
void *machine_alloc_low(uint32_t bytes);

/** Whether POST finds no memory. */
bool machine_alloc_fails(void);

/** The memory at @segment:@offset of real mode. */
void *machine_far(uint16_t segment, uint32_t offset);

/** @address, which fails the test if 16-bit code runs and cannot reach it. */
const void *machine_flat(const void *address);

#endif
