/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "domain_idle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "server.h"
#include "store_call.h"
#include "xen/base/handover.h"

/* Time between two checks of a domain's keys, however often the guest writes them; and the number
 * of disks after which it is that much longer. With as many as the daemon knows it is still shorter
 * than the firmware waits for a claim. */
#define CHECK_INTERVAL_MS    100u
#define DISKS_IN_AN_INTERVAL 64u
#define CLAIM_FAILURES_MAX   3u
/* A transaction that conflicts with another client's, or that a live update of xenstored has lost,
 * is repeated, but not for ever. */
#define TRANSACTION_TRIES 16u
/* A guest that asks for claims again and again gets these, and then one every CLAIM_PAUSE_MS. */
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
    if (!store_watch(xen->store, domain->home, key, token) && !store_is_down())
        log_error("domain %u: cannot watch %s: %s", domain->domid, key, strerror(errno));
}

static void domain_unwatch(const struct domain *domain, const struct xen *xen, const char *key)
{
    char token[16];

    domain_token(domain, token);
    store_unwatch(xen->store, domain->home, key, token);
}

static const char bios_key[] = "hvmloader/bios", disks_key[] = DOMAIN_DISKS_KEY;

void domain_enter_idle(struct domain *domain, const struct xen *xen)
{
    domain->dirty = true;
    domain->resumed = false;
    domain->monitor_failed = false;
    domain->earliest_ms = domain->claims < CLAIMS_AT_ONCE ? 0 : clock_ms() + CLAIM_PAUSE_MS;
    if (domain->claim_failures && !domain->earliest_ms)
        domain->earliest_ms = clock_ms() + CHECK_INTERVAL_MS;
    if (!domain_has_given_up(domain))
        domain_watch(domain, xen, disks_key);
}

/* Write a key below the domain's home. If the toolstack has just removed the home, a write would
 * create it again, and nothing would remove it. */
static void domain_key_write(const struct domain *domain, const struct xen *xen, const char *key)
{
    char identity[STORE_PATH_BYTES];

    for (unsigned tries = 0; tries < TRANSACTION_TRIES; tries++) {
        xs_transaction_t transaction = store_transaction_start(xen->store);

        if (transaction == XBT_NULL)
            return;
        bool good =
            store_read(xen->store, transaction, domain->home, "vm", identity, sizeof(identity)) &&
            store_write(xen->store, transaction, domain->home, key, HANDOVER_VERSION);
        if (store_transaction_end(xen->store, transaction, !good) ||
            (errno != EAGAIN && errno != ENOENT))
            return;
    }
}

void domain_announce(const struct domain *domain, const struct xen *xen)
{
    domain_key_write(domain, xen, HANDOVER_HOOK);
    log_detail("domain %u: attending", domain->domid);
}

/* The toolstack makes a directory for each QEMU that it starts in this domain. It does so before
 * QEMU runs, and one with few rights (dm_restrict=1) never writes there. */
static void qemus_directory(const struct xen *xen, char directory[STORE_PATH_BYTES])
{
    snprintf(directory, STORE_PATH_BYTES, "/local/domain/%u/device-model", xen->domid);
}

void domain_enter_unattended(const struct domain *domain, const struct xen *xen)
{
    char directory[STORE_PATH_BYTES], token[16];

    qemus_directory(xen, directory);
    domain_token(domain, token);
    store_watch(xen->store, directory, token, token);
    domain_watch(domain, xen, bios_key);
}

void domain_leave_unattended(const struct domain *domain, const struct xen *xen)
{
    char directory[STORE_PATH_BYTES], token[16];

    qemus_directory(xen, directory);
    domain_token(domain, token);
    store_unwatch(xen->store, directory, token, token);
    domain_unwatch(domain, xen, bios_key);
}

/* The monitor of a QEMU in a stub domain is out of xl's reach. */
static bool domain_has_qemu_here(const struct domain *domain, const struct xen *xen)
{
    char directory[STORE_PATH_BYTES], number[16];

    qemus_directory(xen, directory);
    domain_token(domain, number);
    return store_exists(xen->store, directory, number) &&
           !store_exists(xen->store, domain->home, "image/device-model-domid");
}

static bool domain_has_seabios(const struct domain *domain, const struct xen *xen)
{
    char bios[16];

    return store_read(xen->store, XBT_NULL, domain->home, bios_key, bios, sizeof(bios)) &&
           !strcmp(bios, "seabios");
}

