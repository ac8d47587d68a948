/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The low level of v86 mode: a TSS whose bitmap allows every port, a gate for each vector, the entry
 * to v86 mode and the exit from it. See v86.c.
 */
    .set CODE32, 0x08
    .set DATA32, 0x10
    .set TASK, 0x28
    .set TSS_BYTES, 0x68
    .set TSS_STACK, 4
    .set BITMAP_BYTES, 0x2000
    .set CR0_PAGING, 0x80000000

    .text
    .code32
/*
 * void v86_enter(void): continue at v86_frame, in v86 mode; v86_leave returns from it. The traps use
 * the stack below this function's frame.
 */
    .globl v86_enter, v86_load
v86_enter:
    pushal
    movl %esp, stack_outside
    movl %esp, v86_tss + TSS_STACK
    call v86_load
    movl v86_page_directory, %eax
    testl %eax, %eax
    jz 1f
    movl %eax, %cr3
    movl %cr0, %eax
    orl $CR0_PAGING, %eax
    movl %eax, %cr0
1:
    movl $v86_frame, %esp
    popal
    addl $8, %esp               /* vector and error code */
    iretl

/* void v86_load(void): have the processor use the monitor's tables. */
v86_load:
    lgdt gdt_pointer
    andb $~2, gdt + TASK + 5    /* the last use has marked it as busy */
    movw $TASK, %ax
    ltr %ax
    lidt idt_pointer
    ret

/* void v86_leave(void): return from v86_enter. */
    .globl v86_leave
v86_leave:
    cmpl $0, v86_page_directory
    je 1f
    movl %cr0, %eax
    andl $~CR0_PAGING, %eax
    movl %eax, %cr0
1:
    movl stack_outside, %esp
    movw $DATA32, %ax
    movw %ax, %fs
    movw %ax, %gs
    popal
    ret

trap:
    pushal
    movw $DATA32, %ax
    movw %ax, %ds
    movw %ax, %es
    cld
    pushl %esp
    call v86_trap
    addl $4, %esp
    popal
    addl $8, %esp
    iretl

/* One for each vector, 16 bytes apart; the processor has pushed an error code for some. */
    .balign 16
    .globl v86_gates
v86_gates:
    .set vector, 0
    .rept 256
    .balign 16
    .if vector < 10 || vector > 14
    pushl $0
    .endif
    pushl $vector
    jmp trap
    .set vector, vector + 1
    .endr

/* The code that runs in v86 mode. */
    .code16
    .globl v86_code, v86_number, v86_end
v86_code:
    .byte 0xcd                  /* int */
v86_number:
    .byte 0
v86_end:
    hlt

    .data
    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* CODE32: all but the last as in boot.S */
    .quad 0x00cf93000000ffff    /* DATA32 */
    .quad 0x00009b000000ffff    /* CODE16: for the way to real mode afterwards */
    .quad 0x000093000000ffff    /* DATA16 */
    .globl v86_task
v86_task:
    .quad 0                     /* TASK, filled in by v86.c: the linker cannot split an address */
gdt_pointer:
    .word . - gdt - 1
    .long gdt
idt_pointer:
    .word 256 * 8 - 1
    .long v86_idt

    .bss
    .balign 8
    .globl v86_idt, v86_tss
v86_idt:
    .skip 256 * 8
v86_tss:
    .skip TSS_BYTES + BITMAP_BYTES + 1
    .balign 4
stack_outside:
    .skip 4
    .section .note.GNU-stack, "", @progbits
