/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Real-mode code of the program pvh_int13: an int 8 that calls int13, a call of int13 on a stack
 * of its own, and a wait that keeps all registers. All use segment 0, as boot.S does.
 */
    .text
    .code16
/* Handler of int 8: the BIOS' before it; then, if nest_on is set, a read by int13 with nest_packet.
 * Counts its statuses apart for ticks within an int13 of the program, and wrong data: the first and
 * the last word must be nest_first and nest_last. */
    .globl nest_tick
nest_tick:
    incl %cs:tick_count
    cmpl $0, %cs:leave_on
    jne leave_tick
    decl %cs:spin_left
    pushfw
    lcall *%cs:tick_bios
    cmpl $0, %cs:nest_on
    je 9f
    cmpl $0, %cs:nest_depth
    jne 9f
    incl %cs:nest_depth
    pushal
    pushw %ds
    pushw %es
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw $1, nest_packet + 2
    movl nest_packet + 4, %ebx
    movw nest_packet + 6, %es
    movl $0, %es:(%bx)
    movl $0, %es:508(%bx)
    movw $nest_packet, %si
    movb nest_drive, %dl
    movb $0x42, %ah
    int $0x13
    movzbl %ah, %eax
    jc 1f
    testl %eax, %eax
    jz 2f
    incl nest_odd               /* a carry that does not match the status */
    jmp 2f
1:  testl %eax, %eax
    jnz 2f
    incl nest_odd
2:  xorw %cx, %cx
    movw %cx, %ds
    movw $nest_outside, %cx
    cmpl $0, outer_active
    je 3f
    movw $nest_inside, %cx
3:  movzwl %cx, %ecx
    incl (%ecx, %eax, 4)
    testl %eax, %eax
    jnz 5f
    movw nest_packet + 4, %bx
    movw nest_packet + 6, %es
    movl %es:(%bx), %ecx
    cmpl nest_first, %ecx
    jne 4f
    movl %es:508(%bx), %ecx
    cmpl nest_last, %ecx
    je 5f
4:  incl nest_wrong
5:  popw %es
    popw %ds
    popal
    decl %cs:nest_depth
9:  iret

/* Handler of int 62h: int13 with the registers of the call, on the stack outer_ss:outer_sp, with
 * interrupts on or off (outer_flags). outer_flags gets the flags that int13 returns. */
    .globl outer_call
outer_call:
    movw %ss, %cs:outer_old_ss
    movw %sp, %cs:outer_old_sp
    movw %cs:outer_ss, %ss
    movw %cs:outer_sp, %sp
    pushw %cs:outer_flags
    popfw
    incl %cs:outer_active
    int $0x13
    pushfw                      /* inc and dec keep the carry */
    popw %cs:outer_flags
    cli
    decl %cs:outer_active
    movw %cs:outer_old_ss, %ss
    movw %cs:outer_old_sp, %sp
    iret

/* Handler of int 63h: set all registers, wait for spin_left ticks, and store in spin_values what
 * the registers hold then. The table of interrupts is spin_idt meanwhile; it gets what the
 * processor has at the end. */
    .globl spin
spin:
    pushal
    pushw %ds
    pushw %es
    pushw %fs
    pushw %gs
    movl %esp, %cs:spin_esp
    cli
    lidtl %cs:spin_idt
    movw $0x3456, %ax
    movw %ax, %ds
    movw $0x4567, %ax
    movw %ax, %es
    movw $0x5678, %ax
    movw %ax, %fs
    movw $0x6789, %ax
    movw %ax, %gs
    movl $0xa1b2c3d4, %eax
    movl $0xb1c2d3e4, %ebx
    movl $0xc1d2e3f4, %ecx
    movl $0xd1e2f3a4, %edx
    movl $0xe1f2a3b4, %esi
    movl $0xf1a2b3c4, %edi
    movl $0x91827364, %ebp
    std
    sti
1:  hlt
    cmpl $0, %cs:spin_left
    jg 1b
    cli
    movl %eax, %cs:spin_values
    movl %ebx, %cs:spin_values + 4
    movl %ecx, %cs:spin_values + 8
    movl %edx, %cs:spin_values + 12
    movl %esi, %cs:spin_values + 16
    movl %edi, %cs:spin_values + 20
    movl %ebp, %cs:spin_values + 24
    movl %esp, %cs:spin_values + 28
    movw %ds, %cs:spin_values + 32
    movw %es, %cs:spin_values + 34
    movw %fs, %cs:spin_values + 36
    movw %gs, %cs:spin_values + 38
    pushfw
    popw %cs:spin_values + 40
    sidtl %cs:spin_idt
    lidtl %cs:spin_real_idt
    cld
    popw %gs
    popw %fs
    popw %es
    popw %ds
    popal
    iret

spin_real_idt:
    .word 0x3ff
    .long 0

/* Handler of int 60h: wait until there have been spin_left ticks more. */
    .globl tick_wait
tick_wait:
    sti
1:  hlt
    cmpl $0, %cs:spin_left
    jg 1b
    iret

/* Handler of int 64h: wait for a tick, whose handler of int 8 goes on here instead of returning, and
 * then keep interrupts on for off_counts. */
    .globl leave
leave:
    movw %sp, %cs:leave_sp
    movl $1, %cs:leave_on
    sti
1:  hlt
    jmp 1b
leave_tick:
    movl $0, %cs:leave_on
    movw %cs:leave_sp, %sp
    movl $0, %cs:tick_count
    sti
    pushfw
    pushw %cs
    call keep_off               /* as an interrupt, but with interrupts on */
    iret

/* Handler of int 61h: keep interrupts off for off_counts of the time-stamp counter. */
    .globl keep_off
keep_off:
    pushal
    rdtsc
    movl %eax, %ebx
1:  rdtsc
    subl %ebx, %eax
    cmpl %cs:off_counts, %eax
    jb 1b
    popal
    iret

    .bss
    .balign 8
    .macro VARIABLE name, bytes=4
    .globl \name
\name:
    .skip \bytes
    .endm
    VARIABLE tick_count
    VARIABLE tick_bios
    VARIABLE off_counts
    VARIABLE nest_on
    VARIABLE nest_depth
    VARIABLE nest_drive
    VARIABLE nest_first
    VARIABLE nest_last
    VARIABLE nest_odd
    VARIABLE nest_wrong
    VARIABLE nest_packet, 24
    VARIABLE nest_inside, 1024
    VARIABLE nest_outside, 1024
    VARIABLE leave_on
    VARIABLE leave_sp
    VARIABLE outer_active
    VARIABLE outer_ss
    VARIABLE outer_sp
    VARIABLE outer_flags
    VARIABLE outer_old_ss
    VARIABLE outer_old_sp
    VARIABLE spin_left
    VARIABLE spin_esp
    VARIABLE spin_values, 44
    VARIABLE spin_idt, 8
    .section .note.GNU-stack, "", @progbits
