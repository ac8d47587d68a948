/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Start of every guest program: boot sector, switch to 32-bit mode, and back to real mode for BIOS
 * calls.
 *
 * A CD-ROM without emulation has all of the image in memory when it starts. Where a CD-ROM emulates a
 * disk, int13 has no function 42h, and the program is read by function 02h.
 *
 * The whole image is linked at 0x7c00 and lies below 64 KiB, so that 16-bit and 32-bit code use the
 * same addresses with segment 0, and the same stack.
 *
 * Measurements include this code, so a BIOS call must be cheap. It writes to no page that holds
 * code, because an emulator takes that for a change of the code, and it never reads CR0, because
 * that is an exit to the hypervisor.
 */
    .set CODE32, 0x08
    .set DATA32, 0x10
    .set CODE16, 0x18
    .set DATA16, 0x20
    .set FIRST_CD, 0xe0         /* the number of the first drive for CD-ROMs */
    .set STACK, 0x7000          /* its top; the boot sector is in the page above */

/**** Boot sector ****/
    .section .boot, "ax"
    .code16
    .globl _start
_start:
    ljmp $0, $1f
1:  cli
    xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw $STACK, %sp
    sti
    cld
    movb %dl, boot_drive
    cmpb $FIRST_CD, %dl
    jae loaded
    movw $load_packet, %si
    movb $0x42, %ah
    int $0x13
    jnc loaded
    movw $params, %bx
    movw $0x0002, %cx           /* cylinder 0, sector 2 */
    movb $0, %dh
    movb boot_drive, %dl
    movw $program_sectors_chs, %ax
    int $0x13
    jc load_failed
loaded:
    movw $0x2401, %ax           /* A20: the programs use memory above 1 MiB */
    int $0x15
    cli
    lgdt gdt_pointer
    movl %cr0, %eax
    movl %eax, cr0_real
    orb $1, %al
    movl %eax, cr0_protected
    movl %eax, %cr0
    ljmp $CODE32, $start32

load_failed:
    movw $load_message, %si
1:  lodsb
    testb %al, %al
    jz 2f
    movw $0x3f8, %dx
    outb %al, %dx
    outb %al, $0xe9
    jmp 1b
2:  cli
    hlt
    jmp 2b

load_message:
    .asciz "FAIL the boot sector could not read its program\nDONE passed=0 failed=1\n"

    .balign 4
load_packet:
    .byte 0x10, 0
    .word program_sectors
    .word params, 0
    .quad 1

    .balign 8
gdt:
    .quad 0
    .quad 0x00cf9b000000ffff    /* CODE32: flat */
    .quad 0x00cf93000000ffff    /* DATA32: flat */
    .quad 0x00009b000000ffff    /* CODE16: limits and attributes of real mode */
    .quad 0x000093000000ffff    /* DATA16 */
gdt_pointer:
    .word . - gdt - 1
    .long gdt
real_idt_pointer:
    .word 0x3ff
    .long 0
cr0_real:
    .long 0
cr0_protected:
    .long 0

    .globl boot_drive
boot_drive:
    .byte 0

    .org 510
    .word 0xaa55

/* Sector 1: the parameters, a text that the scenario writes into the image before the guest starts. */
    .globl params
params:
    .skip 512

/**** Entry in 32-bit mode ****/
    .text
    .code32
start32:
    movw $DATA32, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl $STACK, %esp
    movl $bss_start, %edi
    movl $bss_end, %ecx
    subl %edi, %ecx
    xorl %eax, %eax
    cld
    rep stosb
    call guest_start
1:  hlt                         /* with interrupts off Xen shuts the domain down */
    jmp 1b

/**** BIOS calls ****/
/*
 * void bios_call(void): run interrupt bios_vector in real mode with bios_regs, which receives the
 * registers that the BIOS returns. Its order is that of popal and the pops below (struct regs).
 */
    .globl bios_call
bios_call:
    pushal
    movl %esp, saved_stack
    lidt real_idt_pointer
    ljmp $CODE16, $1f
    .code16
1:  movw $DATA16, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl cr0_real, %eax
    movl %eax, %cr0
    ljmp $0, $2f
2:  xorw %ax, %ax
    movw %ax, %ds
    movw %ax, %ss
    movw %ax, %fs
    movw %ax, %gs
    movb bios_vector, %al
    cmpb %al, interrupt + 1
    je 3f
    movb %al, interrupt + 1
3:
    movw $bios_regs, %sp        /* interrupts are off while the registers serve as the stack */
    popal
    popw %es
    popw %ds
    movw %cs:saved_stack, %sp
    sti
interrupt:
    int $0                      /* patched: the number of the interrupt */
    cli
    movw $bios_regs_end, %sp
    pushfl
    pushw %ds
    pushw %es
    pushal
    xorw %ax, %ax
    movw %ax, %ds
    lgdt gdt_pointer            /* the BIOS has loaded its own */
    movl cr0_protected, %eax
    movl %eax, %cr0
    ljmp $CODE32, $4f
    .code32
4:  movw $DATA32, %ax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %fs
    movw %ax, %gs
    movw %ax, %ss
    movl saved_stack, %esp
    cld
    popal
    ret

    .bss
    .balign 4
    .globl bios_regs, bios_vector
bios_regs:
    .skip 40
bios_regs_end:
saved_stack:
    .skip 4
bios_vector:
    .skip 1
    .section .note.GNU-stack, "", @progbits
