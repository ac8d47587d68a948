/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "tick.h"

#include "alarm.h"
#include "biosvar.h" // SET_IVT
#include "output.h"  // dprintf
#include "seabios/console/console_calls.h"
#include "tick_time.h"
#include "x86.h" // rdtscll
#include "xen/base/log.h"
#include "xen/hv/detect.h"

/* Linux has a handler for this vector, which does nothing but acknowledge: a tick that is pending
 * when Linux takes over is harmless. */
#define TICK_VECTOR 0xf7

/* The local APIC: Intel's manual, volume 3, "Local APIC", register address map. */
#define APIC_BASE          0xfee00000
#define APIC_EOI           0x0b0
#define APIC_SPURIOUS      0x0f0
#define APIC_IN_SERVICE    0x100
#define APIC_TIMER         0x320
#define APIC_TIMER_INITIAL 0x380
#define APIC_TIMER_DIVIDE  0x3e0

#define APIC_ENABLE       0x100
#define SPURIOUS_VECTOR   0xff
#define DIVIDE_BY_16      3
#define TIMER_IS_ONE_SHOT 0 /* of the register's mode bits */

struct tick_time XenpvTickTime VARLOW;

static void apic_write(u32 offset, u32 value)
{
    writel((void *)(APIC_BASE + offset), value);
}

static void tick_set_next(void)
{
    apic_write(APIC_TIMER_INITIAL, tick_time_next(&XenpvTickTime, rdtscll()));
}

int xenpv_tick_begin(void)
{
    struct xen_leaves xen;

    if (!xen_detect(&xen) || !xen.tsc_khz)
        return 0;
    tick_time_begin(&XenpvTickTime, xen.tsc_khz, rdtscll());
    return 1;
}

void VISIBLE32INIT xenpv_tick_setup(void)
{
    if (!xenpv_tick_begin()) {
        log_error("pvh: Xen does not say how fast the time-stamp counter runs: no ticks\n");
        return;
    }
    SET_IVT(TICK_VECTOR, FUNC16(xenpv_entry_tick));
    apic_write(APIC_SPURIOUS, APIC_ENABLE | SPURIOUS_VECTOR);
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_16);
    apic_write(APIC_TIMER, TIMER_IS_ONE_SHOT | TICK_VECTOR);
    tick_set_next();
}

int VISIBLE32FLAT xenpv_tick_in_service_32(u32 unused)
{
    /* 32 vectors are in each register, and the registers 10h apart. */
    u32 vectors = readl((void *)(APIC_BASE + APIC_IN_SERVICE + TICK_VECTOR / 32 * 0x10));

    (void)unused;
    return vectors >> TICK_VECTOR % 32 & 1;
}

int VISIBLE32FLAT xenpv_tick_32(u32 unused)
{
    (void)unused;
    tick_set_next();
    apic_write(APIC_EOI, 0);
    if (GET_LOW(XenpvConsole))
        xenpv_console_32(XENPV_CONSOLE_TICK);
    xenpv_alarm_tick(rdtscll());
    return 0;
}
