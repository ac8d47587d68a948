/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "cpu.h"

struct cpuid_leaf cpu_cpuid(uint32_t leaf)
{
    struct cpuid_leaf out;

    __asm__ volatile("cpuid"
                     : "=a"(out.eax), "=b"(out.ebx), "=c"(out.ecx), "=d"(out.edx)
                     : "0"(leaf), "2"(0));
    return out;
}

uint64_t cpu_tsc(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

void cpu_write_msr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
}

long cpu_hypercall(uintptr_t entry, const unsigned long args[6])
{
    /* The stub needs seven values in registers, ebp among them. Pass the address of all seven, and
     * let it load them. */
    const unsigned long block[7] = {args[0], args[1], args[2], args[3], args[4], args[5], entry};
    long result = (long)block;

    __asm__ volatile("pushl %%ebp\n\t"
                     "pushl 24(%%eax)\n\t"
                     "movl (%%eax), %%ebx\n\t"
                     "movl 4(%%eax), %%ecx\n\t"
                     "movl 8(%%eax), %%edx\n\t"
                     "movl 12(%%eax), %%esi\n\t"
                     "movl 16(%%eax), %%edi\n\t"
                     "movl 20(%%eax), %%ebp\n\t"
                     "call *(%%esp)\n\t"
                     "leal 4(%%esp), %%esp\n\t"
                     "popl %%ebp"
                     : "+a"(result)
                     :
                     : "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");
    return result;
}
