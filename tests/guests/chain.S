/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Real-mode code that copies a boot sector to its place and starts it with the drive in DL. It
 * overwrites the program, so the program copies it elsewhere and enters it by a software interrupt.
 */
    .section .rodata
    .code16
    .globl chain_start, chain_end
chain_start:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x0600, %sp
    movw $0x1000, %si
    movw $0x7c00, %di
    movw $256, %cx
    cld
    rep movsw
    sti
    ljmp $0, $0x7c00
chain_end:
    .section .note.GNU-stack, "", @progbits
