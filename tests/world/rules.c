/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "rules.h"

#include "backends.h"
#include "dom0_daemon.h"
#include "dom0_store.h"
#include "dom0_xen.h"
#include "firmware.h"
#include "media.h"
#include "model/world.h"
#include "report.h"
#include "system.h"
#include "toolstack.h"
#include "turns.h"
#include "xen/base/handover.h"

#include <stdio.h>
#include <string.h>

/* An access waits for the disks, for QEMU, and for the requests to xenstored that the daemon makes
 * meanwhile. */
#define ANSWER_LIMIT_US ((DAEMON_LIMIT_MS + 5000u + 10000u) * UINT64_C(1000))

/* In a second in which nothing has changed for a second: 20 requests of the firmware's, and one
 * that was under way. The daemon reads the disks of the guest once, if it had put that off: a
 * directory, and two keys of each. */
#define SECOND_US         UINT64_C(1000000)
#define FIRMWARE_A_SECOND 22u
#define DAEMON_A_SECOND   12u

/* Another mode is not to make up for another call. */
#define MODE_CHANGE 65536u

static struct {
    uint64_t waits_since_us[XEN_CPUS]; /* 0: it does not wait, or no daemon can answer */
    unsigned changes;
    uint64_t calm_since_us;
    unsigned firmware_requests, daemon_requests; /* at the beginning of the second */
    unsigned hand_overs; /* in this domain that left ports of the firmware's */
    bool found_open;     /* in this domain: disks were not closed for an operating system */
    unsigned domid;
} rules;

void rules_reset(void)
{
    memset(&rules, 0, sizeof(rules));
}

/**** At any time ****/

static void check_answers(void)
{
    uint64_t now = clock_now_us();

    for (unsigned cpu = 0; cpu < XEN_CPUS; cpu++) {
        uint64_t *since = &rules.waits_since_us[cpu];

        if (!xen_cpu_waits(cpu) || !daemon_lives())
            *since = 0;
        else if (!*since || *since < daemon_started_us())
            *since = now;
        if (*since && now - *since > ANSWER_LIMIT_US)
            violation("processor %u has waited for the daemon for %u ms", cpu,
                      (unsigned)((now - *since) / 1000));
    }
}

static void begin_second(uint64_t now)
{
    rules.calm_since_us = now;
    rules.firmware_requests = store_requests();
    rules.daemon_requests = dom0_store_requests();
}

static void check_flood(void)
{
    unsigned changes = store_tree.generation + firmware_calls() + backends_requests() +
                       toolstack_restores() + daemon_starts() + MODE_CHANGE * firmware_mode();
    uint64_t now = clock_now_us();

    /* The second after a change does not count; nor that after a pause, of which the firmware's
     * clock does not count all. */
    if (changes != rules.changes || turns_guest_is_paused())
        begin_second(now + SECOND_US);
    rules.changes = changes;
    if (now < rules.calm_since_us) {
        begin_second(rules.calm_since_us);
        return;
    }
    if (now - rules.calm_since_us < SECOND_US)
        return;
    unsigned firmware = store_requests() - rules.firmware_requests;
    unsigned daemon = dom0_store_requests() - rules.daemon_requests;
    if (firmware > FIRMWARE_A_SECOND)
        violation("the firmware makes %u requests in a second in which nothing changes", firmware);
    if (daemon > DAEMON_A_SECOND)
        violation("the daemon makes %u requests in a second in which nothing changes", daemon);
    begin_second(now);
}

void rules_check(void)
{
    if (rules.domid != toolstack_domid())
        rules.hand_overs = rules.found_open = 0;
    rules.domid = toolstack_domid();
    if (store_ignores_guest())
        violation("the firmware broke the protocol of xenstored");
    check_answers();
    check_flood();
    system_check();
}

/**** The daemon ****/

static bool is_below(const char *path, const char *top)
{
    size_t length = strlen(top);

    return !strncmp(path, top, length) && (!path[length] || path[length] == '/');
}

/* Its own keys in the home of a domain, and below the frontends of disks. It may be late: the
 * domain may have gone since. */
void rules_daemon_writes(const char *path)
{
    char text[160];
    unsigned domid;

    if (is_below(path, "/local/domain/0/xenpv-hookd"))
        return;
    if (sscanf(path, "/local/domain/%u/", &domid) == 1 && domid && domid <= toolstack_domid()) {
        static const char *const keys[] = {HANDOVER_HOOK, HANDOVER_CLAIM};

        for (unsigned i = 0; i < 2; i++) {
            snprintf(text, sizeof(text), "/local/domain/%u/%s", domid, keys[i]);
            if (!strcmp(path, text))
                return;
        }
        for (unsigned i = 0; i < backends_count(); i++) {
            snprintf(text, sizeof(text), "/local/domain/%u/device/vbd/%u", domid,
                     backends_number(i));
            if (is_below(path, text) && strcmp(path, text))
                return;
        }
    }
    violation("the daemon writes %s", path);
}

