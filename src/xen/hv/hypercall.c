/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "hypercall.h"

#include "cpu.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"

#include <xen/arch-x86/cpuid.h>

/* The leaves may be moved up by other enlightenments; this is the range that Xen documents. */
#define CPUID_FIRST 0x40000000u
#define CPUID_LAST  0x4000ff00u
#define CPUID_STEP  0x100u

/* Its first sub-leaf has the rate of the time-stamp counter in ECX. */
#define CPUID_LEAF_TSC 3u

#define ENTRY_BYTES 32u
#define ENTRIES     (PAGE_BYTES / ENTRY_BYTES)

/* Xen answers EAGAIN where it did nothing yet and wants to be asked again. */
#define TRIES_MOST 100u

/* In reserved memory, because it is written after POST, when the ROM may be read-only. */
struct hypercalls {
    uintptr_t page;
    uint32_t made;
    uint32_t tsc_khz;
};

static struct hypercalls *hypercalls;

/* The base leaf of Xen's CPUID range, or 0. */
static uint32_t hypercall_find_base(void)
{
    for (uint32_t base = CPUID_FIRST; base <= CPUID_LAST; base += CPUID_STEP) {
        struct cpuid_leaf leaf = cpu_cpuid(base);
        if (leaf.ebx == XEN_CPUID_SIGNATURE_EBX && leaf.ecx == XEN_CPUID_SIGNATURE_ECX &&
            leaf.edx == XEN_CPUID_SIGNATURE_EDX && leaf.eax >= base + 2 && leaf.eax - base < 0x100)
            return base;
    }
    return 0;
}

int hypercall_init(void)
{
    uint32_t base = hypercall_find_base();

    hypercalls = 0;
    if (!base)
        return -XEN_ENODEV;

    struct cpuid_leaf leaf = cpu_cpuid(base + 2);
    if (leaf.eax < 1)
        return -XEN_ENODEV;
    /* Every hypercall that exists has its entry in the first page. */
    void *page = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);
    struct hypercalls *calls = platform_alloc_reserved(sizeof(*calls), sizeof(uintptr_t));
    if (!page || !calls)
        return -XEN_ENOMEM;
    /* The low bits of the address are the number of the page wanted. */
    cpu_write_msr(leaf.ebx, (uint64_t)platform_frame(page) << PAGE_BITS);
    calls->page = (uintptr_t)page;
    if (cpu_cpuid(base).eax >= base + CPUID_LEAF_TSC)
        calls->tsc_khz = cpu_cpuid(base + CPUID_LEAF_TSC).ecx;
    hypercalls = calls;

    long version = hypercall2(__HYPERVISOR_xen_version, XENVER_version, 0);
    if (version < 0) {
        hypercalls = 0;
        return (int)version;
    }
    xen_extraversion_t extra = {0};
    long error = hypercall2(__HYPERVISOR_xen_version, XENVER_extraversion, (unsigned long)extra);
    if (error < 0)
        extra[0] = 0;
    extra[sizeof(extra) - 1] = 0;
    log_info("Xen %u.%u%s at CPUID leaf %x\n", (unsigned)version >> 16, (unsigned)version & 0xffff,
             extra, base);
    return 0;
}

long hypercall(unsigned number, const unsigned long args[HYPERCALL_ARGS])
{
    if (!hypercalls || number >= ENTRIES)
        return -XEN_ENOSYS;

    long result = -XEN_EAGAIN;
    for (unsigned tries = 0; result == -XEN_EAGAIN && tries < TRIES_MOST; tries++) {
        hypercalls->made++;
        result = cpu_hypercall(hypercalls->page + number * ENTRY_BYTES, args);
    }
    return result;
}

void hypercall_yield(void)
{
    hypercall2(__HYPERVISOR_sched_op, SCHEDOP_yield, 0);
}

uint32_t hypercall_tsc_khz(void)
{
    return hypercalls ? hypercalls->tsc_khz : 0;
}

uint32_t hypercall_count(void)
{
    return hypercalls ? hypercalls->made : 0;
}
