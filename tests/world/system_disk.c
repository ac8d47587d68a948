/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "system_disk.h"

#include "backends.h"
#include "report.h"
#include "system_ring.h"
#include "toolstack.h"
#include "turns.h"

#include "model/world.h"
#include "xen/base/bytes.h"
#include "xen/base/handover.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a disk: the ring and one page of data. */
#define PAGES            2u
#define FIRST_REFERENCE  8u
#define ENTRIES_A_FRAME  512u
#define CONNECT_LIMIT_MS 120000u
#define STEP_LIMIT_MS    15000u
#define ANSWER_LIMIT_MS  120000u
#define LOOK_US          2000u
#define AGAIN_US         300000u

static struct system_disk {
    bool used, connected;
    unsigned restores; /* of the guest, when it was connected */
    uint32_t reference;
    uint32_t port;
    struct system_ring ring;
    char state; /* as it has written it last */
    void *page[PAGES];
    uint32_t frame[PAGES];
} system_disks[BACKENDS_MAX];

/* The references that the system has used. */
static bool was_granted[MEMORY_GRANT_FRAMES * ENTRIES_A_FRAME];

static unsigned mapped_in; /* restores of the guest when it mapped the grant table last */

void system_disks_new_domain(void)
{
    memset(system_disks, 0, sizeof(system_disks));
    memset(was_granted, 0, sizeof(was_granted));
    for (unsigned i = 0; i < backends_count(); i++)
        for (unsigned page = 0; page < PAGES; page++) {
            struct system_disk *disk = &system_disks[i];
            void *memory = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);

            disk->frame[page] = platform_frame(memory);
            disk->page[page] = memory_frame(disk->frame[page]);
            /* The firmware is not to touch it. */
            memory_forbid(disk->frame[page], true);
        }
}

static bool is_current(const struct system_disk *disk)
{
    return disk->connected && disk->restores == toolstack_restores();
}

bool system_disk_is_connected(unsigned disk)
{
    return is_current(&system_disks[disk]);
}

/**** xenstore ****/

static const char *front(unsigned disk, const char *key)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", backends_at(disk)->frontend, key);
    return path;
}

static void write_state(unsigned disk, char state)
{
    system_disks[disk].state = state;
    store_write(front(disk, "state"), "%c", state);
}

static int front_state(unsigned disk)
{
    const char *state = store_read(front(disk, "state"));

    return state ? atoi(state) : XenbusStateUnknown;
}

/* Wait for one of two states of the backend, at most for a step. Return: whether it has come; not
 * if the guest is restored meanwhile. */
static bool await(unsigned disk, int one, int other)
{
    uint64_t end_us = clock_now_us() + STEP_LIMIT_MS * UINT64_C(1000);
    unsigned restores = toolstack_restores();

    while (restores == toolstack_restores() && clock_now_us() < end_us) {
        int state = backend_state(backends_at(disk));

        if (state == one || state == other)
            return true;
        sleep_us(LOOK_US);
    }
    return false;
}

/**** Grants ****/

static grant_entry_v1_t *entry_of(uint32_t reference)
{
    grant_entry_v1_t *frame = memory_grant_frame(reference / ENTRIES_A_FRAME);

    return &frame[reference % ENTRIES_A_FRAME];
}

static void grant(const struct system_disk *disk, uint16_t domid)
{
    for (unsigned i = 0; i < PAGES; i++) {
        *entry_of(disk->reference + i) =
            (grant_entry_v1_t){.flags = GTF_permit_access, .domid = domid, .frame = disk->frame[i]};
        was_granted[disk->reference + i] = true;
    }
}

/* A page that the backend has not let go of yet stays granted. */
static void end_grants(const struct system_disk *disk)
{
    for (unsigned i = 0; i < PAGES; i++)
        if (!(entry_of(disk->reference + i)->flags & (GTF_reading | GTF_writing)))
            entry_of(disk->reference + i)->flags = 0;
}

/* The first ones that its own disks do not use, and of which no backend has a page of its own from
 * an earlier connection: as Linux, the system does not look at other entries. So it ignores all
 * grants of the firmware's, also those that a backend still has mapped, and any mark that names
 * these references. */
