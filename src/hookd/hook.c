/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "hook.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "domain_idle.h"
#include "domain_life.h"
#include "log.h"
#include "notify.h"
#include "record.h"
#include "signals.h"
#include "status.h"

/* Maximum number of events of one kind that are read before those of another. */
#define EVENTS_AT_ONCE 256u

/* Number of files that the loop waits for besides those of the status socket. */
#define HOOK_FILES 3u

#define DOMAINS_TOKEN "domains"

struct hook {
    struct xen xen;
    const struct options *options;
    struct domain *domains;
    struct status status;
    int signals;
    bool list_dirty, stopping;
};

static bool hook_open(struct hook *hook)
{
    sigset_t set;

    signals_fill(&set);
    hook->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    hook->xen.store = xs_open(XS_UNWATCH_FILTER);
    hook->xen.device_model = xendevicemodel_open(NULL, 0);
    hook->xen.memory = xenforeignmemory_open(NULL, 0);
    hook->xen.events = xenevtchn_open(NULL, 0);
    if (hook->signals < 0 || !hook->xen.store || !hook->xen.device_model || !hook->xen.memory ||
        !hook->xen.events) {
        log_error("cannot connect to Xen: %s", strerror(errno));
        return false;
    }
    hook->xen.domid = store_own_domid(hook->xen.store);
    if (xs_watch(hook->xen.store, "@introduceDomain", DOMAINS_TOKEN) &&
        xs_watch(hook->xen.store, "@releaseDomain", DOMAINS_TOKEN))
        return true;
    log_error("cannot watch for domains: %s", strerror(errno));
    return false;
}

/**** The list of domains ****/

static struct domain *hook_domain_find(const struct hook *hook, uint32_t domid)
{
    struct domain *domain = hook->domains;

    while (domain && domain->domid != domid)
        domain = domain->next;
    return domain;
}

static void hook_domains_remove(struct hook *hook)
{
    struct domain **link = &hook->domains;

    while (*link) {
        struct domain *domain = *link;

        if (xs_is_domain_introduced(hook->xen.store, domain->domid)) {
            link = &domain->next;
        } else {
            *link = domain->next;
            domain_free(domain, &hook->xen);
        }
    }
}

static void hook_domains_add(struct hook *hook)
{
    unsigned count = 0;
    char **names = xs_directory(hook->xen.store, XBT_NULL, "/local/domain", &count);

    for (unsigned i = 0; names && i < count; i++) {
        uint32_t domid;

        if (!u32_parse(names[i], DOMID_FIRST_RESERVED - 1, &domid) || domid == hook->xen.domid ||
            hook_domain_find(hook, domid) || !xs_is_domain_introduced(hook->xen.store, domid))
            continue;
        struct domain *domain = domain_new(&hook->xen, domid, hook->options->limit_ms);
        if (!domain)
            continue;
        domain->next = hook->domains;
        hook->domains = domain;
    }
    free(names);
}

/**** Events ****/

static void hook_watches_read(struct hook *hook)
{
    for (unsigned i = 0; i < EVENTS_AT_ONCE; i++) {
        char **event = xs_check_watch(hook->xen.store);

        if (!event)
            return;
        const char *token = event[XS_WATCH_TOKEN];
        if (!strcmp(token, DOMAINS_TOKEN)) {
            hook->list_dirty = true;
        } else {
            /* "DOMID" or "DOMID/NUMBER": strtoul reads the first number. */
            struct domain *domain = hook_domain_find(hook, (uint32_t)strtoul(token, NULL, 10));

            if (domain)
                domain->dirty = true;
        }
        free(event);
    }
}

static bool is_readable(int file)
{
    struct pollfd poll_file = {.fd = file, .events = POLLIN};

    return poll(&poll_file, 1, 0) == 1;
}

static void hook_channels_read(struct hook *hook)
{
    for (unsigned i = 0; i < EVENTS_AT_ONCE && is_readable(xenevtchn_fd(hook->xen.events)); i++) {
        xenevtchn_port_or_error_t port = xenevtchn_pending(hook->xen.events);

        if (port < 0)
            return;
        xenevtchn_unmask(hook->xen.events, (evtchn_port_t)port);
        for (struct domain *domain = hook->domains; domain; domain = domain->next)
            if (domain->claim.page && claim_has_channel(&domain->claim, port))
                domain->dirty = true;
    }
}

