/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Parts of domain.c: what happens while processors wait. Steps return as domain_step does, or 0:
 * the domain is in another state now, step again. */
#ifndef DOM0_DOMAIN_ACCESS_H
#define DOM0_DOMAIN_ACCESS_H

#include "access.h"
#include "domain.h"

/** Nothing to come back for, unless something happens. */
#define DOMAIN_NEVER UINT64_MAX

/** Answer what needs no hand-over. @return the first slot that waits for one, with what it asks in
 *  *first, or CLAIM_SLOTS. */
unsigned domain_sort_requests(struct domain *domain, const struct xen *xen, struct access *first);

/** Someone has come: the disks that bear a mark begin to close. */
void domain_begin_closing(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

/** They are closed, or it is too late: QEMU gets the ports, who waits gets its answer. */
void domain_end_closing(struct domain *domain, const struct xen *xen);

/** The ports are QEMU's; the server goes next. */
void domain_become_releasing(struct domain *domain, uint32_t limit_ms);

uint64_t domain_step_claimed(struct domain *domain, const struct xen *xen, uint32_t limit_ms);
uint64_t domain_step_closing(struct domain *domain, const struct xen *xen);
uint64_t domain_step_answering(struct domain *domain, const struct xen *xen, uint32_t limit_ms);
uint64_t domain_step_releasing(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

/**** Of domain.c ****/

/** Numbers of the disks in the domain's directory; @return how many. */
unsigned domain_list_disks(const struct domain *domain, const struct xen *xen,
                           uint32_t numbers[DOMAIN_DISKS_MOST]);

/** The server is not needed any more; with `destroy` it goes. */
void domain_release(struct domain *domain, const struct xen *xen, bool destroy);

#endif
