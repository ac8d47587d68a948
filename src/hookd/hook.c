/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "hook.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "children.h"
#include "clock.h"
#include "domain_idle.h"
#include "domain_life.h"
#include "log.h"
#include "notify.h"
#include "record.h"
#include "signals.h"
#include "status.h"
#include "store_call.h"

/* Maximum number of events of one kind that are read before those of another. */
#define EVENTS_AT_ONCE 256u

/* Time to compare the list of domains with xenstore, before guests that wait come first. */
#define LIST_MS 1000u

/* Time between two checks whether a stalled store has returned. */
#define STALL_CHECK_MS 50u
/* Time until the list of domains is compared again after an error of xenstored. */
#define LIST_RETRY_MS 1000u
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
    uint64_t looked_ms; /* when the loop has last read the event channels */
    uint64_t list_ms;   /* when it has begun to compare the list of domains with xenstore */
    uint64_t retry_ms;  /* when to compare it again; DOMAIN_NEVER: at the next event */
};

static bool hook_open(struct hook *hook)
{
    sigset_t set;

    signals_fill(&set);
    hook->looked_ms = hook->list_ms = clock_ms();
    store_limit_set(hook->options->limit_ms);
    store_step_begin(UINT64_MAX);
    if ((hook->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)) < 0 ||
        !(hook->xen.store = store_open()) ||
        !(hook->xen.device_model = xendevicemodel_open(&xen_quiet, 0)) ||
        !(hook->xen.memory = xenforeignmemory_open(&xen_quiet, 0)) ||
        !(hook->xen.events = xenevtchn_open(&xen_quiet, 0))) {
        log_error("cannot connect to Xen: %s", strerror(errno));
        return false;
    }
    hook->xen.domid = store_own_domid(hook->xen.store);
    if (store_watch(hook->xen.store, NULL, "@introduceDomain", DOMAINS_TOKEN) &&
        store_watch(hook->xen.store, NULL, "@releaseDomain", DOMAINS_TOKEN))
        return true;
    log_error("cannot watch for domains: %s", strerror(errno));
    return false;
}

/**** Guests that wait ****/

static bool is_readable(int file)
{
    struct pollfd poll_file = {.fd = file, .events = POLLIN};

    return poll(&poll_file, 1, 0) == 1;
}

/* A processor may wait since @since_ms: the event channel of its claim has an event. */
static void hook_access_note(struct domain *domain, uint64_t since_ms)
{
    bool begins = domain->state == DOMAIN_CLAIMED || domain->state == DOMAIN_RELEASING ||
                  (domain->state == DOMAIN_CLOSING && !domain->for_access);

    domain->dirty = true;
    if (begins && !domain->access_ms)
        domain->access_ms = since_ms;
}

/* Read the event channels. This does not wait. */
static void hook_look(struct hook *hook)
{
    uint64_t since_ms = hook->looked_ms;

    hook->looked_ms = clock_ms();
    for (unsigned i = 0; i < EVENTS_AT_ONCE && is_readable(xenevtchn_fd(hook->xen.events)); i++) {
        xenevtchn_port_or_error_t port = xenevtchn_pending(hook->xen.events);

        if (port < 0)
            return;
        xenevtchn_unmask(hook->xen.events, (evtchn_port_t)port);
        for (struct domain *domain = hook->domains; domain; domain = domain->next)
            if (domain->claim.page && claim_has_channel(&domain->claim, port))
                hook_access_note(domain, since_ms);
    }
}

/* Return: when the first guest that waits is to be answered. */
static uint64_t hook_due_ms(const struct hook *hook)
{
    uint64_t first_ms = DOMAIN_NEVER;

    for (const struct domain *domain = hook->domains; domain; domain = domain->next) {
        uint64_t due_ms =
            domain->access_ms ? domain->access_ms + hook->options->limit_ms : domain_due_ms(domain);

        if (!domain->detached && due_ms < first_ms)
            first_ms = due_ms;
    }
    return first_ms;
}

/* Whether a processor has begun to wait, or is to be answered now. */
static bool domain_is_urgent(const struct domain *domain, uint64_t now)
{
    return !domain->detached && (domain->access_ms || domain_due_ms(domain) <= now);
}

