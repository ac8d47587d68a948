/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Calling 32-bit code from 16-bit code.
 */
#ifndef SEABIOS_CALL32_H
#define SEABIOS_CALL32_H

#include "x86.h" // struct descloc_s, cr0_vm86_read

/**
 * Whether call32 works here: not in protected mode, nor in virtual 8086 mode, where 32-bit code
 * cannot be reached. call32 finds out by reading CR0, which in virtual 8086 mode needs a monitor
 * that helps; the machine status word anybody may read. For 16-bit code. Return: 1 or 0.
 */
static inline int call32_works(void)
{
    struct descloc_s idt;

    /* Where the vectors of real mode are, no monitor has its IDT: its clients' are at that linear
     * address. Unlike the machine status word this is no exit to the hypervisor. In protected mode
     * call32 itself refuses. */
    asm("sidtl %0" : "=m"(idt));
    return !idt.addr || !(cr0_vm86_read() & CR0_PE);
}

#endif
