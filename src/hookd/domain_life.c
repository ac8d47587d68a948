/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "domain_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "domain_access.h"
#include "domain_adopt.h"
#include "domain_idle.h"
#include "log.h"
#include "record.h"
#include "server.h"
#include "store_call.h"
#include "xen/base/handover.h"

static void domain_enter(struct domain *domain, const struct xen *xen, enum domain_state state,
                         uint32_t limit_ms)
{
    domain->state = state;
    switch (state) {
    case DOMAIN_ADOPTING:
        domain_enter_adopting(domain, limit_ms);
        break;
    case DOMAIN_UNATTENDED:
        domain_enter_unattended(domain, xen);
        break;
    case DOMAIN_IDLE:
        domain_enter_idle(domain, xen);
        break;
    case DOMAIN_CLAIMED:
        domain_enter_claimed(domain, xen);
        break;
    case DOMAIN_CLOSING:
        domain_enter_closing(domain, xen, limit_ms);
        break;
    case DOMAIN_ANSWERING:
        domain_enter_answering(domain, xen);
        break;
    case DOMAIN_RELEASING:
        domain_enter_releasing(domain, limit_ms);
        break;
    }
}

struct domain *domain_new(const struct xen *xen, uint32_t domid, uint32_t limit_ms)
{
    struct domain *domain = calloc(1, sizeof(*domain));

    if (!domain) {
        log_error("domain %u: out of memory", domid);
        return NULL;
    }
    domain->domid = domid;
    domain->dirty = true;
    snprintf(domain->home, sizeof(domain->home), "/local/domain/%u", domid);
    domain_enter(domain, xen, domain_first_state(domain, xen), limit_ms);
    if (domain->state == DOMAIN_ADOPTING)
        domain_step(domain, xen, limit_ms);
    return domain;
}

void domain_free(struct domain *domain, const struct xen *xen)
{
    log_detail("domain %u: gone", domain->domid);
    replay_abort(&domain->replay);
    claim_close(&domain->claim, xen);
    for (unsigned i = 0; i < domain->disk_count; i++)
        disk_close_abandon(&domain->disks[i], xen);
    free(domain->disks);
    if (domain->state == DOMAIN_UNATTENDED)
        domain_leave_unattended(domain, xen);
    else
        domain_leave_idle(domain, xen);
    /* The record of a claim that could not be opened is for the next daemon. */
    if (domain->state != DOMAIN_ADOPTING || !domain->detached)
        record_remove(xen, domain->domid);
    free(domain);
}

void domain_detach(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    domain->detaching = true;
    domain->dirty = true;
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_HOOK);
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_CLAIM);
    if (domain->state == DOMAIN_UNATTENDED || domain->state == DOMAIN_IDLE)
        domain->detached = true;
    /* Its loader may have made its last call of int13: nothing else would close the disks. */
    if (domain->state == DOMAIN_CLAIMED)
        domain_enter(domain, xen, DOMAIN_CLOSING, limit_ms);
}

void domain_settle(const struct domain *domain, const struct xen *xen)
{
    const struct record record = {domain->claim.server, RECORD_CLOSING, domain->deadline_ms};

    if (domain->detaching)
        store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_HOOK);
    if (domain->state == DOMAIN_IDLE || domain->server_left ||
        (domain->state == DOMAIN_RELEASING && domain->detached)) {
        store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_CLAIM);
        if (domain->server_left)
            server_destroy(xen, domain->domid, domain->claim.server);
        else
            record_remove(xen, domain->domid);
    } else if (domain->claim.page && domain->state != DOMAIN_CLAIMED) {
        record_write(xen, domain->domid, &record);
    }
}

/* States whose steps depend on xenstore alone. */
static bool domain_needs_store(const struct domain *domain)
{
    return domain->state == DOMAIN_ADOPTING || domain->state == DOMAIN_UNATTENDED ||
           domain->state == DOMAIN_IDLE;
}

/* Take one step of the current state. Return: the next state. */
static enum domain_state domain_step_once(struct domain *domain, const struct xen *xen)
{
    switch (domain->state) {
    case DOMAIN_ADOPTING:
        return domain_step_adopting(domain, xen);
    case DOMAIN_UNATTENDED:
        return domain_step_unattended(domain, xen);
    case DOMAIN_IDLE:
        return domain_step_idle(domain, xen);
    case DOMAIN_CLAIMED:
        return domain_step_claimed(domain, xen);
    case DOMAIN_CLOSING:
        return domain_step_closing(domain, xen);
    case DOMAIN_ANSWERING:
        return domain_step_answering(domain, xen);
    default:
        return domain_step_releasing(domain, xen);
    }
}

uint64_t domain_step(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    if (!domain->dirty && clock_ms() < domain->wake_ms)
        return domain->wake_ms;
    /* An idle domain stays dirty until earliest_ms. */
    if (domain->state != DOMAIN_IDLE)
        domain->dirty = false;
    bool pauses = store_is_down() && domain_needs_store(domain);
    if (pauses && domain->detaching)
        domain->detached = true;
    if (pauses || domain->detached) {
        domain->wake_ms = DOMAIN_NEVER;
        return DOMAIN_NEVER;
    }
    enum domain_state next = domain_step_once(domain, xen);
    if (next != domain->state || domain->again) {
        domain_enter(domain, xen, next, limit_ms);
        domain->wake_ms = 0;
    }
    return domain->wake_ms;
}
