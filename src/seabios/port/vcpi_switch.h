/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The instructions that go to ring 0 and back (vcpi.h), and the calls of int 67h. Included once for
 * 16-bit code and once for 32-bit code.
 */
#ifndef SEABIOS_VCPI_SWITCH_H
#define SEABIOS_VCPI_SWITCH_H

#include "biosvar.h" // SEG_LOW
#include "stacks.h"  // stack_hop_back
#include "vcpi.h"

#define VCPI_FIELD(name) [name] "i"(offsetof(struct vcpi, name))

#if MODESEGMENT

/* A memory manager may change all registers, and let interrupts in. SeaBIOS' handlers of interrupts
 * call other code on the stack that they have interrupted, which must not be SeaBIOS' own. So the
 * two functions below run on the stack of the program that has called int13. */
#define VCPI_INT67                                                                                 \
    "int $0x67\n"                                                                                  \
    "cli\n"                                                                                        \
    "cld\n"

u32 VISIBLE16 vcpi_int67_16(u32 ax, u32 unused)
{
    asm volatile("pushl %%ebp\n"
                 "pushw %%ds\n"
                 "pushw %%es\n" VCPI_INT67 "popw %%es\n"
                 "popw %%ds\n"
                 "popl %%ebp"
                 : "+a"(ax), "+d"(unused)
                 :
                 : "ebx", "ecx", "esi", "edi", "cc", "memory");
    return ax;
}

u32 VISIBLE16 vcpi_get_interface_16(u32 table, u32 unused)
{
    u32 eax = 0xde01, edi = 0, ebx = table / 16, edx = SEG_LOW;

    asm volatile("pushl %%ebp\n"
                 "pushw %%ds\n"
                 "pushw %%es\n"
                 "movw %%bx, %%es\n"
                 "movw %%dx, %%ds\n" VCPI_INT67 "popw %%es\n"
                 "popw %%ds\n"
                 "popl %%ebp"
                 : "+a"(eax), "+b"(ebx), "+D"(edi), "+d"(edx)
                 : "S"(&XenpvVcpi.gdt[VCPI_SERVER])
                 : "ecx", "cc", "memory");
    SET_LOW(XenpvVcpi.table_bytes, edi);
    SET_LOW(XenpvVcpi.server, ebx);
    return eax;
}

/** Call int 67h. Return: AX. */
static inline u16 vcpi_int67(u16 ax)
{
    return stack_hop_back(vcpi_int67_16, ax, 0);
}

/**
 * Get the memory manager's page table, into @table, and its descriptors; note in XenpvVcpi how much
 * of the table it has filled, and its entry from ring 0. Return: AX.
 */
static inline u16 vcpi_get_interface(u32 table)
{
    return stack_hop_back(vcpi_get_interface_16, table, 0);
}

/**
 * Go to ring 0, and come back when 32-bit code has ended. Each time that it waits, let interrupts
 * in, with the stack at its end. Until then none may come, whatever the memory manager leaves in
 * the flags: its handler would run over this stack. Return: 0 if the memory manager refuses to
 * switch.
 */
static inline int vcpi_switch(void)
{
    u32 done;

    asm volatile("pushl %%ebp\n"
                 "pushw %%es\n"
                 "pushw %%fs\n"
                 "pushw %%gs\n"
                 "movl $2f, %[resume]\n"
                 "movl %%esp, %[stack]\n"
                 "movw %%ss, %[segment]\n"
                 "1:movl %[linear], %%esi\n"
                 "movl $0xde0c, %%eax\n"
                 "int $0x67\n"
                 "cli\n"
                 "cld\n"
                 "movw %%ss, %%ax\n"
                 "movw %%ax, %%ds\n"
                 "xorl %%eax, %%eax\n"
                 "jmp 3f\n"
                 "2:cli\n"
                 "cld\n"
                 "movl $1, %%eax\n"
                 "cmpb $0, %[done_32]\n"
                 "jne 3f\n"
                 "calll check_irqs\n"
                 "jmp 1b\n"
                 "3:movl %[stack], %%esp\n"
                 "popw %%gs\n"
                 "popw %%fs\n"
                 "popw %%es\n"
                 "popl %%ebp"
                 : "=&a"(done), [resume] "=m"(XenpvVcpi.resume_16),
                   [stack] "=m"(XenpvVcpi.stack_16), [segment] "=m"(XenpvVcpi.stack_16_segment)
                 : [linear] "m"(XenpvVcpi.linear), [done_32] "m"(XenpvVcpi.done)
                 : "ebx", "ecx", "edx", "esi", "edi", "cc", "memory");
    return done;
}

