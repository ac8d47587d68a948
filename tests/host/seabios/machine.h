/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The machine that the BIOS runs on: the mode of the processor, the memory below 1 MiB, and
 * counters of what the fake SeaBIOS (fake/) has done.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The mode in which the BIOS is called. */
enum machine_caller {
    CALLER_REAL_MODE,
    CALLER_REAL_MODE_MOVED_IDT,  /* the interrupt table is not at address 0 */
    CALLER_VIRTUAL_8086,         /* a monitor has the processor: 32-bit code cannot be reached */
    CALLER_PROTECTED_16,         /* 16-bit protected mode: no way to 32-bit code either */
    CALLER_PROTECTED_16_LOW_IDT, /* the same, with the interrupt table of real mode */
    CALLER_FLAT_32,              /* SeaBIOS' own 32-bit code */
};

#define CALLERS 6u

/** machine_reset sets the counters to zero; a test may change the rest. */
struct machine {
    enum machine_caller caller;
    bool is_32bit;               /* set by call32 */
    bool no_xen;                 /* the machine is not a guest of Xen */
    uint32_t resume_vector;      /* of a sleeping system */
    unsigned low_left;           /* allocations of memory below 1 MiB that will succeed */
    bool no_memory;              /* POST finds no memory */
    uint32_t time_ms;            /* since midnight, when POST begins */
    uint8_t clock[256];          /* the registers of a PC's clock */
    void (*at_boot)(void);       /* called when a device boots; may be NULL */
    void (*at_first_text)(void); /* called when the BIOS shows its first text; may be NULL */
    bool reads_boot_sectors;     /* the BIOS reads the boot sector of a hard disk and calls it */
    bool cd_first;               /* the BIOS boots from CD-ROMs before all other devices */
    bool halts;                  /* the BIOS has a device after which it boots from no other */

    char port[256]; /* what was written to the debug port, and how many bytes */
    unsigned port_bytes;
    unsigned inits;               /* calls of SeaBIOS' boot_init */
    unsigned menus;               /* times that the BIOS has waited for the key of the boot menu */
    unsigned boots;               /* devices that it has tried to boot */
    unsigned boot_codes;          /* calls of boot code */
    unsigned failures;            /* times that it had no device left */
    unsigned resumes;             /* calls of SeaBIOS' handle_resume32 */
    unsigned system_calls;        /* calls of SeaBIOS' handle_15 */
    unsigned cd_calls;            /* calls of int13 for the drive that a CD emulates */
    unsigned acpi_devices;        /* times that the ACPI device was added */
    unsigned cmos_accesses;       /* accesses to the ports of the CMOS index and of the A20 gate */
    unsigned calls_32;            /* times that call32 has entered 32-bit code */
    unsigned ticks;               /* calls of SeaBIOS' handle_08 */
    unsigned key_calls;           /* calls of SeaBIOS' handle_16 */
    unsigned power_offs;          /* calls of SeaBIOS' apm_shutdown */
    unsigned idles;               /* times that SeaBIOS' handle_1553 has waited for an interrupt */
    unsigned controller_commands; /* commands to the controller of keyboard and mouse */
    unsigned clock_accesses;      /* accesses to the ports of a PC's clock */
    unsigned timer_measurements;  /* times that SeaBIOS has measured the processor's rate */
    uint32_t tsc_khz;             /* the rate that it was told instead */
    unsigned waits;               /* calls of SeaBIOS' handle_1586 */
    unsigned yields;              /* times that code which waits has let interrupts in */
    unsigned tick_setups;         /* times that the ticks of a PVH guest were started */
    unsigned tick_begins;         /* times that they were started anew */
    unsigned tick_ends;           /* ticks that the local APIC was told of */
    uint32_t idt_loaded;          /* where the table of interrupts is; 32-bit code moves it to 0 */
    int tick_in_service;          /* 1: a program's handler of a tick of a PVH guest runs */
    void (*on_yield)(void);       /* what happens while code polls; NULL: nothing */
    void (*on_interrupt)(void); /* what an interrupt does for which code waits; NULL: none comes */
    unsigned first_texts;       /* calls of SeaBIOS' enable_vga_console */
    unsigned a20_opened;        /* times that call32 found the A20 gate closed */
    unsigned status_reads; /* reads of the machine status word, each an exit to the hypervisor */
    unsigned cr0_reads;    /* reads of CR0 in virtual 8086 mode, which a monitor has to emulate */
};

extern struct machine machine;

void machine_reset(void);

/** Whether a caller in this mode can reach 32-bit code. */
bool machine_reaches_32bit(enum machine_caller caller);

bool machine_is_xen(void);

/** Whether 16-bit code is running. */
bool machine_is_16bit(void);

/** Fail the test if 16-bit code is running. */
void machine_needs_32bit(void);

/** Enter 32-bit code as call32 does. Return: false where that does not work. */
bool machine_enter_32bit(void);
void machine_leave_32bit(void);

/** The address of the interrupt table, and the machine status word. */
uint32_t machine_idt_address(void);
void machine_load_idt(uint32_t address);
uint16_t machine_status_word(void);

/** Allocate memory below 1 MiB, with garbage in it; NULL if there is none. */
void *machine_alloc_low(uint32_t bytes);

/** Whether an allocation in POST fails. */
bool machine_alloc_fails(void);

/** The memory at @segment:@offset of real mode. */
void *machine_far(uint16_t segment, uint32_t offset);

/** The segment of the stack, which is no segment of real mode: it begins at address 0 of the test's
 * own memory. */
#define MACHINE_STACK_SEGMENT 0x10000u

/** The segment of the BIOS' code: in protected mode a selector. */
uint16_t machine_code_segment(void);

/** The flat pointer to a place of real mode or on the stack. */
void *machine_flat_pointer(uint32_t segment, uintptr_t offset);

/** The address of an entry of 16-bit code, for the interrupt table: segment << 16 | offset. */
uint32_t machine_entry(const char *name);

/** Return: @address. Fail the test if 16-bit code is running and cannot reach it. */
const void *machine_flat(const void *address);

#endif
