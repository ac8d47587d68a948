/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Hypercalls, through the page that Xen fills for us.
 */
#ifndef XEN_HYPERCALL_H
#define XEN_HYPERCALL_H

#include <stdint.h>

/** What a hypercall takes at most. */
#define HYPERCALL_ARGS 6

/** What hypercall_init needs: the page, and its own account. */
#define HYPERCALL_BYTES (4096u + 8u)

struct xen_leaves;

/**
 * Have Xen fill a hypercall page, and log its version.
 *
 * @memory: HYPERCALL_BYTES of it that nobody else uses from now on, at a page's boundary; @frame:
 * the number of its first frame. Return: 0 or the error of the first call.
 */
int hypercall_init(const struct xen_leaves *xen, void *memory, uint32_t frame);

/**
 * A hypercall by number (__HYPERVISOR_* of xen/xen.h).
 *
 * -XEN_EAGAIN is repeated, some times. Return: what Xen returned, negative for an error;
 * -XEN_ENOSYS before hypercall_init.
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

/** Give the processor to whoever else is to run on it (SCHEDOP_yield). */
void hypercall_yield(void);

/** How fast this guest's time-stamp counter runs, in kHz; 0 where Xen does not say. */
uint32_t hypercall_tsc_khz(void);

/** Hypercalls made since the start: for measurements and the counts that tests assert. */
uint32_t hypercall_count(void);

#endif
