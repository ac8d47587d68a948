/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The processor's table of interrupts.
 */
#ifndef SEABIOS_IDT_H
#define SEABIOS_IDT_H

#include "x86.h" // struct descloc_s

/** Store the table's size and address in *@idt. */
static inline void idt_store(struct descloc_s *idt)
{
    asm volatile("sidtl %0" : "=m"(*idt));
}

/** Have the processor use the table *@idt. */
static inline void idt_load(const struct descloc_s *idt)
{
    asm volatile("lidtl %0" : : "m"(*idt));
}

#endif
