/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/xen.h"

#include "model/clock.h"
#include "model/fault.h"
#include "model/memory.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"
#include "xen/hv/cpu.h"

#include <string.h>
#include <xen/arch-x86/cpuid.h>

#define ENTRY_BYTES 32u
/* The rate of the time-stamp counter that the model reports. */
#define TSC_KHZ 2400000u

#define MSR        0x40000000u
#define NUMBERS    64
#define OPERATIONS 32
#define XEN_4_17   (4L << 16 | 17)

struct xen_config xen_config;
struct xen_fault xen_fault;
void (*xen_before)(unsigned number, unsigned operation);

static uintptr_t page; /* the hypercall page in the firmware's view */
static unsigned calls[NUMBERS][OPERATIONS];
static unsigned cpuids;
unsigned xen_shutdowns[XEN_SHUTDOWN_REASONS];
long (*xen_suspended)(void);

void xen_at_wait(unsigned at, void (*event)(void))
{
    xen_fault = (struct xen_fault){
        .number = __HYPERVISOR_sched_op,
        .operation = SCHEDOP_yield,
        .skip = at,
        .times = 1,
        .on_hit = event,
    };
}

void xen_reset(void)
{
    xen_config = (struct xen_config){
        .domid = 1,
        .cpuid_base = 0x40000000,
        .cpuid_leaves = 5,
        .cpuid_pages = 1,
        .incarnation = 1,
        .grant_frames = MEMORY_GRANT_FRAMES,
        .grant_version = 1,
    };
    memset(&xen_fault, 0, sizeof(xen_fault));
    xen_before = NULL;
    memset(calls, 0, sizeof(calls));
    cpuids = 0;
    memset(xen_shutdowns, 0, sizeof(xen_shutdowns));
    xen_suspended = NULL;
    page = 0;
    xen_params_reset();
}

unsigned xen_calls(unsigned number, unsigned operation)
{
    return calls[number % NUMBERS][operation % OPERATIONS];
}

/**** What src/xen/hv/cpu.c does on a processor ****/

unsigned xen_cpuids(void)
{
    return cpuids;
}

struct cpuid_leaf cpu_cpuid(uint32_t leaf)
{
    struct cpuid_leaf out = {0};

    cpuids++;
    if (!xen_config.cpuid_base)
        return out;
    if (leaf == xen_config.cpuid_base) {
        out.eax = leaf + xen_config.cpuid_leaves;
        out.ebx = XEN_CPUID_SIGNATURE_EBX ^ (xen_config.cpuid_wrong == 1);
        out.ecx = XEN_CPUID_SIGNATURE_ECX ^ (xen_config.cpuid_wrong == 2);
        out.edx = XEN_CPUID_SIGNATURE_EDX ^ (xen_config.cpuid_wrong == 3);
    } else if (leaf == xen_config.cpuid_base + 2) {
        out.eax = xen_config.cpuid_pages;
        out.ebx = MSR;
    } else if (leaf == xen_config.cpuid_base + 3) {
        out.ecx = TSC_KHZ;
        out.edx = xen_config.incarnation;
    } else if (leaf == 0x40000000) {
        /* Other leaves may come first, so that Xen's are moved up. */
        out.eax = leaf + 5;
        memcpy(&out.ebx, "Micr", 4);
        memcpy(&out.ecx, "osof", 4);
        memcpy(&out.edx, "t Hv", 4);
    }
    return out;
}

uint64_t cpu_tsc(void)
{
    return clock_now_us() * TSC_KHZ / 1000;
}

void cpu_write_msr(uint32_t msr, uint64_t value)
{
    uint64_t frame = value >> 12;

    if (msr != MSR)
        model_fault("wrote the MSR %x, which CPUID did not name", msr);
    if (value & 0xfff)
        model_fault("asked for page %u of the hypercall pages", (unsigned)(value & 0xfff));
    if (!memory_is_reserved(frame))
        model_fault("hypercall page over frame %x, which is not the firmware's", (unsigned)frame);
    memset(memory_frame(frame), 0xcc, 4096);
    page = (uintptr_t)platform_map(frame);
}

static long xen_version(unsigned operation, void *argument)
{
    switch (operation) {
    case XENVER_version:
        return XEN_4_17;
    case XENVER_extraversion:
        memcpy(argument, ".3-model", 9);
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}

static long xen_sched_op(unsigned operation, const struct sched_shutdown *argument)
{
    if (operation == SCHEDOP_shutdown) {
        xen_shutdowns[argument->reason % XEN_SHUTDOWN_REASONS]++;
        return argument->reason == SHUTDOWN_suspend && xen_suspended ? xen_suspended() : 0;
    }
    if (operation != SCHEDOP_yield)
        model_fault("sched_op %u", operation);
    return 0;
}

static bool xen_is_to_fail(unsigned number, unsigned operation)
{
    struct xen_fault *fault = &xen_fault;

    if (!fault->times || fault->number != number ||
        (fault->operation != XEN_ANY_OPERATION && fault->operation != operation))
        return false;
    if (fault->skip) {
        fault->skip--;
        return false;
    }
    fault->times--;
    fault->hits++;
    if (fault->on_hit)
        fault->on_hit();
    return true;
}

long cpu_hypercall(uintptr_t entry, const unsigned long args[6])
{
    uintptr_t offset = entry - page;
    unsigned number = (unsigned)(offset / ENTRY_BYTES), operation = (unsigned)args[0];
    void *argument = (void *)args[1];

    if (!page || offset >= 4096 || offset % ENTRY_BYTES)
        model_fault("a hypercall beside the hypercall page");
    calls[number % NUMBERS][operation % OPERATIONS]++;
    if (xen_before)
        xen_before(number, operation);
    if (xen_is_to_fail(number, operation))
        return xen_fault.error;
    switch (number) {
    case __HYPERVISOR_xen_version:
        return xen_version(operation, argument);
    case __HYPERVISOR_sched_op:
        return xen_sched_op(operation, argument);
    case __HYPERVISOR_hvm_op:
        return xen_hvm_op(operation, argument);
    case __HYPERVISOR_memory_op:
        return xen_memory_op(operation, argument);
    case __HYPERVISOR_event_channel_op:
        return xen_event_channel_op(operation, argument);
    case __HYPERVISOR_grant_table_op:
        return xen_grant_table_op(operation, argument, (unsigned)args[2]);
    default:
        model_fault("hypercall %u, which the model does not have", number);
    }
}
