/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A domain from the claim of its ports to their release: the states claimed, closing, answering and
 * releasing.
 */
#ifndef HOOKD_DOMAIN_ACCESS_H
#define HOOKD_DOMAIN_ACCESS_H

#include "access.h"
#include "domain.h"

/**
 * Answer the requests that need no hand-over, and find the first one that does.
 *
 * Return: its slot, with the decoded access in *@first; CLAIM_SLOTS if there is none.
 */
unsigned domain_requests_scan(struct domain *domain, const struct xen *xen, struct access *first);

/** A processor waits: begin to close the disks that bear a mark, within @limit_ms. */
void domain_enter_closing(struct domain *domain, const struct xen *xen, uint32_t limit_ms);

/** The disks are closed or the limit has passed: return the ports. */
void domain_enter_answering(struct domain *domain, const struct xen *xen);

/** All processors are answered. @limit_ms: for Xen to collect the answers, while detaching. */
void domain_enter_releasing(struct domain *domain, uint32_t limit_ms);

/** Steps of each state (domain.h). Return: the next state. */
enum domain_state domain_step_claimed(struct domain *domain, const struct xen *xen);
enum domain_state domain_step_closing(struct domain *domain, const struct xen *xen);
enum domain_state domain_step_answering(struct domain *domain, const struct xen *xen);
enum domain_state domain_step_releasing(struct domain *domain, const struct xen *xen);

#endif
