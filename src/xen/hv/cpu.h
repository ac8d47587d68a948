/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Operations that need machine instructions. The host tests replace this file and no other.
 */
#ifndef XEN_CPU_H
#define XEN_CPU_H

#include <stdint.h>

struct cpuid_leaf {
    uint32_t eax, ebx, ecx, edx;
};

/** Execute CPUID for @leaf. */
struct cpuid_leaf cpu_cpuid(uint32_t leaf);

/** Read the time-stamp counter. */
uint64_t cpu_tsc(void);

/** Write the model-specific register @msr. */
void cpu_write_msr(uint32_t msr, uint64_t value);

/**
 * Call an entry of the hypercall page.
 *
 * @entry: address of the entry; @args: six arguments, for ebx ecx edx esi edi ebp in this order
 * (xen/arch-x86/xen-x86_32.h). Return: the value in eax after the call.
 */
long cpu_hypercall(uintptr_t entry, const unsigned long args[6]);

#endif
