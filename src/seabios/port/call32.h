/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Call 32-bit code from 16-bit code.
 */
#ifndef SEABIOS_CALL32_H
#define SEABIOS_CALL32_H

#include "x86.h" // struct descloc_s, cr0_vm86_read

/**
 * Check, in 16-bit code, whether call32 works here. It does not in protected mode, nor in virtual
 * 8086 mode, where 32-bit code cannot be reached. call32 checks by reading CR0, which in virtual
 * 8086 mode requires a monitor that emulates it; any code may read the machine status word. Return:
 * 1 or 0.
 */
static inline int call32_works(void)
{
    struct descloc_s idt;

    /* No monitor has its IDT at the address of the real-mode vectors: its clients' vectors are
     * there. Unlike reading the machine status word, this is not an exit to the hypervisor. In
     * protected mode call32 itself refuses. */
    asm("sidtl %0" : "=m"(idt));
    return !idt.addr || !(cr0_vm86_read() & CR0_PE);
}

/**
 * Check, in 16-bit code, whether call32 works here and changes nothing: in real mode, with the
 * table of interrupts where the processor has it at first. call32 puts it back there, and a program
 * that has moved it does not expect that of an interrupt. Return: 1 or 0.
 */
static inline int call32_is_unseen(void)
{
    struct descloc_s idt;

    asm("sidtl %0" : "=m"(idt));
    return !idt.addr;
}

#endif
