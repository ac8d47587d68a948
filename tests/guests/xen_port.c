/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The platform of src/xen for programs that play an operating system with PV drivers of its own.
 * They have their own memory, addresses and clock, not the firmware's.
 */
#include "xen_port.h"

#include "console.h"
#include "guest.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"
#include "xen/hv/detect.h"
#include "xen/hv/hypercall.h"
#include "xen/hv/special_frames.h"

/* RAM beyond all buffers of the programs. */
#define POOL     0x02000000u
#define POOL_END 0x02400000u

/* A place in the window for special frames other than the firmware's: a system picks its own. */
#define OWN_SPECIAL_FRAMES 0xfe780u

const unsigned platform_log_level = LOG_LEVEL_INFO;

static uint32_t pool_used, tsc_khz;

void *platform_alloc_reserved(uint32_t bytes, uint32_t align)
{
    uint32_t start = (POOL + pool_used + align - 1) & ~(align - 1);

    if (bytes > POOL_END - start)
        return NULL;
    pool_used = start + bytes - POOL;
    return memset(at(start), 0, bytes);
}

uint32_t platform_frame(const void *address)
{
    return (uint32_t)address >> 12;
}

void *platform_map(uint64_t frame)
{
    return frame >> 20 ? NULL : at((uint32_t)frame << 12);
}

/* Milliseconds, by the time-stamp counter: a PVH guest has no other timer of a PC. */
uint32_t platform_clock(void)
{
    uint32_t low, high;

    /* The quotient fits: a counter takes centuries to get so far. */
    __asm__ volatile("rdtsc; divl %2" : "=&a"(low), "=&d"(high) : "rm"(tsc_khz));
    return low;
}

uint32_t platform_elapsed_ms(uint32_t since)
{
    return platform_clock() - since;
}

void platform_pause(void)
{
}

void platform_log(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_arguments(format, arguments);
    va_end(arguments);
}

int platform_snprintf(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    size_t length = print_to_buffer(buffer, size, format, arguments);
    va_end(arguments);
    return (int)length;
}

int xen_port_init(void)
{
    struct xen_leaves xen;

    if (!xen_detect(&xen) || !xen.tsc_khz)
        return -XEN_ENODEV;
    tsc_khz = xen.tsc_khz;
    void *memory = platform_alloc_reserved(HYPERCALL_BYTES, PAGE_BYTES);
    return memory ? hypercall_init(&xen, memory, platform_frame(memory)) : -XEN_ENOMEM;
}

/* In place of src/xen/hv/special_frames.c. Mapping a frame here unmaps it elsewhere. */
int special_frame_map(unsigned space, uint32_t index, uint32_t place, void **address)
{
    struct xen_add_to_physmap map = {
        .domid = DOMID_SELF,
        .space = space,
        .idx = index,
        .gpfn = OWN_SPECIAL_FRAMES + place,
    };
    long error = hypercall2(__HYPERVISOR_memory_op, XENMEM_add_to_physmap, (unsigned long)&map);

    *address = platform_map(OWN_SPECIAL_FRAMES + place);
    return (int)error;
}

int special_frame_unmap(uint32_t place)
{
    struct xen_remove_from_physmap unmap = {
        .domid = DOMID_SELF,
        .gpfn = OWN_SPECIAL_FRAMES + place,
    };

    return (int)hypercall2(__HYPERVISOR_memory_op, XENMEM_remove_from_physmap,
                           (unsigned long)&unmap);
}
