/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Real-mode code of the program screen, which stays idle with it. */
    .set SCREEN, 0xb800
    .set DIGITS, 4

    .text
    .code16
/* Handler of int 60h: waits for interrupts for ever. */
    .globl screen_idle
screen_idle:
    sti
1:  hlt
    jmp 1b

/* Handler of int 1Ch: counts, and writes the number in hexadecimal at screen_tick_cell, an offset in
 * the page. */
    .globl screen_tick
screen_tick:
    pushw %ax
    pushw %bx
    pushw %cx
    pushw %di
    pushw %ds
    incw %cs:ticks
    movw %cs:ticks, %bx
    movw %cs:screen_tick_cell, %di
    movw $SCREEN, %ax
    movw %ax, %ds
    movw $DIGITS, %cx
1:  rolw $4, %bx
    movb %bl, %al
    andb $15, %al
    addb $'0', %al
    cmpb $'9', %al
    jbe 2f
    addb $'A' - '9' - 1, %al
2:  movb %al, (%di)
    addw $2, %di
    loop 1b
    popw %ds
    popw %di
    popw %cx
    popw %bx
    popw %ax
    iret

    .bss
    .balign 2
ticks:
    .skip 2
    .globl screen_tick_cell
screen_tick_cell:
    .skip 2
    .section .note.GNU-stack, "", @progbits