static void hook_stop(struct hook *hook)
{
    if (hook->stopping)
        return;
    log_detail("stopping");
    notify_stopping();
    hook->stopping = true;
    for (struct domain *domain = hook->domains; domain; domain = domain->next)
        domain_detach(domain, &hook->xen, hook->options->limit_ms);
}

static void hook_signals_read(struct hook *hook)
{
    struct signalfd_siginfo signal;

    while (read(hook->signals, &signal, sizeof(signal)) == sizeof(signal)) {
        if (signal.ssi_signo == SIGCHLD) {
            page_cache_reap();
            for (struct domain *domain = hook->domains; domain; domain = domain->next)
                if (domain->replay.process || domain->disks)
                    domain->dirty = true;
        } else {
            hook_stop(hook);
        }
    }
}

/**** The loop ****/

static uint64_t hook_step(struct hook *hook)
{
    uint64_t wake_ms = UINT64_MAX;

    if (hook->list_dirty) {
        hook->list_dirty = false;
        hook_domains_remove(hook);
        if (!hook->stopping)
            hook_domains_add(hook);
    }
    for (struct domain *domain = hook->domains; domain; domain = domain->next) {
        uint64_t its = domain_step(domain, &hook->xen, hook->options->limit_ms);

        if (its < wake_ms)
            wake_ms = its;
    }
    return wake_ms;
}

static bool hook_is_stopped(const struct hook *hook)
{
    if (!hook->stopping)
        return false;
    for (const struct domain *domain = hook->domains; domain; domain = domain->next)
        if (!domain->detached)
            return false;
    return true;
}

/* Wait for events, and read them. Return: false if a connection is lost. */
static bool hook_wait(struct hook *hook, uint64_t wake_ms)
{
    struct pollfd files[HOOK_FILES + STATUS_FILES_MAX] = {
        {.fd = hook->signals, .events = POLLIN},
        {.fd = xs_fileno(hook->xen.store), .events = POLLIN},
        {.fd = xenevtchn_fd(hook->xen.events), .events = POLLIN},
    };
    nfds_t count = HOOK_FILES + status_files(&hook->status, files + HOOK_FILES);
    uint64_t now = clock_ms();
    int timeout = -1;

    if (wake_ms != UINT64_MAX)
        timeout = wake_ms <= now ? 0 : wake_ms - now > INT32_MAX ? INT32_MAX : (int)(wake_ms - now);
    if (poll(files, count, timeout) < 0 && errno != EINTR)
        return false;
    hook_signals_read(hook);
    hook_channels_read(hook);
    hook_watches_read(hook);
    return !((files[1].revents | files[2].revents) & (POLLERR | POLLHUP | POLLNVAL));
}

/* Report to the service manager and to the clients of the status socket. Return: when to call again
 * if nothing happens before. */
static uint64_t hook_report(struct hook *hook)
{
    unsigned attended = 0, count = 0;

    for (const struct domain *domain = hook->domains; domain; domain = domain->next) {
        attended += domain->state != DOMAIN_UNATTENDED && !domain_has_given_up(domain);
        count++;
    }
    notify_ready();
    notify_guests(attended, count);
    uint64_t alive_ms = notify_alive(), status_ms = status_step(&hook->status, hook->domains);
    return alive_ms < status_ms ? alive_ms : status_ms;
}

/* Return: false if a connection is lost. */
static bool hook_loop(struct hook *hook)
{
    for (;;) {
        uint64_t wake_ms = hook_step(hook);

        if (hook_is_stopped(hook))
            return true;
        uint64_t report_ms = hook_report(hook);
        if (!hook_wait(hook, report_ms < wake_ms ? report_ms : wake_ms))
            return false;
    }
}

int hook_run(const struct options *options)
{
    struct hook hook = {.options = options, .list_dirty = true};

    if (!hook_open(&hook))
        return 1;
    hook_domains_add(&hook);
    /* Only now: the daemon does not hear of the end of a domain that it has not added, and its
     * record would stay. */
    records_prune(&hook.xen);
    if (options->release)
        hook_stop(&hook);
    else if (options->status_path)
        status_open(&hook.status, options->status_path);
    bool good = hook_loop(&hook);
    status_close(&hook.status);
    if (!good) {
        log_error("lost xenstore or the event channels");
        return 1;
    }
    while (hook.domains) {
        struct domain *domain = hook.domains;

        hook.domains = domain->next;
        domain_free(domain, &hook.xen);
    }
    return 0;
}
