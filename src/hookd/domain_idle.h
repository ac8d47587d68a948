/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A domain before the hook holds its ports: strange and idle.
 */
#ifndef HOOKD_DOMAIN_IDLE_H
#define HOOKD_DOMAIN_IDLE_H

#include "domain.h"

/** Have the firmware know that there is a hook. */
void domain_announce(const struct domain *domain, const struct xen *xen);

void domain_enter_unattended(const struct domain *domain, const struct xen *xen);
void domain_enter_idle(struct domain *domain, const struct xen *xen);
void domain_enter_claimed(struct domain *domain, const struct xen *xen);

/** Undo what entering did, of a domain that is gone. */
void domain_leave_unattended(const struct domain *domain, const struct xen *xen);
void domain_leave_idle(const struct domain *domain, const struct xen *xen);

/** See domain.h. @return the next state. */
enum domain_state domain_step_unattended(struct domain *domain, const struct xen *xen);
enum domain_state domain_step_idle(struct domain *domain, const struct xen *xen);

#endif
