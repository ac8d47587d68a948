/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "domain_access.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "record.h"
#include "server.h"
#include "store_call.h"
#include "xen/base/handover.h"

/* Xen does not notify the daemon when it has collected an answer, and a paused domain collects
 * none: poll first often, and then less and less. */
#define RELEASE_INTERVAL_MS     10u
#define RELEASE_INTERVAL_MAX_MS 1000u

/* A guest that has waited for a daemon until its deadline, or longer, still waits this long for its
 * disks: most backends close within it. Otherwise the guest would find each disk half closed, a
 * state in which Linux does not reset it. */
#define LATE_LIMIT_MS 1000u

static void domain_wake(struct domain *domain, uint64_t at_ms)
{
    if (at_ms < domain->wake_ms)
        domain->wake_ms = at_ms;
}

/**** Claimed and closing ****/

unsigned domain_requests_scan(struct domain *domain, const struct xen *xen, struct access *first)
{
    unsigned waiting = CLAIM_SLOTS;

    for (unsigned slot = 0; slot < domain->claim.slot_count; slot++) {
        struct ioreq request;
        struct access access;

        if (!claim_request_read(&domain->claim, slot, &request))
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
        case ACCESS_UNEXPECTED:
            if (!domain->unexpected_reported)
                log_error("domain %u: unexpected request of type %u", domain->domid, request.type);
            domain->unexpected_reported = true;
            claim_answer(&domain->claim, xen, slot, UINT64_MAX);
            break;
        }
    }
    return waiting;
}

static bool domain_closes_disk(const struct domain *domain, uint32_t number)
{
    for (unsigned i = 0; i < domain->disk_count; i++)
        if (domain->disks[i].number == number)
            return true;
    return false;
}

/* Begin to close the disks that are not being closed yet. A failure of xenstored is not taken for a
 * domain without disks, or for a disk without a mark. */
static void domain_disks_begin(struct domain *domain, const struct xen *xen)
{
    enum close_reason reason = domain->for_access  ? CLOSE_FOR_ACCESS
                               : domain->detaching ? CLOSE_TO_LEAVE
                                                   : CLOSE_TO_RESUME;
    uint32_t numbers[DOMAIN_DISKS_MAX];
    unsigned count = domain_disks_list(domain, xen, numbers, DOMAIN_DISKS_MAX);

    domain->unread = errno != ENOENT;
    for (unsigned i = 0; i < count && domain->disk_count < DOMAIN_DISKS_OPEN_MAX; i++) {
        struct disk_close *disk = &domain->disks[domain->disk_count];

        if (domain_closes_disk(domain, numbers[i]))
            continue;
        if (disk_close_begin(disk, xen, domain->domid, numbers[i], reason, domain->resumed))
            domain->disk_count++;
        else if (errno != ENOENT)
            domain->unread = true;
    }
    for (unsigned i = domain->disk_count; i-- > 0;)
        if (domain->disks[i].mark.magic)
            domain->magic = domain->disks[i].mark.magic;
}

/* Go on with those closes of the one before that are not done. */
static void domain_disks_keep(struct domain *domain, const struct xen *xen)
{
    unsigned kept = 0;

    if (!domain->disks) {
        domain->disk_count = 0;
        domain->disks = calloc(DOMAIN_DISKS_OPEN_MAX, sizeof(*domain->disks));
        if (!domain->disks)
            log_error("domain %u: out of memory: its disks are not closed", domain->domid);
        return;
    }
    for (unsigned i = 0; i < domain->disk_count; i++) {
        if (disk_close_goes_on(&domain->disks[i], xen))
            domain->disks[kept++] = domain->disks[i];
        else
            disk_close_abandon(&domain->disks[i], xen);
    }
    domain->disk_count = kept;
}

void domain_enter_closing(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    struct record record = {domain->claim.server, RECORD_CLOSING, 0};
    uint64_t late_ms = clock_ms() + LATE_LIMIT_MS;
    struct access access;

    domain->deadline_ms = (domain->access_ms ? domain->access_ms : clock_ms()) + limit_ms;
    if (domain->adopted_ms && domain->adopted_ms < domain->deadline_ms)
        domain->deadline_ms = domain->adopted_ms < late_ms ? late_ms : domain->adopted_ms;
    domain->access_ms = domain->adopted_ms = 0;
    store_due(domain->deadline_ms);
    record.deadline_ms = domain->deadline_ms;
    record_write(xen, domain->domid, &record);
    domain->for_access = domain_requests_scan(domain, xen, &access) != CLAIM_SLOTS;
    handover_report_begin(&domain->handover, domain->for_access ? &access : NULL,
                          domain->detaching);
    domain->again = false;
    domain_disks_keep(domain, xen);
    domain->unread = false;
    if (domain->disks)
        domain_disks_begin(domain, xen);
    if (domain->is_pvh)
        domain->magic = ACCESS_NO_PLATFORM_DEVICE;
}

