/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Calling 32-bit code from 16-bit code.
 */
#ifndef SEABIOS_CALL32_H
#define SEABIOS_CALL32_H

#include "x86.h" // cr0_vm86_read

/**
 * Whether call32 works here: not in protected mode, nor in virtual 8086 mode, where 32-bit code
 * cannot be reached. call32 finds out by reading CR0, which in virtual 8086 mode needs a monitor
 * that helps; the machine status word anybody may read. For 16-bit code. Return: 1 or 0.
 */
static inline int call32_works(void)
{
    return !(cr0_vm86_read() & CR0_PE);
}

#endif
