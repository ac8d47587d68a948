/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The hypervisor: CPUID leaves, the hypercall page, and which hypercall goes where.
 *
 * Any hypercall can be told to fail with any errno.
 */
#ifndef MODEL_XEN_H
#define MODEL_XEN_H

#include <stdbool.h>
#include <stdint.h>

#define XEN_GUEST_DOMID 1u

/** Of a hypercall that takes no sub-operation, or of all of them. */
#define XEN_ANY_OPERATION UINT32_MAX

struct xen_fault {
    unsigned number;      /* __HYPERVISOR_* */
    unsigned operation;   /* its sub-operation */
    unsigned skip;        /* this many calls succeed first */
    unsigned times;       /* then so many fail; 0: no fault */
    long error;           /* with this, negative */
    unsigned hits;        /* counted by the model: calls that failed */
    void (*on_hit)(void); /* may be NULL */
};

/** How the processor looks; set between world_reset and the firmware's start. */
struct xen_config {
    uint32_t cpuid_base; /* 0: no Xen */
    uint32_t cpuid_leaves;
    unsigned cpuid_wrong; /* 1 to 3: this register of the signature is not Xen's */
    uint32_t cpuid_pages;
    uint32_t grant_frames;  /* that the toolstack allows */
    uint32_t grant_version; /* of the grant table; 0: a Xen that does not know of versions. A test
                               may change it at any time, as another driver of the guest may */
};

extern struct xen_config xen_config;
extern struct xen_fault xen_fault;

void xen_reset(void);

/** Calls made of one operation, or of all (0, XEN_ANY_OPERATION is not needed then). */
unsigned xen_calls(unsigned number, unsigned operation);

/**** The parts, each in a file of its own ****/

long xen_hvm_op(unsigned operation, void *argument);
long xen_memory_op(unsigned operation, void *argument);
long xen_event_channel_op(unsigned operation, void *argument);
long xen_grant_table_op(unsigned operation, void *argument, unsigned count);

void xen_params_reset(void);

/** The value of an HVM parameter, to be changed by a test. */
uint64_t *xen_param(unsigned index);

#endif
