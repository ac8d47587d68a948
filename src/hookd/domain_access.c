/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The life of a domain from the first access to a port until the hook has let go of the ports. */
#include "domain_access.h"

#include <stdlib.h>

#include "clock.h"
#include "log.h"
#include "record.h"
#include "xen/base/handover.h"

/* A processor may be on its way to a server that has just lost its ports. */
#define RELEASE_PAUSE_MS 20u
/* Xen does not tell that it has taken an answer. */
#define RELEASE_INTERVAL_MS 10u

/**** Claimed and closing ****/

/* Answer what needs no hand-over. @return the first slot that waits for one, or CLAIM_SLOTS. */
unsigned domain_sort_requests(struct domain *domain, const struct xen *xen, struct access *first)
{
    unsigned waiting = CLAIM_SLOTS;

    for (unsigned slot = 0; slot < domain->claim.slot_count; slot++) {
        struct ioreq request;
        struct access access;

        if (!claim_request(&domain->claim, slot, &request))
            continue;
        switch (access_decode(&request, &access)) {
        case ACCESS_PORT:
            if (waiting == CLAIM_SLOTS) {
                waiting = slot;
                *first = access;
            }
            break;
        case ACCESS_INVALIDATE:
            claim_answer(&domain->claim, xen, slot, request.data);
            break;
        case ACCESS_OTHER:
            if (!domain->nonsense_reported)
                log_error("domain %u: a request of type %u that nobody asked for", domain->domid,
                          request.type);
            domain->nonsense_reported = true;
            claim_answer(&domain->claim, xen, slot, UINT64_MAX);
            break;
        }
    }
    return waiting;
}

void domain_begin_closing(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    uint32_t numbers[DOMAIN_DISKS_MOST];
    unsigned count = domain_list_disks(domain, xen, numbers);

    record_write(xen, domain->domid, domain->claim.server, RECORD_CLOSING);
    domain->state = DOMAIN_CLOSING;
    domain->deadline_ms = clock_ms() + limit_ms;
    domain->disks = calloc(DOMAIN_DISKS_MOST, sizeof(*domain->disks));
    domain->disk_count = 0;
    for (unsigned i = 0; domain->disks && i < count; i++)
        if (disk_close_begin(&domain->disks[domain->disk_count], xen, domain->domid, numbers[i],
                             domain->resumed))
            domain->disk_count++;
}

void domain_end_closing(struct domain *domain, const struct xen *xen)
{
    for (unsigned i = 0; i < domain->disk_count; i++)
        disk_close_end(&domain->disks[i], xen);
    free(domain->disks);
    domain->disks = NULL;
    domain->disk_count = 0;
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_CLAIM);
    claim_give_ports(&domain->claim, xen);
    domain->state = DOMAIN_ANSWERING;
}

uint64_t domain_step_claimed(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    struct access access;

    if (domain_sort_requests(domain, xen, &access) == CLAIM_SLOTS)
        return DOMAIN_NEVER;
    domain_begin_closing(domain, xen, limit_ms);
    return 0;
}

uint64_t domain_step_closing(struct domain *domain, const struct xen *xen)
{
    struct access access;
    unsigned done = 0, closed = 0;

    domain_sort_requests(domain, xen, &access);
    for (unsigned i = 0; i < domain->disk_count; i++) {
        done += disk_close_step(&domain->disks[i], xen);
        closed += domain->disks[i].closed;
    }
    if (done < domain->disk_count && clock_ms() < domain->deadline_ms)
        return domain->deadline_ms;
    log_info("domain %u: handed over, %u of %u disks closed", domain->domid, closed,
             domain->disk_count);
    domain_end_closing(domain, xen);
    return 0;
}

/**** Answering and releasing ****/

static void domain_answer(struct domain *domain, const struct xen *xen, unsigned slot,
                          const struct access *access, uint32_t value)
{
    claim_answer(&domain->claim, xen, slot, access_finish(access, xen, domain->domid, value));
}

void domain_become_releasing(struct domain *domain, uint32_t limit_ms)
{
    domain->state = DOMAIN_RELEASING;
    domain->look_ms = clock_ms() + RELEASE_PAUSE_MS;
    domain->deadline_ms = clock_ms() + limit_ms;
}

/* QEMU is seeing an access: when it has, or cannot, the processor may go on. */
static uint64_t domain_follow_replay(struct domain *domain, const struct xen *xen)
{
    uint32_t value = domain->replay_value;
    struct ioreq request;
    struct access access;

    switch (replay_look(&domain->replay, domain->domid, &value)) {
    case REPLAY_RUNNING:
        return domain->replay.deadline_ms;
    case REPLAY_FAILED:
        domain->monitor_failed = true;
        break;
    case REPLAY_DONE:
        break;
    }
    if (claim_request(&domain->claim, domain->replay_slot, &request) &&
        access_decode(&request, &access) == ACCESS_PORT)
        domain_answer(domain, xen, domain->replay_slot, &access, value);
    return 0;
}

uint64_t domain_step_answering(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    char command[ACCESS_COMMAND_BYTES];
    struct access access;
    unsigned slot = domain_sort_requests(domain, xen, &access);

    if (domain->replay.process)
        return domain_follow_replay(domain, xen);
    if (slot == CLAIM_SLOTS) {
        domain_become_releasing(domain, limit_ms);
        return 0;
    }
    uint32_t value =
        access.write ? access_written(&access, xen, domain->domid) : access_default(&access);
    domain->replay_slot = slot;
    domain->replay_value = value;
    if (domain->monitor_failed || !access_command(&access, value, command) ||
        !replay_start(&domain->replay, domain->domid, command))
        domain_answer(domain, xen, slot, &access, value);
    return 0;
}

uint64_t domain_step_releasing(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    struct access access;
    uint64_t now = clock_ms();

    if (domain_sort_requests(domain, xen, &access) != CLAIM_SLOTS) {
        domain_begin_closing(domain, xen, limit_ms);
        return 0;
    }
    if (now < domain->look_ms)
        return domain->look_ms;
    if (claim_is_idle(&domain->claim))
        domain_release(domain, xen, true);
    else if (domain->leaving && now >= domain->deadline_ms)
        /* A domain that is paused takes no answer. Without ports its server does no harm. */
        domain_release(domain, xen, false);
    else
        domain->look_ms = now + RELEASE_INTERVAL_MS;
    return domain->look_ms;
}
