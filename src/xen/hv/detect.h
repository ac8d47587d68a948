/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Finding Xen by CPUID. Needs no memory and changes nothing.
 */
#ifndef XEN_DETECT_H
#define XEN_DETECT_H

#include <stdbool.h>
#include <stdint.h>

struct xen_leaves {
    uint32_t base;          /* the first of Xen's leaves */
    uint32_t hypercall_msr; /* the register by which Xen is given a hypercall page */
    uint32_t tsc_khz; /* the rate of the guest's time-stamp counter; 0 where Xen does not say */
};

/** Return: whether this is a Xen guest with hypercalls. Source: xen/arch-x86/cpuid.h. */
bool xen_detect(struct xen_leaves *leaves);

#endif
