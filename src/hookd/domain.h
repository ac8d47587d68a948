/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * One domain, and the states that it goes through:
 *
 *   strange    it may become an HVM guest with SeaBIOS and a QEMU here
 *   idle       it is one; the hook has announced itself, and looks for marks that want it
 *   claimed    the hook holds the ports
 *   closing    a processor has come and waits; the disks are being closed
 *   answering  the ports are QEMU's again; each processor that waits gets its answer
 *   releasing  all are answered; the ioreq server goes as soon as Xen has taken the answers
 *
 * and idle again. domain_life.h goes from one to the next; domain_idle.h has the steps before the
 * hook holds the ports, domain_access.h those after that. A step never waits: it does what can be
 * done now, sets wake_ms, and returns the state that comes next.
 */
#ifndef HOOKD_DOMAIN_H
#define HOOKD_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "claim.h"
#include "disk_close.h"
#include "replay.h"

enum domain_state {
    DOMAIN_UNATTENDED,
    DOMAIN_IDLE,
    DOMAIN_CLAIMED,
    DOMAIN_CLOSING,
    DOMAIN_ANSWERING,
    DOMAIN_RELEASING,
};

/** Below its home: a directory of each disk. */
#define DOMAIN_DISKS_KEY "device/vbd"

/** No more disks of a domain than this are looked at. */
#define DOMAIN_DISKS_MAX 64

struct domain {
    struct domain *next;
    uint32_t domid;
    enum domain_state state;
    bool dirty;     /* something has happened that concerns it */
    bool resumed;   /* another hook may have begun to close its disks */
    bool detaching; /* the hook is about to end */
    bool detached;  /* and has nothing to do here any more */
    char home[STORE_PATH_BYTES];

    uint64_t wake_ms;     /* to be looked at then, if nothing happens before */
    uint64_t earliest_ms; /* and not before this, whatever it writes */
    uint64_t deadline_ms; /* closing, or releasing while leaving: the end of patience */
    unsigned claims, claim_failures;

    struct claim claim;
    struct disk_close *disks; /* closing: those that bear a mark */
    unsigned disk_count;
    struct replay replay; /* answering: the slot whose access QEMU is seeing now, and its value */
    unsigned replay_slot;
    uint32_t replay_value;
    bool monitor_failed;
    bool unexpected_reported;
};

/** Nothing to come back for, unless something happens. */
#define DOMAIN_NEVER UINT64_MAX

/** Numbers of the disks in the domain's directory; @return how many. */
unsigned domain_list_disks(const struct domain *domain, const struct xen *xen,
                           uint32_t numbers[DOMAIN_DISKS_MAX]);

#endif
