/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Where the program loadlin puts Linux, as linear addresses. Included by assembler code too. */
#ifndef LOADLIN_H
#define LOADLIN_H

#define LOADLIN_SETUP        0x90000 /* the kernel's real-mode code, or the page of parameters */
#define LOADLIN_SETUP_STACK  0x9000  /* offset of the top of its stack */
#define LOADLIN_COMMAND_LINE 0x99000
#define LOADLIN_KERNEL       0x100000

#endif
