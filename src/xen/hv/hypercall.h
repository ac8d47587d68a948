/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Hypercalls, through the page that Xen fills in.
 */
#ifndef XEN_HYPERCALL_H
#define XEN_HYPERCALL_H

#include <stdint.h>

/** Arguments that a hypercall can have. */
#define HYPERCALL_ARGS 6

/** Bytes that hypercall_init needs: the page, and its own data. */
#define HYPERCALL_BYTES (4096u + 12u)

struct xen_leaves;

/**
 * Have Xen fill a hypercall page, and log Xen's version.
 *
 * @memory: HYPERCALL_BYTES, page-aligned, for this file's use only from now on; @frame: its first
 * frame number. Return: 0 or the error of the first call.
 */
int hypercall_init(const struct xen_leaves *xen, void *memory, uint32_t frame);

/**
 * Make a hypercall by number (__HYPERVISOR_* of xen/xen.h).
 *
 * A call that returns -XEN_EAGAIN is made up to 100 times. Return: what Xen returned, negative for
 * an error; -XEN_ENOSYS before hypercall_init.
 */
long hypercall(unsigned number, const unsigned long args[HYPERCALL_ARGS]);

static inline long hypercall2(unsigned number, unsigned long a, unsigned long b)
{
    const unsigned long args[HYPERCALL_ARGS] = {a, b};
    return hypercall(number, args);
}

static inline long hypercall3(unsigned number, unsigned long a, unsigned long b, unsigned long c)
{
    const unsigned long args[HYPERCALL_ARGS] = {a, b, c};
    return hypercall(number, args);
}

/** Let Xen run another vCPU on this processor (SCHEDOP_yield). */
void hypercall_yield(void);

/** Return the rate of this guest's time-stamp counter in kHz; 0 if Xen does not say. */
uint32_t hypercall_tsc_khz(void);

/** Return the incarnation of this guest: see xen_incarnation. */
uint32_t hypercall_incarnation(void);

/** Return the number of hypercalls made so far: for measurements, and for the counts that tests
 * check. */
uint32_t hypercall_count(void);

#endif
