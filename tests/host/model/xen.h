/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The hypervisor: CPUID leaves, the hypercall page, and the dispatch of hypercalls.
 *
 * A test can make any hypercall fail with any errno.
 */
#ifndef MODEL_XEN_H
#define MODEL_XEN_H

#include <stdbool.h>
#include <stdint.h>

/** For a hypercall without sub-operations, or for all sub-operations of one. */
#define XEN_ANY_OPERATION UINT32_MAX

struct xen_fault {
    unsigned number;      /* __HYPERVISOR_* */
    unsigned operation;   /* its sub-operation */
    unsigned skip;        /* number of calls that succeed first */
    unsigned times;       /* number of calls that fail then; 0: no fault */
    long error;           /* the result of these, negative */
    unsigned hits;        /* number of calls that have failed, counted by the model */
    void (*on_hit)(void); /* may be NULL */
};

/** What the guest sees of Xen; set between world_reset and the firmware's start. */
struct xen_config {
    unsigned domid;      /* of the guest: where its relative paths in xenstore begin */
    uint32_t cpuid_base; /* 0: no Xen */
    uint32_t cpuid_leaves;
    unsigned cpuid_wrong; /* 1 to 3: the register of the signature that is wrong */
    uint32_t cpuid_pages;
    uint32_t incarnation;   /* of the guest, as each restore changes it */
    uint32_t grant_frames;  /* frames that the toolstack allows */
    uint32_t grant_version; /* version of the grant table; 0: Xen does not support versions. A test
                               may change it at any time, as another driver of the guest can */
    bool grants_taken;      /* an operating system has the grant table mapped elsewhere: mapping it
                               takes it away from there, which fails the test */
};

extern struct xen_config xen_config;

/** Called before each hypercall; NULL: nothing happens then. */
extern void (*xen_before)(unsigned number, unsigned operation);

/** Called when a frame has been removed from the guest's memory; NULL: nothing happens then. */
extern void (*xen_frame_removed)(void);
extern struct xen_fault xen_fault;

/** Set xen_fault so that wait number @at of the firmware, from 0 on, calls @event, once: a yield
 * cannot fail. */
void xen_at_wait(unsigned at, void (*event)(void));

void xen_reset(void);

/** How often the guest has asked to be shut down, for each reason (SHUTDOWN_* of xen/sched.h). */
#define XEN_SHUTDOWN_REASONS 8
extern unsigned xen_shutdowns[XEN_SHUTDOWN_REASONS];

/** What happens while the guest is suspended, such as world_restore. Return: what the hypercall
 * returns, 0 or 1. NULL: nothing happens, and it returns 0. */
extern long (*xen_suspended)(void);

/** Number of executions of CPUID so far. */
unsigned xen_cpuids(void);

/** Number of hypercalls @number with this sub-operation so far. */
unsigned xen_calls(unsigned number, unsigned operation);

/**** The parts, each in a file of its own ****/

long xen_hvm_op(unsigned operation, void *argument);
long xen_memory_op(unsigned operation, void *argument);
long xen_event_channel_op(unsigned operation, void *argument);
long xen_grant_table_op(unsigned operation, void *argument, unsigned count);

void xen_params_reset(void);

/** An HVM parameter, which a test may change. */
uint64_t *xen_param(unsigned index);

#endif
