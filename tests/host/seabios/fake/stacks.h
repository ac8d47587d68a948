/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* From 16 to 32 bits and back, and the threads of POST: the names of SeaBIOS' stacks.h. */
#ifndef FAKE_STACKS_H
#define FAKE_STACKS_H

#include "types.h"

/* Whether waits let interrupts in. */
extern u8 CanInterrupt;

/* The stack of 16-bit code, and where its next call begins. */
extern u8 ExtraStack[], *StackPos;

/* Only in the fake: the two halves of call32. The first one returns false where SeaBIOS' call32
 * gives up. */
bool stacks_enter_32(void);
u32 stacks_leave_32(u32 result);

#define call32(function, argument, error)                                                          \
    (stacks_enter_32() ? stacks_leave_32((u32)(function(argument))) : (u32)(error))

/* Call 16-bit code on SeaBIOS' own stack. */
#define stack_hop(function, eax, edx) ((function)(eax))

/* Call 16-bit code. */
struct bregs;
void farcall16(struct bregs *regs);

/* Let interrupts in: here, a hundredth of a second passes. */
void yield(void);

/* Wait for an interrupt. */
void yield_toirq(void);

/* A thread begins to run at the first wait, as late as it can. */
void run_thread(void (*function)(void *), void *data);
void wait_threads(void);

/* Only in the fake: set the state at the beginning of POST. */
void stacks_reset(void);

#endif
