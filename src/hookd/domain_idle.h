/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A domain before the claim of its ports: the states unattended and idle.
 */
#ifndef HOOKD_DOMAIN_IDLE_H
#define HOOKD_DOMAIN_IDLE_H

#include "domain.h"

/** Announce the daemon to the firmware. */
void domain_announce(const struct domain *domain, const struct xen *xen);

void domain_enter_unattended(const struct domain *domain, const struct xen *xen);
void domain_enter_idle(struct domain *domain, const struct xen *xen);
void domain_enter_claimed(struct domain *domain, const struct xen *xen);

/** Return: whether the ports of an idle domain could not be claimed too often: the daemon no longer
 * attends to it. */
bool domain_has_given_up(const struct domain *domain);

/** Remove the watches of a state. */
void domain_leave_unattended(const struct domain *domain, const struct xen *xen);
void domain_leave_idle(const struct domain *domain, const struct xen *xen);

/** Steps of each state (domain.h). Return: the next state. */
enum domain_state domain_step_unattended(struct domain *domain, const struct xen *xen);
enum domain_state domain_step_idle(struct domain *domain, const struct xen *xen);

#endif