static uint32_t choose_reference(void)
{
    uint32_t reference = FIRST_REFERENCE, found = 0;

    for (; found < PAGES; reference++) {
        bool taken =
            was_granted[reference] && entry_of(reference)->flags & (GTF_reading | GTF_writing);

        for (unsigned i = 0; i < BACKENDS_MAX; i++)
            taken |= is_current(&system_disks[i]) && reference >= system_disks[i].reference &&
                     reference < system_disks[i].reference + PAGES;
        found = taken ? 0 : found + 1;
    }
    return reference - PAGES;
}

/* Elsewhere than the firmware had it. */
static void map_grant_table(void)
{
    memory_take_specials();
    xen_config.grants_taken = true;
    mapped_in = toolstack_restores();
}

/**** Connecting and closing ****/

/* A disk is closed when it has been led through the states that close it, whatever had it before.
 */
static bool reset_disk(unsigned disk)
{
    if (front_state(disk) == XenbusStateInitialising &&
        backend_state(backends_at(disk)) == XenbusStateInitWait)
        return true;
    report("the system resets disk %u", disk);
    write_state(disk, '5');
    if (!await(disk, XenbusStateClosing, XenbusStateClosed))
        return false;
    write_state(disk, '6');
    if (!await(disk, XenbusStateClosed, XenbusStateClosed))
        return false;
    /* Some drivers leave a key that they do not know. */
    if (random_chance(&turns_random, 50))
        tree_remove(&store_tree, front(disk, HANDOVER_MARK));
    write_state(disk, '1');
    return await(disk, XenbusStateInitWait, XenbusStateInitWait);
}

static bool alloc_port(struct system_disk *disk, uint16_t domid)
{
    struct evtchn_alloc_unbound alloc = {.dom = DOMID_SELF, .remote_dom = domid};

    if (xen_event_channel_op(EVTCHNOP_alloc_unbound, &alloc))
        return false;
    disk->port = alloc.port;
    return true;
}

/* One atomic change of the directory, as by a transaction. */
static void publish(unsigned number)
{
    const struct system_disk *disk = &system_disks[number];

    store_write(front(number, "ring-ref"), "%u", disk->reference);
    store_write(front(number, "event-channel"), "%u", disk->port);
    store_write(front(number, "protocol"), "x86_64-abi");
    store_write(front(number, "feature-persistent"), "1");
    write_state(number, '3');
}

static void close_port(struct system_disk *disk)
{
    struct evtchn_close close = {.port = disk->port};

    if (disk->port)
        xen_event_channel_op(EVTCHNOP_close, &close);
    disk->port = 0;
}

static void unpublish(unsigned disk)
{
    static const char *const keys[] = {"ring-ref", "event-channel", "protocol",
                                       "feature-persistent", HANDOVER_MARK};

    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        tree_remove(&store_tree, front(disk, keys[i]));
}

/* Give up what was published, or has been connected; its backend may not follow. */
static bool close_disk(unsigned number)
{
    struct system_disk *disk = &system_disks[number];

    disk->connected = false;
    write_state(number, '5');
    bool followed = await(number, XenbusStateClosing, XenbusStateClosed);
    if (disk->restores != toolstack_restores())
        return false;
    write_state(number, '6');
    followed = followed && await(number, XenbusStateClosed, XenbusStateClosed);
    if (disk->restores != toolstack_restores())
        return false;
    end_grants(disk);
    close_port(disk);
    unpublish(number);
    write_state(number, '1');
    return followed && await(number, XenbusStateInitWait, XenbusStateInitWait);
}

static bool connect_once(unsigned number)
{
    struct system_disk *disk = &system_disks[number];
    uint16_t domid = backends_at(number)->config.domid;

    disk->port = 0;
    disk->used = true;
    disk->connected = false;
    disk->restores = toolstack_restores();
    if (!reset_disk(number))
        return false;
    disk->reference = choose_reference();
    system_ring_begin(&disk->ring, disk->page[0]);
    grant(disk, domid);
    if (!alloc_port(disk, domid))
        violation("there is no event channel left for the operating system");
    publish(number);
    disk->connected = true;
    if (await(number, XenbusStateConnected, XenbusStateConnected)) {
        write_state(number, '4');
        return true;
    }
    if (disk->restores == toolstack_restores())
        close_disk(number);
    disk->connected = false;
    return false;
}