/* Whether QEMU runs yet is of no matter: the ports are claimed when the firmware writes a mark, and
 * the toolstack lets no guest run before its QEMU does. So the daemon's server is newer.
 *
 * Nothing tells whether the kernel of a PVH guest is a firmware. A key that other kernels do not
 * know does them no harm, and without a mark there is no server. */
enum domain_state domain_step_unattended(struct domain *domain, const struct xen *xen)
{
    domain->wake_ms = DOMAIN_NEVER;
    domain_type_read(domain, xen);
    if (!domain->is_pvh && (!domain_has_seabios(domain, xen) || !domain_has_qemu_here(domain, xen)))
        return DOMAIN_UNATTENDED;
    domain_leave_unattended(domain, xen);
    domain_announce(domain, xen);
    return DOMAIN_IDLE;
}

/* Look for a disk whose firmware asks for the daemon, and set when the next look may be. */
static bool domain_wants_hook(struct domain *domain, const struct xen *xen)
{
    uint32_t numbers[DOMAIN_DISKS_MAX];
    unsigned count = domain_disks_list(domain, xen, numbers, DOMAIN_DISKS_MAX);
    uint64_t intervals = 1 + count / DISKS_IN_AN_INTERVAL;

    domain->earliest_ms = clock_ms() + CHECK_INTERVAL_MS * intervals;
    for (unsigned i = 0; i < count; i++)
        if (disk_wants_hook(xen, domain->domid, numbers[i], &domain->magic))
            return true;
    return false;
}

/* The server is recorded before a processor can wait for it, which may be as soon as it is enabled.
 * Return: the next state; unless it is DOMAIN_CLAIMED, the claim has failed, with errno. */
static enum domain_state domain_claim(struct domain *domain, const struct xen *xen)
{
    struct claim *claim = &domain->claim;
    ioservid_t server;

    if (server_create(xen, domain->domid, &server)) {
        domain->server_left = server != SERVER_NONE;
        claim->server = server;
        return DOMAIN_IDLE;
    }
    if (claim_open(claim, xen, domain->domid, server)) {
        int error = errno;
        bool waits = claim->page && (claim_disable(claim, xen) || claim_was_asked(claim));

        claim_close(claim, xen);
        /* If the server cannot be destroyed, its record stays too. */
        waits = waits || !server_destroy(xen, domain->domid, server);
        errno = error;
        return waits ? DOMAIN_ADOPTING : DOMAIN_IDLE;
    }
    return claim_ports_map(claim, xen) ? DOMAIN_RELEASING : DOMAIN_CLAIMED;
}

void domain_enter_claimed(struct domain *domain, const struct xen *xen)
{
    domain->claims++;
    domain->claim_failures = 0;
    domain->access_ms = 0;
    domain->error = 0;
    domain_unwatch(domain, xen, disks_key);
    domain_key_write(domain, xen, HANDOVER_CLAIM);
    log_info("domain %u: I/O ports claimed", domain->domid);
}

/* After the last failure, withdraw the announcement: the firmware would wait for each claim. */
static void domain_claim_failed(struct domain *domain, const struct xen *xen)
{
    domain->error = errno;
    log_error("domain %u: cannot claim its I/O ports: %s", domain->domid, strerror(errno));
    if (++domain->claim_failures < CLAIM_FAILURES_MAX)
        return;
    store_remove(xen->store, XBT_NULL, domain->home, HANDOVER_HOOK);
    domain_unwatch(domain, xen, disks_key);
}

bool domain_has_given_up(const struct domain *domain)
{
    return domain->state == DOMAIN_IDLE && domain->claim_failures >= CLAIM_FAILURES_MAX;
}

enum domain_state domain_step_idle(struct domain *domain, const struct xen *xen)
{
    uint64_t now = clock_ms();

    domain->wake_ms = DOMAIN_NEVER;
    if (!domain->dirty || domain_has_given_up(domain))
        return DOMAIN_IDLE;
    if (now < domain->earliest_ms) {
        domain->wake_ms = domain->earliest_ms;
        return DOMAIN_IDLE;
    }
    domain->dirty = false;
    if (!domain_wants_hook(domain, xen))
        return DOMAIN_IDLE;
    enum domain_state next = domain_claim(domain, xen);
    if (next == DOMAIN_CLAIMED)
        return next;
    domain_claim_failed(domain, xen);
    if (next != DOMAIN_IDLE)
        domain_leave_idle(domain, xen);
    return next;
}

void domain_leave_idle(const struct domain *domain, const struct xen *xen)
{
    domain_unwatch(domain, xen, disks_key);
}
