/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * BIOS calls from v86 mode, as memory managers of DOS and 32-bit operating systems make them:
 * protection is on, and 16-bit code runs as a task of privilege 3 that may use all ports and the
 * interrupt flag.
 */
#ifndef V86_H
#define V86_H

#include "guest.h"

/* The number of times that the BIOS has read CR0, which the monitor has to emulate. */
extern unsigned v86_cr0_reads;

/* The registers of the task at a trap. The order is that of the pushes of the processor and in
 * v86_enter.S. */
struct v86_frame {
    uint32_t edi, esi, ebp, unused, ebx, edx, ecx, eax;
    uint32_t vector, error, eip, cs, eflags, esp, ss, es, ds, fs, gs;
};

/* The page directory of the task and the monitor; 0: no paging. It maps the program's own pages to
 * their physical addresses. */
extern uint32_t v86_page_directory;

/* Serves interrupts instead of the real-mode vectors: returns false for those that it leaves to
 * them. NULL: none. */
extern bool (*v86_service)(struct v86_frame *frame);

/*
 * bios_int() from v86 mode. If the BIOS does what no monitor can allow (switch the mode, load
 * descriptor tables), the program ends with a failed check.
 */
void v86_bios_int(uint8_t vector, struct regs *regs);

#endif
