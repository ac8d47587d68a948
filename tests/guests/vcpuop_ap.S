/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Where the other processors of the program vcpuop begin: in real mode, or in 32-bit mode. Both
 * note CR0 as it was at the beginning, and go on in ap_main with the stack at ap_stack.
 */
    .set CODE32, 0x08
    .set DATA32, 0x10

    .text
    .code16
    .globl ap_start16
ap_start16:
    cli
    xorw %ax, %ax
    movw %ax, %ds
    movl %cr0, %eax
    movl %eax, ap_cr0
    lgdt ap_gdt_pointer
    orb $1, %al
    movl %eax, %cr0
    ljmp $CODE32, $1f
    .code32
1:  movw $DATA32, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    jmp 2f

    /* Xen has loaded the segments; there is no table of descriptors. */
    .globl ap_start32
ap_start32:
    movl %cr0, %eax
    movl %eax, ap_cr0
2:  movl ap_stack, %esp
    cld
    call ap_main
3:  hlt
    jmp 3b

    .balign 8
ap_gdt:
    .quad 0
    .quad 0x00cf9b000000ffff
    .quad 0x00cf93000000ffff
ap_gdt_pointer:
    .word . - ap_gdt - 1
    .long ap_gdt

    .bss
    .balign 4
    .globl ap_cr0, ap_stack
ap_cr0:
    .skip 4
ap_stack:
    .skip 4
    .section .note.GNU-stack, "", @progbits
