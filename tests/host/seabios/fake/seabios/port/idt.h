/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The table of interrupts: only its address. */
#ifndef SEABIOS_IDT_H
#define SEABIOS_IDT_H

#include "x86.h"

static inline void idt_store(struct descloc_s *idt)
{
    *idt = (struct descloc_s){.addr = machine_idt_address()};
}

static inline void idt_load(const struct descloc_s *idt)
{
    machine_load_idt(idt->addr);
}

#endif
