/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A boot sector and nothing else: it prints "sector: runs" on Xen's debug console at once, without a
 * call of the BIOS, so the line tells when the firmware has started it.
 *
 * A scenario may write "s" to byte 509. Then the sector stops the processor, and so the guest.
 * Otherwise it waits for interrupts for ever.
 */
    .section .boot, "ax"
    .code16
    .globl _start
_start:
    xorw %ax, %ax
    movw %ax, %ds
    movw $line, %si
    movw $(line_end - line), %cx
    movw $0xe9, %dx
    cld
    rep outsb
    sti
1:  cmpb $'s', stop
    jne 2f
    cli
2:  hlt
    jmp 1b

line:
    .ascii "sector: runs\n"
line_end:

    .org 509
stop:
    .byte 0
    .word 0xaa55
    .section .note.GNU-stack, "", @progbits
