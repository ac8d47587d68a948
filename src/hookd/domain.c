/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "domain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "domain_access.h"
#include "log.h"
#include "record.h"
#include "xen/base/handover.h"

/* Between two looks at what a domain has in xenstore, however often it writes there. */
#define LOOK_INTERVAL_MS 100u
/* Marks may be there before QEMU is, after a restore. */
#define MODEL_INTERVAL_MS   250u
#define CLAIM_FAILURES_MOST 3u
/* Who makes the hook claim again and again gets it so often, and then slowly. */
#define CLAIMS_AT_ONCE 8u
#define CLAIM_PAUSE_MS 5000u

static void domain_token(const struct domain *domain, char token[16])
{
    snprintf(token, 16, "%u", domain->domid);
}

static void domain_watch(const struct domain *domain, const struct xen *xen, const char *key)
{
    char token[16];

    domain_token(domain, token);
    if (!store_watch(xen->store, domain->home, key, token))
        log_error("domain %u: no watch on %s: %s", domain->domid, key, strerror(errno));
}

static void domain_unwatch(const struct domain *domain, const struct xen *xen, const char *key)
{
    char token[16];

    domain_token(domain, token);
    store_unwatch(xen->store, domain->home, key, token);
}

/**** Strange and idle ****/

static const char bios_key[] = "hvmloader/bios", disks_key[] = "device/vbd";

static void domain_become_idle(struct domain *domain, const struct xen *xen)
{
    domain->state = DOMAIN_IDLE;
    domain->dirty = true;
    domain->resumed = false;
    domain->monitor_failed = false;
    domain->look_ms = domain->claims < CLAIMS_AT_ONCE ? 0 : clock_ms() + CLAIM_PAUSE_MS;
    domain_watch(domain, xen, disks_key);
}

static void domain_announce(const struct domain *domain, const struct xen *xen)
{
    store_write(xen->store, XBT_NULL, domain->home, HANDOVER_HOOK, HANDOVER_VERSION);
    log_detail("domain %u: attended to", domain->domid);
}

/* QEMU in a domain of its own is in that domain's part of xenstore, and xl cannot speak to it: such
 * a guest is not attended to. */
static void model_place(const struct domain *domain, const struct xen *xen,
                        char directory[STORE_PATH_BYTES])
{
    snprintf(directory, STORE_PATH_BYTES, "/local/domain/%u/device-model/%u", xen->domid,
             domain->domid);
}

static void domain_await_model(const struct domain *domain, const struct xen *xen)
{
    char directory[STORE_PATH_BYTES], token[16];

    model_place(domain, xen, directory);
    domain_token(domain, token);
    store_watch(xen->store, directory, "state", token);
    domain_watch(domain, xen, bios_key);
}

static void domain_await_no_model(const struct domain *domain, const struct xen *xen)
{
    char directory[STORE_PATH_BYTES], token[16];

    model_place(domain, xen, directory);
    domain_token(domain, token);
    store_unwatch(xen->store, directory, "state", token);
    domain_unwatch(domain, xen, bios_key);
}

/* The hook's server must be newer than QEMU's, so QEMU has to be up. */
static void domain_step_strange(struct domain *domain, const struct xen *xen)
{
    char bios[16], directory[STORE_PATH_BYTES], state[16];

    model_place(domain, xen, directory);
    if (!store_read(xen->store, XBT_NULL, domain->home, bios_key, bios, sizeof(bios)) ||
        strcmp(bios, "seabios") ||
        !store_read(xen->store, XBT_NULL, directory, "state", state, sizeof(state)) ||
        strcmp(state, "running"))
        return;
    domain_await_no_model(domain, xen);
    domain_announce(domain, xen);
    domain_become_idle(domain, xen);
}

unsigned domain_list_disks(const struct domain *domain, const struct xen *xen,
                           uint32_t numbers[DOMAIN_DISKS_MOST])
{
    char directory[STORE_PATH_BYTES];
    unsigned count = 0, found = 0;

    snprintf(directory, sizeof(directory), "/local/domain/%u/%s", domain->domid, disks_key);
    char **names = xs_directory(xen->store, XBT_NULL, directory, &count);
    for (unsigned i = 0; names && i < count && found < DOMAIN_DISKS_MOST; i++)
        if (decimal_parse(names[i], UINT32_MAX, &numbers[found]))
            found++;
    free(names);
    return found;
}

static bool domain_wants_hook(const struct domain *domain, const struct xen *xen)
{
    uint32_t numbers[DOMAIN_DISKS_MOST];
    unsigned count = domain_list_disks(domain, xen, numbers);

    for (unsigned i = 0; i < count; i++)
        if (disk_wants_hook(xen, domain->domid, numbers[i]))
            return true;
    return false;
}

/* The server is written down before it can have anyone waiting. */
static bool domain_claim(struct domain *domain, const struct xen *xen)
{
    ioservid_t server;

    if (claim_create(xen, domain->domid, &server))
        return false;
    if (record_write(xen, domain->domid, server, RECORD_CLAIMED) &&
        !claim_open(&domain->claim, xen, domain->domid, server)) {
        if (!claim_take_ports(&domain->claim, xen))
            return true;
        claim_close(&domain->claim, xen);
    }
    int error = errno;
    claim_destroy(xen, domain->domid, server);
    record_remove(xen, domain->domid);
    errno = error;
    return false;
}

