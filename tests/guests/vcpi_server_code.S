/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The switches of a memory manager with VCPI between v86 mode and ring 0 of its client; see
 * vcpi_server.c. And handlers: of int 67h, and two of int 1Ch.
 */
    .set DATA32, 0x10
    .set FRAME_EFLAGS, 0x10     /* of the frame at the entry from ring 0 */
    .set EFLAGS_V86, 0x00023002 /* v86 mode, privilege 3 may use interrupts, which are off */

    .text
    .code32
/*
 * void server_to_ring0(uint32_t registers): load the registers at this linear address, and leave
 * nothing in the others that a client could use.
 */
    .globl server_to_ring0
server_to_ring0:
    movl 4(%esp), %esi
    movl (%esi), %eax
    movl 4(%esi), %ebx
    movl 8(%esi), %ecx
    movw 0xc(%esi), %dx
    movw 0xe(%esi), %di
    movl %eax, %cr3
    lgdt (%ebx)
    lidt (%ecx)
    lldt %dx
    ltr %di
    xorl %eax, %eax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movl %eax, %ebx
    movl %eax, %ecx
    movl %eax, %edx
    movl %eax, %edi
    movl %eax, %ebp
    ljmpl *%cs:0x10(%esi)

/* The entry from ring 0, by a far call: the stack has the registers of v86 mode. Only DS and the
 * stack are the server's to use. */
    .globl server_from_ring0
server_from_ring0:
    cli
    cmpw $0xde0c, %ax
    jne 1f
    movl v86_page_directory, %eax
    movl %eax, %cr3
    movl $EFLAGS_V86, FRAME_EFLAGS(%esp)
    incl server_counts + 12
    call v86_load
    movw $DATA32, %ax
    movw %ax, %ss
    addl $8, %esp
    iretl
1:  ud2

/* Int 67h: let interrupts in until a tick has come, then go on in the server. It runs at another
 * address. */
    .code16
    .globl server_handler, server_handler_end
server_handler:
    sti
    pushw %ds
    pushw %ax
    movw $0x40, %ax
    movw %ax, %ds
    movb 0x6c, %al
1:  cmpb 0x6c, %al
    je 1b
    popw %ax
    popw %ds
    cli
    int $0x66
    iretw
server_handler_end:

/* Int 1Ch while int13 waits: call int13, and note what it returns. */
    .code16
    .globl nested_tick, nested_status, nested_on
nested_tick:
    cmpb $0, %cs:nested_on
    je 2f
    pusha
    pushw %ds
    pushw %es
    movb $0, %cs:nested_on
    xorw %ax, %ax
    movw %ax, %es
    movw $0x0201, %ax
    movw $0x1000, %bx
    movw $1, %cx
    movb %cs:boot_drive, %dl
    movb $0, %dh
    int $0x13
    movb %ah, %cs:nested_status
    popw %es
    popw %ds
    popa
2:  iret

/* Int 1Ch: note the segment of the stack. */
    .globl noted_tick, noted_stack
noted_tick:
    movw %ss, %cs:noted_stack
    iret

    .data
    .balign 4
noted_stack:
    .word 0xffff
nested_status:
    .byte 0
nested_on:
    .byte 0
    .section .note.GNU-stack, "", @progbits
