/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A domain from the moment the hook holds its ports until it has given them back: claimed, closing,
 * answering and releasing.
 */
#ifndef HOOKD_DOMAIN_ACCESS_H
#define HOOKD_DOMAIN_ACCESS_H

#include "access.h"
#include "domain.h"

/** Answer what needs no hand-over. @return the first slot that waits for one, with what it asks in
 *  *first, or CLAIM_SLOTS. */
unsigned domain_requests_scan(struct domain *domain, const struct xen *xen, struct access *first);

/** A processor has come: the disks that bear a mark begin to close. */
void domain_enter_closing(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

/** They are closed, or it is too late: QEMU gets the ports, the processors that wait get answers.
 */
void domain_enter_answering(struct domain *domain, const struct xen *xen);

/** The ports are QEMU's; the server goes next. */
void domain_enter_releasing(struct domain *domain, uint32_t limit_ms);

/** See domain.h. @return the next state. */
enum domain_state domain_step_claimed(struct domain *domain, const struct xen *xen);
enum domain_state domain_step_closing(struct domain *domain, const struct xen *xen);
enum domain_state domain_step_answering(struct domain *domain, const struct xen *xen);
enum domain_state domain_step_releasing(struct domain *domain, const struct xen *xen);

#endif
