/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The life of one domain as the hook sees it:
 *
 *   strange    it may become an HVM guest with SeaBIOS and a QEMU here
 *   idle       it is one; the hook has announced itself, and looks for marks that want it
 *   claimed    the hook holds the ports
 *   closing    a processor has come and waits; the disks are being closed
 *   answering  the ports are QEMU's again; each processor that waits gets its answer
 *   releasing  all are answered; the ioreq server goes as soon as Xen has taken the answers
 *
 * and idle again. Nothing here waits: each step does what can be done now and says when to come
 * again.
 */
#ifndef DOM0_DOMAIN_H
#define DOM0_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "claim.h"
#include "disk.h"
#include "replay.h"

enum domain_state {
    DOMAIN_STRANGE,
    DOMAIN_IDLE,
    DOMAIN_CLAIMED,
    DOMAIN_CLOSING,
    DOMAIN_ANSWERING,
    DOMAIN_RELEASING,
};

/** No more disks of a domain than this are looked at. */
#define DOMAIN_DISKS_MOST 64

struct domain {
    struct domain *next;
    uint32_t domid;
    enum domain_state state;
    bool dirty;   /* something has happened that concerns it */
    bool resumed; /* another hook may have begun to close its disks */
    bool leaving; /* the hook is about to end */
    bool left;    /* and has nothing to do here any more */
    char home[STORE_PATH_BYTES];

    uint64_t wake_ms;     /* to be looked at then, if nothing happens before */
    uint64_t look_ms;     /* and not before this, whatever it writes */
    uint64_t deadline_ms; /* closing, or releasing while leaving: the end of patience */
    unsigned claims, claim_failures;

    struct claim claim;
    struct disk *disks; /* closing: those that bear a mark */
    unsigned disk_count;
    struct replay replay; /* answering: the slot whose access QEMU is seeing now, and its value */
    unsigned replay_slot;
    uint32_t replay_value;
    bool monitor_failed;
    bool nonsense_reported;
};

/** Begin to attend to a domain; what another hook has left there is taken up. NULL: no memory. */
struct domain *domain_new(const struct xen *xen, uint32_t domid, uint32_t limit_ms);

/** It is gone: forget it. */
void domain_drop(struct domain *domain, const struct xen *xen);

/** Begin to leave it; domain->left tells when that is done. */
void domain_leave(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

/** Go on. @return when to come again if nothing happens before, in clock_ms(). */
uint64_t domain_step(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

#endif
