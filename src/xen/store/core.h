/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The core's state in one guest: limits, the grant table, the xenstore client.
 */
#ifndef XEN_CORE_H
#define XEN_CORE_H

#include "guest_option.h"
#include "xen/base/handover_mode.h"
#include "xen/hv/grant.h"
#include "xenstore_client.h"

/** Time limits, in milliseconds. */
struct core_options {
    uint32_t store_limit_ms;   /* for a reply of xenstored */
    uint32_t connect_limit_ms; /* for a backend to connect a disk */
    uint32_t close_limit_ms;   /* for a backend to close a disk */
    uint32_t io_limit_ms;      /* for the responses to the requests of one transfer */
};

struct core {
    struct core_options options;
    enum handover_mode mode; /* as the mark tells the daemon; may change at any time */
    bool unhooked;           /* see core_note_move */
    uint16_t unplug_magic;   /* for the mark: what the unplug port returned in core_init */
    struct grant_table grants;
    struct xenstore store;
    unsigned attached; /* calls of core_attach without core_detach */
    bool guest_options_known;
    struct guest_options guest_options; /* see core_guest_options */

    /* All that POST reads from the disks has one limit. */
    uint32_t phase_since; /* platform clock when the phase began */
    uint32_t phase_ms;    /* its limit; 0 outside a phase */
};

/**
 * Detect Xen and set up hypercalls, grants and xenstore. The mode is linger until the caller sets
 * another.
 *
 * Return: 0; -XEN_ENODEV if this is not a Xen guest; or the error of the step that failed, which is
 * in the log.
 */
int core_init(struct core *core, const struct core_options *options);

/**
 * Whether the unplug port answered in core_init: whether this guest has Xen's platform device. A
 * PVH guest has none. Source: xen/docs/misc/hvm-emulated-unplug.pandoc.
 */
bool core_has_platform_device(const struct core *core);

/**
 * Note that this guest was restored or migrated. In hook mode the daemon that has claimed its ports
 * is gone: the mode becomes strict, and core->unhooked says that it may become hook again. It does
 * once a daemon attends to the guest where it is now.
 */
void core_note_move(struct core *core);

/** Become strict for good: from now on, leave no disk open after a call. */
void core_become_strict(struct core *core);

/** Return this guest's options. The first call reads them; a reboot makes another guest. */
const struct guest_options *core_guest_options(struct core *core);

/**
 * Find xenstore again before a closed disk is opened. Return: 0 or an error.
 */
int core_find(struct core *core);

/**
 * Begin to use grants: map the grant table unless it is mapped already. End with core_detach, so
 * that the next owner of the machine finds the table unmapped while no disk needs it.
 *
 * Return: 0 or an error; after an error there is nothing to end.
 */
int core_attach(struct core *core);

/** End the use of grants; the last call unmaps the table. The core keeps a record of grants that
 * could not be ended. */
void core_detach(struct core *core);

/** Begin and end a phase: all reads within it share one limit. */
void core_phase_begin(struct core *core, uint32_t limit_ms);
void core_phase_end(struct core *core);

/** Return how long the responses to requests that are pushed now may take, in milliseconds: the
 * limit of the options, or what is left of the phase. */
uint32_t core_io_limit(const struct core *core);

/**
 * Find what a restore or a migration has replaced: the page and port of xenstore, and the grant
 * table if it is in use. Harmless if there was none.
 *
 * Return: 0, or the error, with the grant table unmapped.
 */
int core_renew(struct core *core);

#endif
