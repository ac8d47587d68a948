/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Detect Xen by CPUID. Needs no memory and changes nothing.
 */
#ifndef XEN_DETECT_H
#define XEN_DETECT_H

#include <stdbool.h>
#include <stdint.h>

struct xen_leaves {
    uint32_t base;          /* Xen's first leaf */
    uint32_t hypercall_msr; /* the MSR that tells Xen where to put a hypercall page */
    uint32_t time;          /* the leaf of the guest's time; 0: Xen has none */
    uint32_t tsc_khz;       /* rate of the guest's time-stamp counter; 0 if Xen does not say */
};

/** Check whether this is a Xen guest with hypercalls, and fill @leaves if so. Source:
 * xen/arch-x86/cpuid.h. */
bool xen_detect(struct xen_leaves *leaves);

/** Return the incarnation of this guest, which each restore and each migration changes: the first
 * sub-leaf of the leaf @time of xen_leaves has it in EDX (xen/arch-x86/cpuid.h). Return: 0 if Xen
 * does not say. */
uint32_t xen_incarnation(uint32_t time);

#endif