#else

/**
 * In ring 0: go back to virtual 8086 mode, and return when vcpi_switch comes again. The memory
 * manager takes the registers from the stack, at a linear address below 1 MiB.
 */
static inline void vcpi_leave(void)
{
    asm volatile("pushl %%ebp\n"
                 "pushl $3f\n"
                 "movl %%esp, %c[stack_32](%[vcpi])\n"
                 "movl %c[cr0](%[vcpi]), %%eax\n"
                 "movl %%eax, %%cr0\n"
                 "jmp 1f\n"
                 "1:movzwl %c[stack_16_segment](%[vcpi]), %%ecx\n"
                 "movl %%ecx, %%edx\n"
                 "shll $4, %%edx\n"
                 "negl %%edx\n"
                 "addl %%esp, %%edx\n"
                 "pushl %%ecx\n" /* GS, FS, DS, ES, SS */
                 "pushl %%ecx\n"
                 "pushl %%ecx\n"
                 "pushl %%ecx\n"
                 "pushl %%ecx\n"
                 "pushl %%edx\n"    /* ESP */
                 "pushl $0x23002\n" /* EFLAGS, which the memory manager sets itself */
                 "pushl %[segment]\n"
                 "pushl %c[resume_16](%[vcpi])\n"
                 "movl $0xde0c, %%eax\n"
                 "lcall *%c[server](%[vcpi])\n"
                 "3:popl %%ebp"
                 :
                 : [vcpi] "b"(&XenpvVcpi), [segment] "i"(SEG_BIOS), VCPI_FIELD(stack_32),
                   VCPI_FIELD(cr0), VCPI_FIELD(stack_16_segment), VCPI_FIELD(resume_16),
                   VCPI_FIELD(server)
                 : "eax", "ecx", "edx", "esi", "edi", "cc", "memory");
}

/**
 * Where the memory manager enters ring 0: turn paging off, then return to code that waits, or call
 * vcpi_serve.
 */
void __attribute__((naked)) VISIBLE32FLAT vcpi_enter(void)
{
    asm volatile("movw %[data], %%ax\n"
                 "movw %%ax, %%ds\n"
                 "movw %%ax, %%es\n"
                 "movw %%ax, %%fs\n"
                 "movw %%ax, %%gs\n"
                 "movw %%ax, %%ss\n"
                 "movl %[vcpi], %%ebx\n"
                 "movl %%cr0, %%eax\n"
                 "movl %%eax, %c[cr0](%%ebx)\n"
                 "andl $0x7fffffff, %%eax\n"
                 "movl %%eax, %%cr0\n"
                 "jmp 1f\n"
                 "1:cld\n"
                 "andb $~2, %c[task](%%ebx)\n" /* the task is not busy */
                 "movl %c[stack_32](%%ebx), %%esp\n"
                 "testl %%esp, %%esp\n"
                 "jz 2f\n"
                 "retl\n"
                 "2:movzwl %c[stack_16_segment](%%ebx), %%esp\n"
                 "shll $4, %%esp\n"
                 "addl %c[stack_16](%%ebx), %%esp\n"
                 "calll vcpi_serve"
                 :
                 : [data] "i"(VCPI_SELECTOR(VCPI_DATA)), [vcpi] "i"(&XenpvVcpi),
                   VCPI_FIELD(cr0), [task] "i"(offsetof(struct vcpi, gdt[VCPI_TASK]) + 5),
                   VCPI_FIELD(stack_32), VCPI_FIELD(stack_16_segment), VCPI_FIELD(stack_16));
}

#endif
#endif