static void domain_become_claimed(struct domain *domain, const struct xen *xen)
{
    domain->state = DOMAIN_CLAIMED;
    domain->claims++;
    domain_unwatch(domain, xen, disks_key);
    store_write(xen->store, XBT_NULL, domain->home, HANDOVER_CLAIM, HANDOVER_VERSION);
    log_info("domain %u: claimed", domain->domid);
}

/* Without the hook the firmware goes another way; so it must not wait for what never comes. */
static void domain_claim_failed(struct domain *domain, const struct xen *xen)
{
    log_error("domain %u: cannot be claimed: %s", domain->domid, strerror(errno));
    if (++domain->claim_failures < CLAIM_FAILURES_MOST)
        return;
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_HOOK);
    domain_unwatch(domain, xen, disks_key);
}

static uint64_t domain_step_idle(struct domain *domain, const struct xen *xen)
{
    uint64_t now = clock_ms();

    if (!domain->dirty || domain->claim_failures >= CLAIM_FAILURES_MOST)
        return DOMAIN_NEVER;
    if (now < domain->look_ms)
        return domain->look_ms;
    domain->dirty = false;
    domain->look_ms = now + LOOK_INTERVAL_MS;
    if (!domain_wants_hook(domain, xen))
        return DOMAIN_NEVER;
    if (domain_claim(domain, xen))
        domain_become_claimed(domain, xen);
    else
        domain_claim_failed(domain, xen);
    return domain->state == DOMAIN_IDLE ? DOMAIN_NEVER : 0;
}

/**** For others ****/

void domain_release(struct domain *domain, const struct xen *xen, bool destroy)
{
    ioservid_t server = domain->claim.server;

    claim_close(&domain->claim, xen);
    if (destroy)
        claim_destroy(xen, domain->domid, server);
    record_remove(xen, domain->domid);
    if (domain->leaving)
        domain->left = true;
    else
        domain_become_idle(domain, xen);
}

/* Another hook was killed. What it claimed is still claimed, and may have someone waiting. */
static bool domain_adopt(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    enum record_phase phase;
    struct access access;
    ioservid_t server;

    if (!record_read(xen, domain->domid, &server, &phase))
        return false;
    if (claim_open(&domain->claim, xen, domain->domid, server)) {
        log_error("domain %u: ioreq server %u cannot be taken over: %s", domain->domid, server,
                  strerror(errno));
        record_remove(xen, domain->domid);
        return false;
    }
    log_info("domain %u: taken over from another hook", domain->domid);
    domain_announce(domain, xen);
    domain->resumed = phase == RECORD_CLOSING;
    if (phase == RECORD_CLAIMED && !claim_take_ports(&domain->claim, xen))
        domain_become_claimed(domain, xen);
    else if (domain_sort_requests(domain, xen, &access) == CLAIM_SLOTS)
        domain_end_closing(domain, xen);
    else
        domain_begin_closing(domain, xen, limit_ms);
    return true;
}

struct domain *domain_new(const struct xen *xen, uint32_t domid, uint32_t limit_ms)
{
    struct domain *domain = calloc(1, sizeof(*domain));

    if (!domain) {
        log_error("domain %u: no memory", domid);
        return NULL;
    }
    domain->domid = domid;
    domain->dirty = true;
    snprintf(domain->home, sizeof(domain->home), "/local/domain/%u", domid);
    if (!domain_adopt(domain, xen, limit_ms))
        domain_await_model(domain, xen);
    return domain;
}

void domain_drop(struct domain *domain, const struct xen *xen)
{
    log_detail("domain %u: gone", domain->domid);
    replay_abort(&domain->replay);
    claim_close(&domain->claim, xen);
    for (unsigned i = 0; i < domain->disk_count; i++)
        disk_forget(&domain->disks[i], xen);
    free(domain->disks);
    if (domain->state == DOMAIN_STRANGE)
        domain_await_no_model(domain, xen);
    else
        domain_unwatch(domain, xen, disks_key);
    record_remove(xen, domain->domid);
    free(domain);
}

void domain_leave(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    domain->leaving = true;
    domain->dirty = true;
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_HOOK);
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_CLAIM);
    if (domain->state == DOMAIN_STRANGE || domain->state == DOMAIN_IDLE)
        domain->left = true;
    if (domain->state != DOMAIN_CLAIMED)
        return;
    claim_give_ports(&domain->claim, xen);
    domain_become_releasing(domain, limit_ms);
}

/* What can be done in the state that it is in. @return 0: look again now. */
static uint64_t domain_step_once(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    switch (domain->state) {
    case DOMAIN_STRANGE:
        domain_step_strange(domain, xen);
        return domain->state == DOMAIN_STRANGE ? DOMAIN_NEVER : 0;
    case DOMAIN_IDLE:
        return domain_step_idle(domain, xen);
    case DOMAIN_CLAIMED:
        return domain_step_claimed(domain, xen, limit_ms);
    case DOMAIN_CLOSING:
        return domain_step_closing(domain, xen);
    case DOMAIN_ANSWERING:
        return domain_step_answering(domain, xen, limit_ms);
    case DOMAIN_RELEASING:
        return domain_step_releasing(domain, xen, limit_ms);
    }
    return DOMAIN_NEVER;
}

uint64_t domain_step(struct domain *domain, const struct xen *xen, uint32_t limit_ms)
{
    if (!domain->dirty && clock_ms() < domain->wake_ms)
        return domain->wake_ms;
    /* An idle one keeps it until it may be looked at. */
    if (domain->state != DOMAIN_IDLE)
        domain->dirty = false;
    domain->wake_ms = domain->left ? DOMAIN_NEVER : domain_step_once(domain, xen, limit_ms);
    return domain->wake_ms;
}
