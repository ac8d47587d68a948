/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The platform port of the Xen core, on SeaBIOS.
 *
 * Guest-physical addresses below 4 GiB are the addresses of 32-bit flat code. platform_log and
 * platform_snprintf are SeaBIOS' own functions: seabios.mk gives them the port's names.
 */
#include "xen/base/platform.h"
#include "biosvar.h" // GET_LOW
#include "config.h"  // CONFIG_XENPV_LOG_LEVEL
#include "malloc.h"  // memalign_high
#include "memmap.h"  // PAGE_SHIFT
#include "oem_strings.h"
#include "output.h" // __dprintf
#include "pvh_guest.h"
#include "stacks.h" // yield
#include "steady_clock.h"
#include "string.h" // memset
#include "task.h"
#include "util.h" // timer_calc, smbios_get_tables
#include "vcpi.h"
#include "x86.h" // inw
#include "xen/hv/cpu.h"
#include "xen/hv/hypercall.h"

/* SeaBIOS' timer.c: ticks of its timer in a millisecond. */
extern u32 TimerKHz;

const unsigned platform_log_level = CONFIG_XENPV_LOG_LEVEL;

void *platform_alloc_reserved(uint32_t bytes, uint32_t align)
{
    /* Allocations from the high zone stay reserved in the e820 map. */
    void *memory = memalign_high(align, bytes);

    if (memory)
        memset(memory, 0, bytes);
    return memory;
}

uint32_t platform_frame(const void *address)
{
    return (uint32_t)address >> PAGE_SHIFT;
}

void *platform_map(uint64_t frame)
{
    return frame >> (32 - PAGE_SHIFT) ? NULL : (void *)((uint32_t)frame << PAGE_SHIFT);
}

/* The clock is the time-stamp counter, if Xen says how fast it runs: SeaBIOS' own timer under Xen
 * is a port, and each reading an exit to Xen. In units of 1024 counts, so that it wraps within
 * minutes. */
#define CLOCK_SHIFT 10

/* The clock counts at most this much of a stop. A turn of a wait takes at most 10 ms. */
#define CLOCK_GAP_MS 500

/* Only for the clock; the build requires such a variable to be public. */
struct steady_clock XenpvClock VARLOW;

/* Return the units of the time-stamp counter in a millisecond; 0 if its rate is not known. */
static uint32_t clock_tsc_rate(void)
{
    return hypercall_tsc_khz() >> CLOCK_SHIFT;
}

/* Return the units of the clock in a millisecond. */
static uint32_t clock_rate(void)
{
    return clock_tsc_rate() ? clock_tsc_rate() : TimerKHz;
}

uint32_t platform_clock(void)
{
    uint32_t counter = clock_tsc_rate() ? (uint32_t)(cpu_tsc() >> CLOCK_SHIFT) : timer_calc(0);

    return steady_clock_read(&XenpvClock, counter, CLOCK_GAP_MS * clock_rate());
}

uint32_t platform_elapsed_ms(uint32_t since)
{
    return (platform_clock() - since) / clock_rate();
}

/* In real mode, let interrupts in every fourth turn of a wait: switching there and back takes
 * longer than a turn. Even in the longest turns, 10 ms with a busy dom0, that is before the timer's
 * next interrupt but one. */
#define PAUSE_EVERY 4

/* Only for platform_pause; the build requires such a variable to be public. */
u8 XenpvPauseTurns VARLOW;

void platform_pause(void)
{
    u8 turns = GET_LOW(XenpvPauseTurns) + 1;

    if (task_pause())
        return;
    SET_LOW(XenpvPauseTurns, turns);
    /* In POST other threads of SeaBIOS detect the emulated disks meanwhile. */
    if (vcpi_is_ring0() && turns % PAUSE_EVERY == 0)
        vcpi_pause();
    else if (!vcpi_is_ring0() && (in_post() || turns % PAUSE_EVERY == 0))
        yield();
}

const char *platform_oem_string(unsigned number)
{
    u32 bytes;

    /* The configuration of a PVH guest has a command line instead. */
    if (xenpv_is_pvh())
        return xenpv_pvh_word(number);

    const void *table = smbios_get_tables(&bytes);

    return table ? oem_string(table, bytes, number) : NULL;
}

uint16_t platform_port_read16(uint16_t port)
{
    return inw(port);
}