/* A processor waits whose access this close is not for. What it has not finished, the next one
 * continues. */
static void domain_close_again(struct domain *domain)
{
    domain->again = domain->resumed = true;
}

void domain_enter_answering(struct domain *domain, const struct xen *xen)
{
    struct access access;

    /* The firmware must not rely on a claim without ports. Later accesses do not wait. */
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_CLAIM);
    claim_ports_unmap(&domain->claim, xen);
    bool waiting = domain_requests_scan(domain, xen, &access) != CLAIM_SLOTS;
    if (waiting && !domain->for_access) {
        domain_close_again(domain);
        return;
    }
    for (unsigned i = 0; i < domain->disk_count; i++) {
        disk_close_end(&domain->disks[i], xen, waiting);
        handover_report_disk(&domain->handover, &domain->disks[i]);
    }
    free(domain->disks);
    domain->disks = NULL;
    domain->disk_count = 0;
    domain->adopted_ms = 0;
}

enum domain_state domain_step_claimed(struct domain *domain, const struct xen *xen)
{
    struct access access;

    domain->wake_ms = DOMAIN_NEVER;
    if (domain_requests_scan(domain, xen, &access) != CLAIM_SLOTS)
        return DOMAIN_CLOSING;
    domain->access_ms = 0;
    return DOMAIN_CLAIMED;
}

/* A stalled store may work again before the deadline, and the next worker then closes the disks. A
 * lost one does not. */
static enum domain_state domain_step_closing_without_store(const struct domain *domain)
{
    if (!store_is_lost() && clock_ms() < domain->deadline_ms)
        return DOMAIN_CLOSING;
    log_error("domain %u: its disks may be open: xenstored did not answer in time", domain->domid);
    return DOMAIN_ANSWERING;
}

enum domain_state domain_step_closing(struct domain *domain, const struct xen *xen)
{
    struct access access;
    unsigned done = 0;

    bool waiting = domain_requests_scan(domain, xen, &access) != CLAIM_SLOTS;
    domain->wake_ms = domain->deadline_ms;
    if (waiting && !domain->for_access) {
        domain_close_again(domain);
        return DOMAIN_CLOSING;
    }
    domain->access_ms = 0;
    if (domain->unread && !store_is_down())
        domain_disks_begin(domain, xen);
    if (domain->unread)
        domain_wake(domain, clock_ms() + CLOSE_UNREAD_MS);
    for (unsigned i = 0; i < domain->disk_count && !store_is_down(); i++) {
        done += disk_close_step(&domain->disks[i], xen);
        domain_wake(domain, domain->disks[i].wake_ms);
    }
    if (store_is_down())
        return domain_step_closing_without_store(domain);
    if ((domain->unread || done < domain->disk_count) && clock_ms() < domain->deadline_ms)
        return DOMAIN_CLOSING;
    if (domain->unread)
        log_error("domain %u: its disks may be open: xenstored did not answer in time",
                  domain->domid);
    return DOMAIN_ANSWERING;
}

/**** Answering and releasing ****/

static void domain_answer(struct domain *domain, const struct xen *xen, unsigned slot,
                          const struct access *access, uint32_t value)
{
    handover_report_end(&domain->handover, domain->domid);
    claim_answer(&domain->claim, xen, slot, access_finish(access, xen, domain->domid, value));
}

void domain_enter_releasing(struct domain *domain, uint32_t limit_ms)
{
    domain->earliest_ms = 0;
    domain->release_interval_ms = RELEASE_INTERVAL_MS;
    domain->deadline_ms = clock_ms() + limit_ms;
    domain->access_ms = 0;
}

/* Answer the processor once QEMU has replayed its access, or cannot. */
static void domain_replay_poll(struct domain *domain, const struct xen *xen)
{
    uint32_t value = domain->replay_value;
    struct ioreq request;
    struct access access;

    switch (replay_poll(&domain->replay, domain->domid, &value)) {
    case REPLAY_RUNNING:
        domain->wake_ms = domain->replay.deadline_ms;
        /* The end of another domain's replay is no event for this one. */
        if (domain->replay.process == REPLAY_WAITS)
            domain_wake(domain, clock_ms() + REPLAY_POLL_MS);
        return;
    case REPLAY_FAILED:
        domain->monitor_failed = true;
        break;
    case REPLAY_DONE:
        break;
    }
    if (claim_request_read(&domain->claim, domain->replay_slot, &request) &&
        access_decode(&request, &access) == ACCESS_PORT)
        domain_answer(domain, xen, domain->replay_slot, &access, value);
}

