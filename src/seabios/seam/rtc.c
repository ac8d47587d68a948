/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' rtc.c with the accesses to the clock before ours: a PVH guest has none, see
 * seabios/pvh/cmos.h.
 */
#define rtc_read     seabios_rtc_read
#define rtc_write    seabios_rtc_write
#define rtc_mask     seabios_rtc_mask
#define rtc_updating seabios_rtc_updating
#include "src/hw/rtc.c"
#undef rtc_read
#undef rtc_write
#undef rtc_mask
#undef rtc_updating

#include "seabios/port/call32.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/pvh/cmos.h"

u8 rtc_read(u8 index);
void rtc_write(u8 index, u8 value);
void rtc_mask(u8 index, u8 off, u8 on);
int rtc_updating(void);

static int is_memory(void)
{
    return CONFIG_XENPV && xenpv_is_pvh();
}

u8 rtc_read(u8 index)
{
    if (!is_memory())
        return seabios_rtc_read(index);
    return index < CMOS_REGISTERS ? GET_LOW(XenpvCmos[index]) : 0;
}

void rtc_write(u8 index, u8 value)
{
    if (!is_memory())
        seabios_rtc_write(index, value);
    else if (index < CMOS_REGISTERS)
        SET_LOW(XenpvCmos[index], value);
}

void rtc_mask(u8 index, u8 off, u8 on)
{
    if (!is_memory())
        seabios_rtc_mask(index, off, on);
    else
        rtc_write(index, (rtc_read(index) & ~off) | on);
}

/* Called before the time is read, and before it is set. */
int rtc_updating(void)
{
    if (!is_memory())
        return seabios_rtc_updating();
    if (!MODESEGMENT)
        xenpv_cmos_refresh_32(0);
    else if (call32_works())
        call32(xenpv_cmos_refresh_32, 0, 0);
    return 0;
}
