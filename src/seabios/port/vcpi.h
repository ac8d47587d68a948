/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Call 32-bit code from virtual 8086 mode, through the memory manager of DOS that has the processor
 * (EMM386, JEMM386), if it offers VCPI. Source: Virtual Control Program Interface, version 1.0
 * (Phar Lap, Quarterdeck): int 67h, AX=DE00h to DE0Ch.
 *
 * The memory manager switches to ring 0, with a page directory and descriptors that the firmware
 * brings. There 32-bit code turns paging off, and has what call32 gives it: flat memory, with each
 * page at its physical address. Interrupts are off, and no handler is there. So where the code
 * waits, it goes back to virtual 8086 mode, lets interrupts in, and comes again; it stays where it
 * is on the stack meanwhile, as with a wait in real mode.
 *
 * seabios/vcpi has both sides in C: vcpi.c in 16-bit code, vcpi_ring0.c in 32-bit code.
 * vcpi_switch.h has the instructions.
 */
#ifndef SEABIOS_VCPI_H
#define SEABIOS_VCPI_H

#include "types.h" // u32
#include "x86.h"   // struct descloc_s

#include <stdbool.h>

/** What the memory manager loads on the way to ring 0 (AX=DE0Ch). */
struct vcpi_registers {
    u32 page_directory;           /* physical address */
    u32 gdt_pointer, idt_pointer; /* linear addresses */
    u16 ldt, task;                /* selectors */
    u32 entry;
    u16 code; /* selector */
} PACKED;

/** The firmware's descriptors. The last three are the memory manager's. */
enum vcpi_descriptor {
    VCPI_NULL,
    VCPI_CODE, /* flat */
    VCPI_DATA, /* flat */
    VCPI_TASK, /* never used, but the processor has to have one */
    VCPI_SERVER,
    VCPI_DESCRIPTORS = VCPI_SERVER + 3,
};

/** The selector of a descriptor. */
#define VCPI_SELECTOR(descriptor) (8 * (descriptor))

/** All that both sides use. Virtual 8086 mode and ring 0 see it at the same address. */
struct vcpi {
    struct vcpi_registers registers;
    struct descloc_s gdt_pointer, idt_pointer;
    u64 gdt[VCPI_DESCRIPTORS];
    u32 linear;      /* the address of .registers; 0: not set up */
    u32 table;       /* page table of the first 4 MiB: an address below 1 MiB */
    u16 table_bytes; /* of it, how many the memory manager has filled */
    u16 first_page;  /* pages from here to 1 MiB must be at their physical addresses */
    u32 server;      /* far pointer: the memory manager's entry from ring 0 */
    u16 server_code;
    u32 cr0;       /* with paging */
    u32 resume_16; /* in the f-segment: where ring 0 returns to */
    u32 stack_16;
    u16 stack_16_segment;
    u32 stack_32; /* of code that waits; 0: none does */
    u32 function, argument, result;
    u8 busy, done, in_ring0;
    u8 logged; /* a bit for each enum vcpi_outcome */
} PACKED;

extern struct vcpi XenpvVcpi;

/** What became of a call. */
enum vcpi_outcome {
    VCPI_DONE,
    VCPI_BUSY,       /* it interrupts another one */
    VCPI_NOT_V86,    /* not virtual 8086 mode, but protected mode */
    VCPI_NO_MEMORY,  /* the firmware had no memory for page tables */
    VCPI_NO_MANAGER, /* int 67h is not that of a memory manager */
    VCPI_REFUSED,    /* the memory manager offers no VCPI */
    VCPI_LOST,       /* it does not switch to a call that waits: no other one can be made */
    VCPI_REMAPPED,   /* the firmware's memory is not at its physical addresses */
};

/**
 * In 16-bit code where call32_works() is false: call a function of 32-bit code. @function:
 * FUNCTION_32(name), which takes one argument; @argument: for it. XenpvVcpi.result has what it
 * returned, if this returns VCPI_DONE. Logs each other outcome once, but VCPI_BUSY and
 * VCPI_NOT_V86.
 */
enum vcpi_outcome vcpi_call(u32 function, u32 argument);

/** POST, once there are PV disks: get what a call needs. */
void vcpi_setup(void);

/** In 32-bit code: another boot abandons the call that waits, if there is one. */
void vcpi_abandon(void);

/** In 32-bit code: check whether vcpi_call called it. */
static inline int vcpi_is_ring0(void)
{
    return XenpvVcpi.in_ring0;
}

/** In ring 0: let interrupts in. */
void vcpi_pause(void);

/**
 * In ring 0: find the physical address that a linear address of the caller has. @write: whether
 * memory is to be written. Return: false if the caller itself could not access it so.
 */
bool vcpi_translate(u32 linear, bool write, u32 *physical);

/** In ring 0: return memory for one sector of a drive, of at most 4096 bytes, at its physical
 * address. */
u8 *vcpi_sector(void);

#endif