/* Have QEMU replay an access. Return: false if it need not see it, or its monitor fails. A QEMU of
 * a PVH guest serves disks, and has no ports. */
static bool domain_replay_start(struct domain *domain, const struct xen *xen, unsigned slot,
                                const struct access *access)
{
    char command[ACCESS_COMMAND_BYTES];
    /* A daemon that was killed may have been the only one that knew. To guess is dangerous: a
     * system that finds the magic believes that it has unplugged what is emulated. */
    uint32_t magic = domain->magic ? domain->magic : HANDOVER_UNPLUG_MAGIC;
    bool is_known = !access->write && access->size == 2 && domain->magic;

    domain->replay_slot = slot;
    domain->replay_value = access->write ? access_written_value(access, xen, domain->domid)
                                         : access_default_value(access, magic);
    return !domain->is_pvh && !domain->monitor_failed && !is_known &&
           access_command_make(access, domain->replay_value, command) &&
           replay_start(&domain->replay, domain->domid, command);
}

enum domain_state domain_step_answering(struct domain *domain, const struct xen *xen)
{
    struct access access;
    unsigned slot = domain_requests_scan(domain, xen, &access);

    domain->wake_ms = 0;
    if (domain->again)
        return DOMAIN_CLOSING;
    if (domain->replay.process) {
        domain_replay_poll(domain, xen);
        return DOMAIN_ANSWERING;
    }
    if (slot == CLAIM_SLOTS) {
        handover_report_end(&domain->handover, domain->domid);
        return DOMAIN_RELEASING;
    }
    if (!domain_replay_start(domain, xen, slot, &access))
        domain_answer(domain, xen, slot, &access, domain->replay_value);
    return DOMAIN_ANSWERING;
}

/* Close the server, and destroy it. Return: the next state. */
static enum domain_state domain_release(struct domain *domain, const struct xen *xen)
{
    ioservid_t server = domain->claim.server;

    claim_close(&domain->claim, xen);
    domain->server_left = !server_destroy(xen, domain->domid, server);
    if (domain->server_left) {
        /* Try again, or leave it to domain_settle or to the next daemon. */
        domain->claim.server = server;
        domain->detached = domain->detaching && store_is_down();
        domain->wake_ms = domain->earliest_ms = clock_ms() + RELEASE_INTERVAL_MAX_MS;
        return DOMAIN_RELEASING;
    }
    domain->detached = domain->detaching;
    return domain->detaching ? DOMAIN_RELEASING : DOMAIN_IDLE;
}

/* Leave the server to Xen, without a record: the next daemon cannot know when a processor has
 * collected its answer. */
static enum domain_state domain_abandon(struct domain *domain, const struct xen *xen)
{
    claim_close(&domain->claim, xen);
    record_remove(xen, domain->domid);
    domain->detached = true;
    return DOMAIN_RELEASING;
}

enum domain_state domain_step_releasing(struct domain *domain, const struct xen *xen)
{
    struct access access;
    uint64_t now = clock_ms();

    if (domain_requests_scan(domain, xen, &access) != CLAIM_SLOTS)
        return DOMAIN_CLOSING;
    domain->access_ms = 0;
    domain->wake_ms = domain->earliest_ms;
    if (now < domain->earliest_ms)
        return DOMAIN_RELEASING;
    /* Requests that came before it was disabled are answered in the next step. */
    bool disabled = domain->server_left || !claim_disable(&domain->claim, xen);
    if (!disabled && domain->release_interval_ms == RELEASE_INTERVAL_MS)
        log_error("domain %u: cannot disable ioreq server %u: %s", domain->domid,
                  domain->claim.server, strerror(errno));
    if (disabled && claim_is_idle(&domain->claim))
        return domain_release(domain, xen);
    if (domain->detaching && now >= domain->deadline_ms)
        /* A paused domain collects no answer. A server that is disabled does no harm. */
        return domain_abandon(domain, xen);
    domain->wake_ms = domain->earliest_ms = now + domain->release_interval_ms;
    if (domain->release_interval_ms < RELEASE_INTERVAL_MAX_MS)
        domain->release_interval_ms += domain->release_interval_ms / 2;
    return DOMAIN_RELEASING;
}
