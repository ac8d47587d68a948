/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The processor and the ports: the names of SeaBIOS' x86.h. */
#ifndef FAKE_X86_H
#define FAKE_X86_H

#include "model/memory.h"
#include "types.h"
#include "xen/hv/cpu.h"

#define CR0_PE 1

struct descloc_s {
    u16 length;
    u32 addr;
} PACKED;

/* The assembler instruction of call32.h, which stores the IDT's address in "idt". Those of
 * console_stack.c are not for 16-bit code, and run as they are. */
#define asm(sidt) (idt = (struct descloc_s){.addr = machine_idt_address()})

static inline u16 cr0_vm86_read(void)
{
    return machine_status_word();
}

static inline u64 rdtscll(void)
{
    return cpu_tsc();
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
    return memory_read32(address);
}

static inline void writel(void *address, u32 value)
{
    machine_needs_32bit();
    memory_write32(address, value);
}

#endif
