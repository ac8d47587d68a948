/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The two ways into Linux (loadlin.h). Nothing here calls the BIOS. */
#include "loadlin.h"

    .set BOOT_CS, 0x10          /* the selectors that the 32-bit entry requires */
    .set BOOT_DS, 0x18

    .text
/* A handler of an interrupt, in real mode, which does not return. */
    .code16
    .globl loadlin_enter_16bit
loadlin_enter_16bit:
    cli
    cld
    movw $(LOADLIN_SETUP >> 4), %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movw $LOADLIN_SETUP_STACK, %sp
    ljmp $((LOADLIN_SETUP >> 4) + 0x20), $0

/* A handler of int15 that fails for an announcement, AX=EC00h, and goes on to loadlin_next_15. */
    .globl loadlin_hide_15
loadlin_hide_15:
    cmpw $0xec00, %ax
    je 1f
    ljmp *%cs:loadlin_next_15
1:  pushw %bp
    movw %sp, %bp
    orw $1, 6(%bp)              /* carry, of the flags that iret restores */
    popw %bp
    movb $0x86, %ah             /* unsupported */
    iret

/* void loadlin_enter_32bit(void) */
    .code32
    .globl loadlin_enter_32bit
loadlin_enter_32bit:
    cli
    cld
    lgdt gdt_pointer
    movw $BOOT_DS, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl $LOADLIN_SETUP, %esi
    xorl %ebp, %ebp
    xorl %edi, %edi
    xorl %ebx, %ebx
    ljmp $BOOT_CS, $LOADLIN_KERNEL

    .section .rodata
    .balign 8
gdt:
    .quad 0
    .quad 0
    .quad 0x00cf9b000000ffff    /* BOOT_CS: flat */
    .quad 0x00cf93000000ffff    /* BOOT_DS: flat */
gdt_pointer:
    .word . - gdt - 1
    .long gdt
    .bss
    .balign 4
    .globl loadlin_next_15
loadlin_next_15:
    .skip 4
    .section .note.GNU-stack, "", @progbits
