/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The claim on a domain's ports for the hand-over: an ioreq server. Xen sends it each access to
 * these ports, and the accessing processor waits for the answer.
 *
 * A server outlives the process that created it. A process that knows its number can open it again,
 * and finds the accesses that still wait.
 *
 * Whenever the guest gives memory back, Xen asks each enabled server, with or without ports, to
 * drop its mappings of that memory. The processor waits for the answer. If the server is destroyed
 * before it answers, the processor waits for ever.
 */
#ifndef HOOKD_CLAIM_H
#define HOOKD_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/hvm/ioreq.h>

#include "xen.h"

/** Number of slots in a server's page: one for each processor. */
#define CLAIM_SLOTS (XEN_PAGE_BYTES / sizeof(struct ioreq))

struct claim {
    uint32_t domid;
    ioservid_t server;
    xenforeignmemory_resource_handle *page; /* NULL: not open */
    volatile struct ioreq *slots;
    bool disabled;                                   /* by claim_disable */
    unsigned slot_count;                             /* slots above have no processor */
    xenevtchn_port_or_error_t channels[CLAIM_SLOTS]; /* event channels; -1: no processor */
};

/**
 * Create a server for a domain, with no ports yet.
 *
 * Xen asks the server with the highest number first, and gives out the lowest free one: QEMU's must
 * exist already. Return: 0, or -1 with errno.
 */
int claim_create(const struct xen *xen, uint32_t domid, ioservid_t *server);

/**
 * Open a server, new or left by another process, and enable it. Notify processors that have an
 * answer already.
 *
 * Return: 0, or -1 with errno; then call claim_close nevertheless.
 */
int claim_open(struct claim *claim, const struct xen *xen, uint32_t domid, ioservid_t server);

/** Close a server, which stays in Xen: requests wait for the next claim_open. Keeps errno. */
void claim_close(struct claim *claim, const struct xen *xen);

/** Map the ports to the server; succeeds if they already are. Return: 0, or -1 with errno. */
int claim_ports_map(const struct claim *claim, const struct xen *xen);

/** Unmap the ports: later accesses go to QEMU; without one they read all ones. */
void claim_ports_unmap(const struct claim *claim, const struct xen *xen);

/**
 * Disable a server, which may be closed: Xen sends it no more requests.
 *
 * Xen pauses the domain meanwhile, so no request is on its way when this returns; those that it has
 * sent before still wait for their answers. Return: 0, or -1 with errno.
 */
int claim_disable(struct claim *claim, const struct xen *xen);

/** Return: whether an event channel belongs to the claim. */
bool claim_has_channel(const struct claim *claim, xenevtchn_port_or_error_t channel);

/** Copy the request in a slot. Return: false if its processor does not wait. */
bool claim_request_read(const struct claim *claim, unsigned slot, struct ioreq *request);

/** Answer the request in a slot, so that its processor continues. @data: what it has read. */
void claim_answer(struct claim *claim, const struct xen *xen, unsigned slot, uint64_t data);

/** Return: whether Xen has collected all answers. To destroy the server before would lose one. */
bool claim_is_idle(const struct claim *claim);

/** Return: whether a processor waits, also one whose event channel could not be bound. To be called
 * after claim_open has failed, if there is a page. */
bool claim_was_asked(const struct claim *claim);

/** Return: whether a server exists and was never enabled. One that was enabled may be another
 * device model's. */
bool claim_is_new(const struct xen *xen, uint32_t domid, ioservid_t server);

/** Destroy a server that was never enabled, or is disabled and idle; or does not exist. */
void claim_destroy(const struct xen *xen, uint32_t domid, ioservid_t server);

#endif
