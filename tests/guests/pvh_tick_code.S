/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Real-mode code of the program pvh_tick: handlers of the timer's interrupts, and loops that wait
 * for them or keep them off. All use segment 0, as boot.S does.
 */
    .set PIC_COMMAND, 0x20
    .set EOI, 0x20

    .text
    .code16
/* Count an entry of a handler, and how many of its calls there are at once. */
    .macro ENTER count
    pushl %eax
    incl %cs:tick_\count
    incl %cs:tick_depth_\count
    movl %cs:tick_depth_\count, %eax
    cmpl %cs:tick_most_\count, %eax
    jbe 1f
    movl %eax, %cs:tick_most_\count
1:  popl %eax
    .endm

    .macro LEAVE count
    decl %cs:tick_depth_\count
    iret
    .endm

/* Handlers of int 8: with the BIOS' before it, and without. Both go on for a while with interrupts
 * on. */
    .globl tick_chain
tick_chain:
    ENTER timer
    pushfw
    lcall *%cs:tick_bios
    call busy_timer
    LEAVE timer

    .globl tick_alone
tick_alone:
    ENTER timer
    pushw %ax
    movb $EOI, %al
    outb %al, $PIC_COMMAND
    popw %ax
    call busy_timer
    LEAVE timer

/* Handler of int 1Ch. */
    .globl tick_user_handler
tick_user_handler:
    ENTER user
    pushl %ecx
    movl %cs:tick_busy_user, %ecx
    call busy
    popl %ecx
    LEAVE user

busy_timer:
    pushl %ecx
    movl %cs:tick_busy_timer, %ecx
    call busy
    popl %ecx
    ret

/* Interrupts are on for so many counts of the time-stamp counter: %ecx. 0: they stay off. */
busy:
    testl %ecx, %ecx
    jz 1f
    sti
    call pass
    cli
1:  ret

/* So many counts of the time-stamp counter pass: %ecx. */
pass:
    pushl %eax
    pushl %ebx
    pushl %edx
    rdtsc
    movl %eax, %ebx
1:  rdtsc
    subl %ebx, %eax
    cmpl %ecx, %eax
    jb 1b
    popl %edx
    popl %ebx
    popl %eax
    ret

/* Handler of int 60h: wait until int 8 has been called tick_until times. Counts how often HLT
 * returns. */
    .globl tick_wait
tick_wait:
    movw %sp, %cs:tick_stack
1:  cli
    movl %cs:tick_timer, %eax
    cmpl %cs:tick_until, %eax
    jae 2f
    sti
    hlt
    incl %cs:tick_halts
    jmp 1b
2:  iret

/* Handler of int 61h: keep interrupts off for tick_off counts, and then on for tick_on counts. */
    .globl tick_keep_off
tick_keep_off:
    cli
    movl %cs:tick_off, %ecx
    call pass
    movl %cs:tick_on, %ecx
    call busy
    iret

    .bss
    .balign 4
    .macro VARIABLE name
    .globl tick_\name
tick_\name:
    .skip 4
    .endm
    VARIABLE timer              /* calls of int 8, how many there are, and the most at once */
    VARIABLE depth_timer
    VARIABLE most_timer
    VARIABLE user               /* the same of int 1Ch */
    VARIABLE depth_user
    VARIABLE most_user
    VARIABLE busy_timer
    VARIABLE busy_user
    VARIABLE bios
    VARIABLE until
    VARIABLE halts
    VARIABLE off
    VARIABLE on
    VARIABLE stack
    .section .note.GNU-stack, "", @progbits
