/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Real-mode code of the program pvh_clock, in segment 0, as boot.S has it. */
    .set BDA, 0x40
    .set TICKS, 0x6c
    .set CARRY, 0x001
    .set DIRECTION, 0x400

    .text
    .code16
/* Wait for the next tick. */
    .macro NEXT_TICK
    movl TICKS, %eax
1:  sti
    hlt
    cmpl TICKS, %eax
    je 1b
    .endm

/* Handler of int 60h: let clock_wait_ticks interrupts pass, but end when the alarm has come.
 * Registers and flags must stay as they are whatever interrupts: what is found otherwise is counted
 * in clock_changed. */
    .globl clock_wait
clock_wait:
    pushal
    pushw %ds
    movw $BDA, %ax
    movw %ax, %ds
    movl $0x12345678, %eax
    movl $0x9abcdef0, %ebx
    movl $0x0f1e2d3c, %ecx
    movl $0xc3d2e1f0, %edx
    movl $0x55aa33cc, %esi
    movl $0xa5c3f00f, %ebp
    std
2:  cmpl $0, %cs:clock_alarms
    jne 3f
    subl $1, %cs:clock_wait_ticks
    jb 3f
    stc
    sti
    hlt
    pushfw
    cli
    popw %cs:clock_flags
    cmpl $0x12345678, %eax
    jne 4f
    cmpl $0x9abcdef0, %ebx
    jne 4f
    cmpl $0x0f1e2d3c, %ecx
    jne 4f
    cmpl $0xc3d2e1f0, %edx
    jne 4f
    cmpl $0x55aa33cc, %esi
    jne 4f
    cmpl $0xa5c3f00f, %ebp
    jne 4f
    movw %ds, %di
    cmpw $BDA, %di
    jne 4f
    testw $CARRY, %cs:clock_flags
    jz 4f
    testw $DIRECTION, %cs:clock_flags
    jz 4f
    jmp 2b
4:  incl %cs:clock_changed
3:  popw %ds
    popal
    iret

/* Handler of int 4Ah: waits for three ticks itself, with interrupts on, as one that sounds does, and
 * changes registers, as it may. */
    .globl clock_alarm
clock_alarm:
    incl %cs:clock_depth
    movl %cs:clock_depth, %eax
    cmpl %cs:clock_most, %eax
    jbe 5f
    movl %eax, %cs:clock_most
5:  movw $BDA, %ax
    movw %ax, %ds
    NEXT_TICK
    NEXT_TICK
    NEXT_TICK
    cli
    decl %cs:clock_depth
    incl %cs:clock_alarms
    movl $0xdeadbeef, %eax
    movl %eax, %ebx
    movl %eax, %ecx
    movl %eax, %edx
    movl %eax, %esi
    movl %eax, %edi
    movl %eax, %ebp
    movw %ax, %ds
    movw %ax, %es
    iret

    .bss
    .balign 4
    .macro VARIABLE name
    .globl clock_\name
clock_\name:
    .skip 4
    .endm
    VARIABLE wait_ticks
    VARIABLE alarms             /* calls of int 4Ah that have ended, how many there are, the most */
    VARIABLE depth
    VARIABLE most
    VARIABLE changed
    VARIABLE flags
    .section .note.GNU-stack, "", @progbits
