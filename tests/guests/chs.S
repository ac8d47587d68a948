/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A boot sector that, like those of old systems, only reads by cylinder, head and sector, and takes
 * for granted that the BIOS has the geometry for which the disk was partitioned: it reads sector 7
 * of head 5 of cylinder 500, and prints "chs: good" if that begins with "8x32", else "chs: bad", or
 * "chs: error" if it cannot be read. Then it stops the processor, and so the guest.
 */
    .set BUFFER, 0x7e00
    .section .boot, "ax"
    .code16
    .globl _start
_start:
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $0x7000, %sp
    cld
    movw $0x0201, %ax           /* read one sector */
    movw $BUFFER, %bx
    movw $0xf447, %cx           /* cylinder 500 is 1f4h: its bits 8 and 9 are those of CL */
    movb $5, %dh
    int $0x13
    movw $error, %si
    jc print
    movw $bad, %si
    cmpl $0x32337838, BUFFER
    jne print
    movw $good, %si
print:
    lodsb
    testb %al, %al
    jz 1f
    movw $0x3f8, %dx
    outb %al, %dx
    outb %al, $0xe9
    jmp print
1:  cli
    hlt
    jmp 1b

good:
    .asciz "chs: good\n"
bad:
    .asciz "chs: bad\n"
error:
    .asciz "chs: error\n"

    /* The partition table, which the scenario writes. */
    .org 446
    .skip 64
    .word 0xaa55
    .section .note.GNU-stack, "", @progbits
