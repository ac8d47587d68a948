/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small stacks.c: the way to 32-bit code and back, with the same port accesses as SeaBIOS'. */
#include "stacks.h"

#include "fw/paravirt.h"
#include "hw/rtc.h"
#include "machine.h"
#include "model/clock.h"
#include "test.h"
#include "x86.h"

u8 CanInterrupt;
u8 ExtraStack[BUILD_EXTRA_STACK_SIZE], *StackPos;

static void (*thread)(void *);
static void *thread_data;

void stacks_reset(void)
{
    CanInterrupt = 1;
    thread = NULL;
}

static void stacks_mask_nmi(void)
{
    u8 index = inb(PORT_CMOS_INDEX);

    if (!(index & NMI_DISABLE_BIT))
        outb(index | NMI_DISABLE_BIT, PORT_CMOS_INDEX);
}

bool stacks_enter_32(void)
{
    if (!machine_enter_32bit())
        return false;
    if (!set_a20(1))
        machine.a20_opened++;
    stacks_mask_nmi();
    return true;
}

u32 stacks_leave_32(u32 result)
{
    stacks_mask_nmi();
    machine_leave_32bit();
    return result;
}

void run_thread(void (*function)(void *), void *data)
{
    thread = function;
    thread_data = data;
}

void wait_threads(void)
{
    if (thread)
        thread(thread_data);
    thread = NULL;
}

void yield(void)
{
    machine.yields++;
    clock_advance_us(10000);
    if (machine.on_yield)
        machine.on_yield();
}

void yield_toirq(void)
{
    CHECK(machine.on_interrupt);
    machine.on_interrupt();
}
