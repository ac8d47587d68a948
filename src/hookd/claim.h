/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Holding the ports of the hand-over: an ioreq server, by which Xen sends the hook what the
 * processors of a domain do with these ports, and lets each wait until it is answered.
 *
 * A server outlives the process that made it. Whoever knows its number can open it again, and
 * finds the accesses that still wait.
 */
#ifndef HOOKD_CLAIM_H
#define HOOKD_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/hvm/ioreq.h>

#include "xen.h"

/** A page has a slot for each processor. */
#define CLAIM_SLOTS (XEN_PAGE_BYTES / sizeof(struct ioreq))

struct claim {
    uint32_t domid;
    ioservid_t server;
    xenforeignmemory_resource_handle *page; /* NULL: not open */
    volatile struct ioreq *slots;
    unsigned slot_count;                             /* no slot from here on has a processor */
    xenevtchn_port_or_error_t channels[CLAIM_SLOTS]; /* -1: this slot has none */
};

/** Make a server for a domain, without ports yet. It is newer than QEMU's if QEMU is up, and so
 *  goes before it. 0, or -1 with errno. */
int claim_create(const struct xen *xen, uint32_t domid, ioservid_t *server);

/** Begin to listen to a server, new or left by another process. 0, or -1 with errno. */
int claim_open(struct claim *claim, const struct xen *xen, uint32_t domid, ioservid_t server);

/** Stop listening. The server stays; what a processor sends waits for the next claim_open. */
void claim_close(struct claim *claim, const struct xen *xen);

/** Have the ports sent to the server. 0 as well if they already are, else -1 with errno. */
int claim_map_ports(const struct claim *claim, const struct xen *xen);

/** From here on QEMU gets what is done with the ports. */
void claim_unmap_ports(const struct claim *claim, const struct xen *xen);

/** Does this event channel belong to the claim? */
bool claim_has_channel(const struct claim *claim, xenevtchn_port_or_error_t channel);

/** A copy of what a slot's processor wants. False: it does not wait. */
bool claim_request_read(const struct claim *claim, unsigned slot, struct ioreq *request);

/** Let a slot's processor go on, with this as what it has read. */
void claim_answer(struct claim *claim, const struct xen *xen, unsigned slot, uint64_t data);

/** Has Xen taken all answers? Only then may the server be destroyed, or one would be lost. */
bool claim_is_idle(const struct claim *claim);

/** End a server for good. */
void claim_destroy(const struct xen *xen, uint32_t domid, ioservid_t server);

#endif
