/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * One domain, and its states:
 *
 *   adopting    an earlier daemon has claimed the ports; this one opens the claim
 *   unattended  it may become an HVM guest with SeaBIOS and a QEMU in this domain, or a PVH guest
 *   idle        it is such a guest; the daemon has announced itself, and watches for marks
 *   claimed     the daemon has claimed the ports
 *   closing     a processor has accessed a port and waits; the daemon closes the disks
 *   answering   the ports are returned; the daemon answers each processor that waits
 *   releasing   all are answered; once Xen has collected the answers, the ioreq server is destroyed
 *
 * Then it is idle again. domain_life.h has the transitions, domain_adopt.h the first state,
 * domain_idle.h the others before the claim, domain_access.h those after it. A step never waits: it
 * does what can be done now, sets wake_ms, and returns the next state.
 *
 * While the store is down (store_call.h), the states before the claim take no steps. A processor
 * that accesses a port is answered at the limit, without its disks closed.
 */
#ifndef HOOKD_DOMAIN_H
#define HOOKD_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "claim.h"
#include "disk_close.h"
#include "handover_report.h"
#include "replay.h"

enum domain_state {
    DOMAIN_ADOPTING,
    DOMAIN_UNATTENDED,
    DOMAIN_IDLE,
    DOMAIN_CLAIMED,
    DOMAIN_CLOSING,
    DOMAIN_ANSWERING,
    DOMAIN_RELEASING,
};

/** Key below the domain's home: a directory with a directory for each disk. */
#define DOMAIN_DISKS_KEY "device/vbd"

/** Maximum number of disks of a domain; the daemon ignores the others. The firmware can list no
 * more: xenstored's reply has 4096 bytes, and the shortest number of a disk three digits and a
 * zero. */
#define DOMAIN_DISKS_MAX 1024
/** Maximum number of disks that are closed; the firmware connects 16 at most. */
#define DOMAIN_DISKS_OPEN_MAX 64

struct domain {
    struct domain *next;
    uint32_t domid;
    enum domain_state state;
    bool is_pvh;    /* it has no device model that serves the ports */
    bool dirty;     /* an event concerns it */
    bool resumed;   /* an earlier daemon, or close, may have begun to close its disks */
    bool detaching; /* the daemon is stopping */
    bool detached;  /* and has nothing more to do here */
    char home[STORE_PATH_BYTES];

    uint64_t wake_ms;     /* time of the next step, if no event comes before */
    uint64_t earliest_ms; /* no step before this time, whatever the guest writes */
    uint64_t deadline_ms; /* adopting, closing, or releasing while detaching: the limit */
    uint64_t access_ms;   /* since when a processor may wait whose disks are not being closed yet;
                             0: none does */
    uint64_t adopted_ms;  /* adopted while closing: the deadline in the record; 0: none */
    uint32_t release_interval_ms; /* releasing: until the next poll */
    unsigned claims, claim_failures, adopt_failures;

    struct claim claim;
    struct disk_close *disks; /* closing: those that bear a mark; kept if the next close goes on
                                 with them (see again) */
    unsigned disk_count;
    bool unread;          /* closing: xenstored has failed to tell all disks or marks */
    struct replay replay; /* answering: the access that QEMU replays, in slot replay_slot */
    unsigned replay_slot;
    uint32_t replay_value;
    uint32_t magic;  /* what a word read of the unplug port returns; 0: no mark has said it yet */
    bool for_access; /* closing, answering: the disks are closed for a processor that waits */
    bool again;      /* closing, answering: one has begun to wait since they were chosen for another
                        reason; close for it at once */
    bool monitor_failed;
    bool unexpected_reported;
    bool ports_returned; /* adopting: the ports are QEMU's */
    bool server_left;    /* idle, releasing: the claim is closed, but its server still there */
    int error;           /* errno of the last claim that failed, or could not be taken over */
    struct handover_report handover; /* the last one */
};

/** wake_ms of a domain that only an event concerns. */
#define DOMAIN_NEVER UINT64_MAX

/** Return: when a processor that waits is to be answered, in clock_ms(); DOMAIN_NEVER: none waits.
 */
uint64_t domain_due_ms(const struct domain *domain);

/** Find out whether it is a PVH guest: set is_pvh. Return: false with errno if xenstored fails. */
bool domain_type_read(struct domain *domain, const struct xen *xen);

/** List the numbers of the domain's disks, at most @max. Return: their count; errno is ENOENT
 * unless xenstored has failed, so that there may be disks. */
unsigned domain_disks_list(const struct domain *domain, const struct xen *xen, uint32_t *numbers,
                           unsigned max);

#endif
