/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The entry of a PVH guest, and its way to SeaBIOS' reset vector.
 *
 * Xen's public document misc/pvh.markdown and elfnote.h (XEN_ELFNOTE_PHYS32_ENTRY) describe the
 * machine's state: 32-bit protected mode without paging, flat segments, interrupts off, EBX has the
 * address of struct hvm_start_info. There is no stack.
 */
#include <xen/elfnote.h>

#define CODE_16 0x08
#define DATA_16 0x10

#define RESET_SEGMENT 0xf000
#define RESET_OFFSET  0xfff0

/* Below 64 KiB, where real mode reaches it; nothing of the handoff is there (handoff.h). */
#define SWITCH 0x600
#define STACK  0x7000

    .section .note.Xen, "a", @note
    .balign 4
    .long note_name_end - note_name
    .long note_entry_end - note_entry
    .long XEN_ELFNOTE_PHYS32_ENTRY
note_name:
    .asciz "Xen"
note_name_end:
    .balign 4
note_entry:
    .long pvh_entry
note_entry_end:
    .balign 4

    .section .text.entry, "ax"
    .code32
    .globl pvh_entry
pvh_entry:
    cld
    mov $stack_end, %esp
    mov %ebx, %eax
    call pvh_start
    /* The ROM is at the end of the first megabyte now. */
    mov $switch_begin, %esi
    mov $SWITCH, %edi
    mov $(switch_end - switch_begin), %ecx
    rep movsb
    lgdt gdt_pointer
    lidt idt_pointer
    ljmp $CODE_16, $SWITCH

    .code16
switch_begin:
    /* The segments' limits become those of real mode. */
    mov $DATA_16, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %fs
    mov %ax, %gs
    mov %ax, %ss
    mov %cr0, %eax
    and $~1, %al
    mov %eax, %cr0
    ljmp $0, $(SWITCH + switch_real - switch_begin)
switch_real:
    xor %ax, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %fs
    mov %ax, %gs
    mov %ax, %ss
    mov $STACK, %sp
    ljmp $RESET_SEGMENT, $RESET_OFFSET
switch_end:

    .section .rodata
    .balign 8
gdt:
    .quad 0
    .quad 0x00009b000000ffff /* CODE_16: base 0, limit ffff */
    .quad 0x000093000000ffff /* DATA_16 */
gdt_pointer:
    .word gdt_pointer - gdt - 1
    .long gdt
idt_pointer: /* real mode's */
    .word 0x3ff
    .long 0

    .globl rom_begin, rom_end
    .balign 16
rom_begin:
    .incbin ROM
rom_end:

    .bss
    .balign 16
    .space 8192
stack_end:
