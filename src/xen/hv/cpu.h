/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What only machine instructions can do. The tests on the host replace this file
 * and nothing else.
 */
#ifndef XEN_CPU_H
#define XEN_CPU_H

#include <stdint.h>

struct cpuid_leaf {
    uint32_t eax, ebx, ecx, edx;
};

/** The CPUID instruction for @leaf. */
struct cpuid_leaf cpu_cpuid(uint32_t leaf);

/** The time-stamp counter. */
uint64_t cpu_tsc(void);

/** Write the model-specific register @msr. */
void cpu_write_msr(uint32_t msr, uint64_t value);

/**
 * Call an entry of the hypercall page.
 *
 * @entry: address of the entry; @args: six arguments, for ebx ecx edx esi edi ebp in this order
 * (xen/arch-x86/xen-x86_32.h). Return: what the hypercall left in eax.
 */
long cpu_hypercall(uintptr_t entry, const unsigned long args[6]);

#endif
