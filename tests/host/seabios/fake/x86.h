/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The processor and the ports: the names of SeaBIOS' x86.h. */
#ifndef FAKE_X86_H
#define FAKE_X86_H

#include "types.h"

#define CR0_PE 1

struct descloc_s {
    u16 length;
    u32 addr;
} PACKED;

/* The only assembler instruction in src/seabios: call32.h stores the IDT's address in "idt". */
#define asm(sidt) (idt = (struct descloc_s){.addr = machine_idt_address()})

static inline u16 cr0_vm86_read(void)
{
    return machine_status_word();
}

u8 inb(u16 port);
u16 inw(u16 port);
u32 inl(u16 port);
void outb(u8 value, u16 port);

/* Open or close the A20 gate. Return: whether it was open. */
u8 set_a20(u8 open);

static inline u32 readl(const void *address)
{
    machine_needs_32bit();
    return *(const volatile u32 *)address;
}

#endif
