/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "domain_adopt.h"

#include <errno.h>
#include <string.h>

#include "clock.h"
#include "domain_idle.h"
#include "log.h"
#include "record.h"
#include "store_call.h"
#include "xen/base/handover.h"

/* Time between two tries to open a claim. */
#define ADOPT_INTERVAL_MS 500u

enum domain_state domain_first_state(struct domain *domain, const struct xen *xen)
{
    struct record record;

    return record_read(xen, domain->domid, &record) || errno != ENOENT ? DOMAIN_ADOPTING
                                                                       : DOMAIN_UNATTENDED;
}

void domain_enter_adopting(struct domain *domain, uint32_t limit_ms)
{
    domain->dirty = true;
    domain->deadline_ms = clock_ms() + limit_ms;
}

/* Processors may wait for the claim, and only its page shows them. So keep the record and the
 * server, and try again. At the limit return the ports, and keep the server disabled but in
 * the moment of each try, so that no more processors wait. */
static void domain_adopt_failed(struct domain *domain, const struct xen *xen, ioservid_t server)
{
    struct claim claim = {.domid = domain->domid, .server = server};

    domain->error = errno;
    claim_close(&domain->claim, xen);
    if (!domain->adopt_failures++)
        log_error("domain %u: cannot take over ioreq server %u: %s", domain->domid, server,
                  strerror(errno));
    if (clock_ms() >= domain->deadline_ms && !domain->ports_returned) {
        log_error("domain %u: I/O ports returned: ioreq server %u cannot be taken over",
                  domain->domid, server);
        store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_CLAIM);
        claim_ports_unmap(&claim, xen);
        domain->ports_returned = true;
    }
    if (domain->ports_returned)
        claim_disable(&claim, xen);
    domain->detached = domain->detaching && domain->ports_returned;
    domain->wake_ms = domain->earliest_ms = clock_ms() + ADOPT_INTERVAL_MS;
}

/* There is no server any more. */
static enum domain_state domain_forget(struct domain *domain, const struct xen *xen)
{
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_CLAIM);
    record_remove(xen, domain->domid);
    domain->detached = domain->detaching;
    return DOMAIN_UNATTENDED;
}

/* The record, or the type of the guest, could not be read. */
static enum domain_state domain_without_record(struct domain *domain)
{
    if (errno == ENOENT) {
        domain->detached = domain->detaching;
        return DOMAIN_UNATTENDED;
    }
    domain->detached = domain->detaching && clock_ms() >= domain->deadline_ms;
    domain->wake_ms = domain->earliest_ms = clock_ms() + ADOPT_INTERVAL_MS;
    return DOMAIN_ADOPTING;
}

enum domain_state domain_step_adopting(struct domain *domain, const struct xen *xen)
{
    struct record record;

    domain->wake_ms = domain->earliest_ms;
    if (clock_ms() < domain->earliest_ms)
        return DOMAIN_ADOPTING;
    if (!record_read(xen, domain->domid, &record) || !domain_type_read(domain, xen))
        return domain_without_record(domain);
    if (record.phase == RECORD_UNUSED) {
        /* The number may be another device model's by now. */
        if (claim_is_new(xen, domain->domid, record.server))
            claim_destroy(xen, domain->domid, record.server);
        return domain_forget(domain, xen);
    }
    if (claim_open(&domain->claim, xen, domain->domid, record.server)) {
        if (errno == ENOENT) {
            claim_close(&domain->claim, xen);
            return domain_forget(domain, xen);
        }
        domain_adopt_failed(domain, xen, record.server);
        return DOMAIN_ADOPTING;
    }
    log_info("domain %u: taken over from an earlier daemon", domain->domid);
    domain->error = 0;
    domain->resumed = record.phase == RECORD_CLOSING;
    domain->adopted_ms = record.deadline_ms;
    if (domain->detaching)
        return DOMAIN_CLOSING;
    domain_announce(domain, xen);
    return record.phase == RECORD_CLAIMED && !claim_ports_map(&domain->claim, xen) ? DOMAIN_CLAIMED
                                                                                   : DOMAIN_CLOSING;
}