static void connect_disk(unsigned disk)
{
    uint64_t end_us = clock_now_us() + CONNECT_LIMIT_MS * UINT64_C(1000);

    while (!connect_once(disk)) {
        if (clock_now_us() >= end_us && !backends_made_trouble(disk))
            violation("the operating system cannot connect disk %u", disk);
        if (clock_now_us() >= end_us)
            return;
        sleep_us(AGAIN_US);
        if (mapped_in != toolstack_restores())
            map_grant_table();
    }
    report("the system has connected disk %u: grant %u, port %u", disk,
           system_disks[disk].reference, system_disks[disk].port);
}

void system_disks_connect(unsigned count)
{
    map_grant_table();
    for (unsigned i = 0; i < count; i++)
        if (!is_current(&system_disks[i]) && !backends_is_cd(i))
            connect_disk(i);
}

void system_disks_resume(void)
{
    for (unsigned i = 0; i < backends_count(); i++) {
        if (mapped_in != toolstack_restores())
            map_grant_table();
        /* One that was connected before may have gone while another one was waited for. */
        if (system_disks[i].used && system_disks[i].restores != toolstack_restores()) {
            connect_disk(i);
            i = UINT32_MAX;
        }
    }
}

void system_disks_disconnect(void)
{
    for (unsigned i = 0; i < backends_count(); i++)
        if (is_current(&system_disks[i]) && !close_disk(i) && !backends_made_trouble(i) &&
            system_disks[i].restores == toolstack_restores())
            violation("the operating system cannot close disk %u", i);
    for (unsigned i = 0; i < backends_count(); i++)
        system_disks[i].used = false;
    xen_config.grants_taken = false;
}

/**** Transfers ****/

enum outcome { OUTCOME_DONE, OUTCOME_FAILED, OUTCOME_RESTORED };

static enum outcome transfer_once(struct system_disk *disk, bool write, uint32_t sector,
                                  uint32_t count)
{
    struct evtchn_send send = {.port = disk->port};
    uint64_t end_us = clock_now_us() + ANSWER_LIMIT_MS * UINT64_C(1000);

    system_ring_put(&disk->ring, write, disk->reference + 1, sector, count);
    xen_event_channel_op(EVTCHNOP_send, &send);
    while (is_current(disk) && !system_ring_is_answered(&disk->ring)) {
        if (clock_now_us() >= end_us)
            return OUTCOME_FAILED;
        sleep_us(LOOK_US / 4);
    }
    if (!is_current(disk))
        return OUTCOME_RESTORED;
    return system_ring_status(&disk->ring) == BLKIF_RSP_OKAY ? OUTCOME_DONE : OUTCOME_FAILED;
}

bool system_disk_transfer(unsigned number, bool write, uint32_t sector, uint32_t count,
                          uint8_t *bytes)
{
    struct system_disk *disk = &system_disks[number];
    enum outcome outcome;

    do {
        system_disks_resume();
        if (!is_current(disk)) {
            if (!backends_made_trouble(number))
                violation("the operating system has no disk %u", number);
            return false;
        }
        if (write)
            memcpy(disk->page[1], bytes, count * SECTOR_BYTES);
        outcome = transfer_once(disk, write, sector, count);
        if (!write)
            memcpy(bytes, disk->page[1], count * SECTOR_BYTES);
    } while (outcome == OUTCOME_RESTORED);
    if (outcome == OUTCOME_FAILED && !backends_made_trouble(number))
        violation("a request of the operating system to disk %u fails", number);
    return outcome == OUTCOME_DONE;
}

/**** What is its own ****/

static void check_key(unsigned disk, const char *key, uint32_t value)
{
    const char *text = store_read(front(disk, key));

    if (!text || strtoul(text, NULL, 10) != value)
        violation("the key %s of the operating system's disk %u has become %s", key, disk,
                  text ? text : "nothing");
}

void system_disks_check(void)
{
    for (unsigned number = 0; number < backends_count(); number++) {
        const struct system_disk *disk = &system_disks[number];

        if (!is_current(disk))
            continue;
        for (unsigned i = 0; i < PAGES; i++)
            if ((entry_of(disk->reference + i)->flags & GTF_type_mask) != GTF_permit_access ||
                entry_of(disk->reference + i)->frame != disk->frame[i])
                violation("grant %u of the operating system is ended", disk->reference + i);
        if (!events_is_open(disk->port))
            violation("port %u of the operating system is closed", disk->port);
        check_key(number, "ring-ref", disk->reference);
        check_key(number, "event-channel", disk->port);
        check_key(number, "state", (uint32_t)(disk->state - '0'));
    }
}
