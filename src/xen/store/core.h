/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the core has of Xen in one guest: limits, the grant table, the xenstore client.
 */
#ifndef XEN_CORE_H
#define XEN_CORE_H

#include "xen/base/handover_mode.h"
#include "xen/hv/grant.h"
#include "xenstore_client.h"

/** How long things may take, in milliseconds. */
struct core_options {
    uint32_t store_limit_ms;   /* a reply of xenstored */
    uint32_t connect_limit_ms; /* a backend's steps until a disk is connected */
    uint32_t close_limit_ms;   /* its steps until a disk is closed */
    uint32_t io_limit_ms;      /* the responses to the requests of one transfer */
};

struct core {
    struct core_options options;
    enum handover_mode mode; /* as it is told to the hook; may change at any time */
    struct grant_table grants;
    struct xenstore store;
    unsigned attached; /* core_attach without core_detach */

    /* What POST reads of all disks together has one limit. */
    uint32_t phase_since; /* the platform's clock when it began */
    uint32_t phase_ms;    /* its limit; 0: no phase */
};

/**
 * Find Xen and make ready all that disks need. The mode is linger until the caller sets another.
 *
 * Return: 0; -XEN_ENODEV when this is no Xen guest; or the error of the step that failed, which
 * is in the log.
 */
int core_init(struct core *core, const struct core_options *options);

/**
 * Before a disk is used that was closed: look where xenstore is now. Return: 0 or an error.
 */
int core_find(struct core *core);

/**
 * Begin to use grants: maps the grant table unless somebody has it mapped already. To be ended by
 * core_detach, so that while nobody needs it the next owner of the machine finds nothing of ours.
 *
 * Return: 0 or an error; then there is nothing to end.
 */
int core_attach(struct core *core);

/** The table is unmapped with the last one. What was not given back stays in the core's account. */
void core_detach(struct core *core);

/** Begin a phase: all that is read until its end has one limit together. */
void core_phase_begin(struct core *core, uint32_t limit_ms);
void core_phase_end(struct core *core);

/** How long the responses to requests that are shown to a backend now may take, in milliseconds:
 *  the option, or what is left of the phase. */
uint32_t core_io_limit(const struct core *core);

/**
 * Find again what a restore or a migration has made anew: the page and port of xenstore, and the
 * grant table if somebody has it mapped. Harmless if there was none.
 *
 * Return: 0 or the error; the grant table is not mapped then.
 */
int core_renew(struct core *core);

#endif