static bool hook_is_urgent(const struct hook *hook)
{
    uint64_t now = clock_ms();

    for (const struct domain *domain = hook->domains; domain; domain = domain->next)
        if (domain_is_urgent(domain, now))
            return true;
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

/* Begin to work on one domain of the list. Return: false if a guest that waits comes before. A
 * guest that causes one event after another does not keep others off the list. */
static bool hook_list_continue(struct hook *hook)
{
    if (store_is_down())
        return false;
    if (clock_ms() > hook->looked_ms)
        hook_look(hook);
    if (clock_ms() - hook->list_ms >= LIST_MS && hook_is_urgent(hook)) {
        hook->list_dirty = true;
        return false;
    }
    store_step_begin(hook_due_ms(hook));
    return true;
}

/* xenstored has not listed a domain. Return: whether that was an error, so that the domain may
 * exist; the list is then compared again later. */
static bool hook_list_failed(struct hook *hook, int error)
{
    if (!error || error == ENOENT)
        return false;
    hook->retry_ms = clock_ms() + LIST_RETRY_MS;
    return true;
}

static void hook_domains_remove(struct hook *hook)
{
    struct domain **link = &hook->domains;

    while (*link && hook_list_continue(hook)) {
        struct domain *domain = *link;

        if (store_is_introduced(hook->xen.store, domain->domid) || hook_list_failed(hook, errno)) {
            link = &domain->next;
        } else {
            *link = domain->next;
            domain_free(domain, &hook->xen);
        }
    }
}

static void hook_domains_add(struct hook *hook)
{
    unsigned count;

    store_step_begin(hook_due_ms(hook));
    char **names = store_list(hook->xen.store, "/local/domain", &count);

    if (!names) {
        hook_list_failed(hook, errno);
        return;
    }
    for (unsigned i = 0; i < count && hook_list_continue(hook); i++) {
        uint32_t domid;

        if (!u32_parse(names[i], DOMID_FIRST_RESERVED - 1, &domid) || domid == hook->xen.domid ||
            hook_domain_find(hook, domid))
            continue;
        if (!store_is_introduced(hook->xen.store, domid)) {
            hook_list_failed(hook, errno);
            continue;
        }
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

        if (!event) {
            /* libxenstore reports neither by its file nor by an event that xenstored has ended. */
            if (errno == EINVAL)
                store_set_lost();
            return;
        }
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

static void hook_stop(struct hook *hook)
{
    if (hook->stopping)
        return;
    log_detail("stopping");
    notify_stopping();
    hook->stopping = true;
    for (struct domain *domain = hook->domains; domain; domain = domain->next) {
        store_step_begin(hook_due_ms(hook));
        domain_detach(domain, &hook->xen, hook->options->limit_ms);
    }
}

static void hook_signals_read(struct hook *hook)
{
    struct signalfd_siginfo signal;

    while (read(hook->signals, &signal, sizeof(signal)) == sizeof(signal)) {
        if (signal.ssi_signo == SIGCHLD) {
            children_reap();
            for (struct domain *domain = hook->domains; domain; domain = domain->next)
                if (domain->replay.process || domain->disks)
                    domain->dirty = true;
        } else {
            hook_stop(hook);
        }
    }
}

/**** The loop ****/

static uint64_t hook_domain_step(struct hook *hook, struct domain *domain)
{
    if (!domain->dirty && clock_ms() < domain->wake_ms)
        return domain->wake_ms;
    store_step_begin(hook_due_ms(hook));
    return domain_step(domain, &hook->xen, hook->options->limit_ms);
}

/* Take the steps of guests that have begun to wait, or whose limit has passed. Return: when the
 * first of them is due again. */
static uint64_t hook_urgent_step(struct hook *hook)
{
    uint64_t now = clock_ms(), wake_ms = UINT64_MAX;

    for (struct domain *domain = hook->domains; domain; domain = domain->next) {
        uint64_t its = domain_is_urgent(domain, now) ? hook_domain_step(hook, domain) : UINT64_MAX;

        if (its < wake_ms)
            wake_ms = its;
    }
    return wake_ms;
}

static uint64_t hook_step(struct hook *hook)
{
    uint64_t wake_ms = UINT64_MAX;

    hook_urgent_step(hook);
    if ((hook->list_dirty || clock_ms() >= hook->retry_ms) && !store_is_down()) {
        hook->list_dirty = false;
        hook->retry_ms = DOMAIN_NEVER;
        hook->list_ms = clock_ms();
        hook_domains_remove(hook);
        if (!hook->stopping)
            hook_domains_add(hook);
    }
    /* A domain that is due anyway must know since when its guest waits. */
    if (clock_ms() > hook->looked_ms)
        hook_look(hook);
    for (struct domain *domain = hook->domains; domain; domain = domain->next) {
        uint64_t began_ms = clock_ms(), its = hook_domain_step(hook, domain);

        if (its < wake_ms)
            wake_ms = its;
        if (clock_ms() > began_ms) {
            hook_look(hook);
            /* This loop may have passed those guests already. */
            its = hook_urgent_step(hook);
            if (its < wake_ms)
                wake_ms = its;
        }
    }
    return hook->retry_ms < wake_ms && !store_is_down() ? hook->retry_ms : wake_ms;
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

/* Wait for events, and read them. Return: false if the event channels are lost. */
static bool hook_wait(struct hook *hook, uint64_t wake_ms)
{
    bool down = store_is_down();
    struct pollfd files[HOOK_FILES + STATUS_FILES_MAX] = {
        {.fd = hook->signals, .events = POLLIN},
        {.fd = xenevtchn_fd(hook->xen.events), .events = POLLIN},
        {.fd = down ? -1 : xs_fileno(hook->xen.store), .events = POLLIN},
    };
    nfds_t count = HOOK_FILES + status_files(&hook->status, files + HOOK_FILES);
    const short lost = POLLERR | POLLHUP | POLLNVAL;
    uint64_t began_ms = clock_ms();
    int timeout = -1;

    if (down && wake_ms > began_ms + STALL_CHECK_MS)
        wake_ms = began_ms + STALL_CHECK_MS;
    if (hook->list_dirty && !down)
        timeout = 0;
    else if (wake_ms != UINT64_MAX)
        timeout = wake_ms <= began_ms              ? 0
                  : wake_ms - began_ms > INT32_MAX ? INT32_MAX
                                                   : (int)(wake_ms - began_ms);
    if (poll(files, count, timeout) < 0 && errno != EINTR)
        return false;
    hook_signals_read(hook);
    /* An event that did not end a wait may be as old as the last look. */
    if (clock_ms() > began_ms)
        hook->looked_ms = clock_ms();
    hook_look(hook);
    if (!down)
        hook_watches_read(hook);
    if (files[2].revents & lost)
        store_set_lost();
    return !(files[1].revents & lost);
}

/* If a stalled store has returned, prepare for the next worker, which takes all domains over: this
 * one does not know which of the failed calls to repeat. Return: whether to end. */
static bool hook_recover(struct hook *hook)
{
    for (const struct domain *domain = hook->domains; domain; domain = domain->next)
        if (domain->state == DOMAIN_ANSWERING)
            return false;
    if (!store_resume())
        return false;
    for (struct domain *domain = hook->domains; domain; domain = domain->next) {
        store_step_begin(hook_due_ms(hook));
        domain_settle(domain, &hook->xen);
    }
    return !store_is_down();
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

/* Return: an enum hook_status. */
static int hook_loop(struct hook *hook)
{
    for (;;) {
        uint64_t wake_ms = hook_step(hook);

        if (store_is_lost() && !hook->stopping) {
            /* A claim in Xen would outlive this process, and its record may be lost. */
            hook_stop(hook);
            continue;
        }
        if (hook_recover(hook))
            return HOOK_RESTART;
        if (hook_is_stopped(hook))
            return HOOK_STOPPED;
        uint64_t report_ms = hook_report(hook);
        if (!hook_wait(hook, report_ms < wake_ms ? report_ms : wake_ms)) {
            log_error("lost the event channels");
            return HOOK_LOST;
        }
    }
}

static void hook_close(struct hook *hook, bool keep_claims)
{
    store_step_begin(UINT64_MAX);
    while (hook->domains) {
        struct domain *domain = hook->domains;

        hook->domains = domain->next;
        if (keep_claims)
            claim_close(&domain->claim, &hook->xen);
        else
            domain_free(domain, &hook->xen);
    }
}

int hook_run(const struct options *options)
{
    struct hook hook = {.options = options, .list_dirty = true, .retry_ms = DOMAIN_NEVER};

    if (!hook_open(&hook))
        return HOOK_UNCONNECTED;
    hook_domains_add(&hook);
    /* Only now: the daemon does not hear of the end of a domain that it has not added, and its
     * record would stay. */
    store_step_begin(hook_due_ms(&hook));
    records_prune(&hook.xen);
    if (options->release)
        hook_stop(&hook);
    else if (options->status_path)
        status_open(&hook.status, options->status_path);
    int status = hook_loop(&hook);
    status_close(&hook.status);
    hook_close(&hook, status != HOOK_STOPPED);
    if (status == HOOK_STOPPED)
        records_end(&hook.xen);
    if (status == HOOK_STOPPED && store_is_down())
        status = store_is_lost() ? HOOK_LOST : HOOK_FAILED;
    return status;
}
