/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "detect.h"

#include "cpu.h"

#include <xen/arch-x86/cpuid.h>

/* Other enlightenments may move the leaves up; this is the range that Xen documents. */
#define CPUID_FIRST 0x40000000u
#define CPUID_LAST  0x4000ff00u
#define CPUID_STEP  0x100u

/* Leaves, relative to the base. */
#define LEAF_HYPERCALLS 2u
#define LEAF_TIME       3u /* its first sub-leaf has the rate of the time-stamp counter in ECX */

/* Find the base leaf. Return: the leaf, or 0. */
static uint32_t detect_base(void)
{
    for (uint32_t base = CPUID_FIRST; base <= CPUID_LAST; base += CPUID_STEP) {
        struct cpuid_leaf leaf = cpu_cpuid(base);
        if (leaf.ebx == XEN_CPUID_SIGNATURE_EBX && leaf.ecx == XEN_CPUID_SIGNATURE_ECX &&
            leaf.edx == XEN_CPUID_SIGNATURE_EDX && leaf.eax >= base + LEAF_HYPERCALLS &&
            leaf.eax - base < CPUID_STEP)
            return base;
    }
    return 0;
}

bool xen_detect(struct xen_leaves *leaves)
{
    uint32_t base = detect_base();

    if (!base)
        return false;
    struct cpuid_leaf hypercalls = cpu_cpuid(base + LEAF_HYPERCALLS);
    /* EAX is the number of hypercall pages. */
    if (!hypercalls.eax)
        return false;
    leaves->base = base;
    leaves->hypercall_msr = hypercalls.ebx;
    leaves->time = cpu_cpuid(base).eax >= base + LEAF_TIME ? base + LEAF_TIME : 0;
    leaves->tsc_khz = leaves->time ? cpu_cpuid(leaves->time).ecx : 0;
    return true;
}

uint32_t xen_incarnation(uint32_t time)
{
    return time ? cpu_cpuid(time).edx : 0;
}
