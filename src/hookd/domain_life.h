/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The life of a domain: the transitions between its states.
 */
#ifndef HOOKD_DOMAIN_LIFE_H
#define HOOKD_DOMAIN_LIFE_H

#include "domain.h"

/**
 * Add a domain, and continue what an earlier daemon has begun there.
 *
 * @limit_ms, here and below: how long a guest waits for its disks. Return: NULL if there is no
 * memory, which is logged.
 */
struct domain *domain_new(const struct xen *xen, uint32_t domid, uint32_t limit_ms);

/** Free a domain that has ended, or from which the daemon has detached. */
void domain_free(struct domain *domain, const struct xen *xen);

/** Begin to detach from a domain, because the daemon is stopping; domain->detached reports the end.
 */
void domain_detach(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

/** Take one step. Return: when to call again if no event comes before, in clock_ms(). */
uint64_t domain_step(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

/** The store works again after a stall: write or remove what could not be written or removed in
 * between, so that the next worker can take the domain over. */
void domain_settle(const struct domain *domain, const struct xen *xen);

#endif
