/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "hypercall.h"

#include "cpu.h"
#include "detect.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"

#define ENTRY_BYTES 32u
#define ENTRIES     (PAGE_BYTES / ENTRY_BYTES)

/* Xen returns EAGAIN if it has done nothing yet and wants the call repeated. */
#define TRIES_MAX 100u

/* Stored behind the page because they are written after POST, when the ROM may be read-only. */
struct hypercalls {
    uint32_t made;
    uint32_t tsc_khz;
    uint32_t time; /* of struct xen_leaves */
};

_Static_assert(HYPERCALL_BYTES == PAGE_BYTES + sizeof(struct hypercalls), "what the caller gives");

static uintptr_t page;
static struct hypercalls *hypercalls;

int hypercall_init(const struct xen_leaves *xen, void *memory, uint32_t frame)
{
    page = (uintptr_t)memory;
    /* Addresses of the firmware are numbers all along, and no optimisation is lost on one of them.
     * NOLINTNEXTLINE(performance-no-int-to-ptr) */
    hypercalls = (struct hypercalls *)(page + PAGE_BYTES);
    hypercalls->made = 0;
    hypercalls->tsc_khz = xen->tsc_khz;
    hypercalls->time = xen->time;
    /* The first page has the entries of all existing hypercalls. The low bits of the address select
     * the page. */
    cpu_write_msr(xen->hypercall_msr, (uint64_t)frame << PAGE_BITS);

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
             extra, xen->base);
    return 0;
}

long hypercall(unsigned number, const unsigned long args[HYPERCALL_ARGS])
{
    if (!hypercalls || number >= ENTRIES)
        return -XEN_ENOSYS;

    long result = -XEN_EAGAIN;
    for (unsigned tries = 0; result == -XEN_EAGAIN && tries < TRIES_MAX; tries++) {
        hypercalls->made++;
        result = cpu_hypercall(page + number * ENTRY_BYTES, args);
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

uint32_t hypercall_incarnation(void)
{
    return hypercalls ? xen_incarnation(hypercalls->time) : 0;
}

uint32_t hypercall_count(void)
{
    return hypercalls ? hypercalls->made : 0;
}
