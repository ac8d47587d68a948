/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The life of a domain: which state follows which, and what is done on the way.
 */
#ifndef HOOKD_DOMAIN_LIFE_H
#define HOOKD_DOMAIN_LIFE_H

#include "domain.h"

/** Begin to attend to a domain; what another hook has left there is taken up. NULL: no memory. */
struct domain *domain_new(const struct xen *xen, uint32_t domid, uint32_t limit_ms);

/** It is gone: forget it. */
void domain_free(struct domain *domain, const struct xen *xen);

/** Begin to leave it; domain->detached tells when that is done. */
void domain_detach(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

/** Go on. @return when to come again if nothing happens before, in clock_ms(). */
uint64_t domain_step(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

#endif
