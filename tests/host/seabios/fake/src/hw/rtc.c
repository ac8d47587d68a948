/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small rtc.c: the registers of a PC's clock. */
#include "hw/rtc.h"
#include "biosvar.h" // GET_LOW
#include "config.h"
#include "machine.h"
#include "stacks.h" // call32

u8 rtc_read(u8 index)
{
    machine.clock_accesses++;
    return machine.clock[index];
}

void rtc_write(u8 index, u8 value)
{
    machine.clock_accesses++;
    machine.clock[index] = value;
}

void rtc_mask(u8 index, u8 off, u8 on)
{
    machine.clock_accesses++;
    machine.clock[index] = (u8)((machine.clock[index] & ~off) | on);
}

int rtc_updating(void)
{
    machine.clock_accesses++;
    return 0;
}
