/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A domain whose ports an earlier daemon has claimed, until this daemon has opened that claim: the
 * state adopting.
 */
#ifndef HOOKD_DOMAIN_ADOPT_H
#define HOOKD_DOMAIN_ADOPT_H

#include "domain.h"

/** Return: adopting if there is a record of a claim, else unattended. */
enum domain_state domain_first_state(struct domain *domain, const struct xen *xen);

/** @limit_ms: how long accesses wait for a claim that cannot be opened, before the ports are QEMU's
 * again. */
void domain_enter_adopting(struct domain *domain, uint32_t limit_ms);

/** Return: the next state. */
enum domain_state domain_step_adopting(struct domain *domain, const struct xen *xen);

#endif