void rules_daemon_is_to_end(void)
{
    /* It closes disks, but cannot close the guest's event channels. */
    rules.hand_overs++;
}

void rules_daemon_ended(void)
{
    char names[256];

    if (dom0_store_watches())
        violation("the daemon has left %u watches", dom0_store_watches());
    if (xen_ports_are_claimed())
        violation("the daemon has left the ports claimed");
    if (dom0_xen_servers())
        violation("the daemon has left %u ioreq servers", dom0_xen_servers());
    if (tree_list(&store_tree, "/local/domain/0/xenpv-hookd", names, sizeof(names)))
        violation("the daemon has left a record, of domain %s", names);
    if (store_read(toolstack_home(HANDOVER_HOOK)) || store_read(toolstack_home(HANDOVER_CLAIM)))
        violation("the daemon has left its keys");
}

/**** Closed disks ****/

static void check_keys(const char *when, unsigned disk)
{
    const struct backend *backend = backends_at(disk);
    char names[1024];

    uint32_t length = tree_list(&store_tree, backend->frontend, names, sizeof(names));
    for (const char *name = names; name < names + length; name += strlen(name) + 1)
        if (!world_key_is_of_toolstack(name))
            violation("%s disk %u still has the key %s", when, disk, name);
}

static void check_disk(const char *when, unsigned disk)
{
    const struct backend *backend = backends_at(disk);
    char path[BACKEND_PATH_BYTES + 16];

    check_keys(when, disk);
    snprintf(path, sizeof(path), "%s/state", backend->frontend);
    if (strcmp(store_read(path), "1") || backend_state(backend) != XenbusStateInitWait)
        violation("%s disk %u is in state %s, its backend in %d", when, disk, store_read(path),
                  backend_state(backend));
}

/* The directory of a drive whose medium changes may be in any state. */
static void check_drive(const char *when, unsigned disk)
{
    if (media_is_away(disk)) {
        if (store_read(backends_at(disk)->frontend))
            violation("%s there are keys of disk %u, which the toolstack has removed", when, disk);
    } else if (media_is_empty(disk)) {
        check_keys(when, disk);
    } else if (media_is_ready(disk)) {
        check_disk(when, disk);
    }
}

/* It goes also where the backend did not follow in time. */
static void check_mark(const char *when, unsigned disk)
{
    char path[BACKEND_PATH_BYTES + 32];

    snprintf(path, sizeof(path), "%s/" HANDOVER_MARK, backends_at(disk)->frontend);
    if (store_read(path))
        violation("%s disk %u still has its mark", when, disk);
}

uint64_t rules_disks_used(void)
{
    uint64_t used = backends_requests();
    char path[32];

    /* A medium may be changed meanwhile. */
    for (unsigned i = 0; i < backends_count(); i++) {
        snprintf(path, sizeof(path), "device/vbd/%u", backends_number(i));
        if (!backends_is_cd(i))
            used += dom0_store_digest(toolstack_home(path));
    }
    return used;
}

void rules_disks_were_taken(void)
{
    rules.hand_overs++;
    for (unsigned i = 0; i < backends_count(); i++)
        backends_forget_unflushed(i);
}

void rules_disks_were_found_open(void)
{
    rules_disks_were_taken();
    rules.found_open = true;
}

void rules_disks_are_closed(const char *when, enum rules_closer closer)
{
    bool trouble = false;

    if (closer == RULES_BY_DAEMON)
        rules_disks_were_taken();
    for (unsigned i = 0; i < backends_count(); i++) {
        trouble |= backends_made_trouble(i);
        if (closer == RULES_BY_DAEMON)
            check_mark(when, i);
        if (!backends_made_trouble(i) && backends_is_cd(i))
            check_drive(when, i);
        else if (!backends_made_trouble(i) && !system_has_disk(i))
            check_disk(when, i);
    }
    if (!trouble && events_open() > rules.hand_overs * backends_count() + media_ports_left())
        violation("%s %u event channels are open", when, events_open());
    if (closer == RULES_BY_FIRMWARE && memory_specials_mapped())
        violation("%s the grant table is mapped", when);
    if (store_has_transaction())
        violation("%s a transaction is open", when);
    /* The daemon cannot end the grants of a connection whose directory the toolstack has removed.
     */
    if (closer == RULES_BY_DAEMON && media_ports_left())
        rules.found_open = true;
    if (!trouble && !rules.found_open && (grants_given() || grants_mapped()))
        violation("%s %u grants stand, and %u pages are mapped", when, grants_given(),
                  grants_mapped());
}

void rules_write_is_flushed(const char *when, unsigned disk)
{
    if (backends_is_unflushed(disk) && backends_at(disk)->config.flush)
        violation("%s what was written to disk %u is not flushed", when, disk);
}

void rules_disk_is_flushed(const char *when, unsigned disk)
{
    if (!backends_made_trouble(disk))
        rules_write_is_flushed(when, disk);
}
