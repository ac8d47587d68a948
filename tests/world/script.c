/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "script.h"

#include "disturb.h"
#include "guest.h"
#include "media.h"
#include "model/world.h"
#include "random.h"
#include "system.h"
#include "turns.h"

#include <stdio.h>
#include <string.h>

#define EVENTS_MIN   6u
#define EVENTS_MORE  30u
#define PENDING_MAX  64u
#define MOMENT_TURNS 2000u
#define DRIVE_READS  5u

/* Sectors of a call. */
#define READ_MAX  127u
#define WRITE_MAX 24u

static struct event events[EVENTS_MIN + EVENTS_MORE];
static struct event written; /* the last one that was made */
static unsigned length, position;
static enum handover_mode mode;
static bool daemon_is_first, is_pvh, has_ticks;

static struct pending {
    const struct event *event;
    unsigned turn;
} pending[PENDING_MAX];
static unsigned pending_count;
static unsigned seen_answers, seen_writes; /* of backends, to xenstore; in the turn before */

enum handover_mode script_mode(void)
{
    return mode;
}

bool script_daemon_is_first(void)
{
    return daemon_is_first;
}

bool script_is_pvh(void)
{
    return is_pvh;
}

bool script_has_ticks(void)
{
    return has_ticks;
}

unsigned script_length(void)
{
    return length;
}

unsigned script_position(void)
{
    return position;
}

/**** Making it ****/

/* Few systems have disks with blocks of 4 KiB; their backends say so, or do not. */
static void make_blocks(struct random *random, struct backends_disk *disk)
{
    disk->block_bytes = 512;
    if (!random_chance(random, 25) || disk->kind == BACKEND_TAPBACK)
        return;
    disk->block_bytes = 4096;
    disk->hides_blocks = disk->kind == BACKEND_QDISK_OLD || random_chance(random, 30);
}

/* The first one is never a CD-ROM drive. */
static void make_disks(struct random *random)
{
    static const enum backend_kind kinds[] = {BACKEND_LINUX, BACKEND_LINUX, BACKEND_QDISK_OLD,
                                              BACKEND_QDISK_NEW, BACKEND_TAPBACK};
    unsigned disks = 1 + random_below(random, BACKENDS_MAX);

    for (unsigned i = 0; i < disks; i++) {
        struct backends_disk disk = {
            .kind = kinds[random_below(random, 5)],
            .persistent = random_chance(random, 60),
            .latency_us = random_size(random, 20000),
            .io_latency_us = random_size(random, 10000),
            .is_cd = i && random_chance(random, 50),
        };

        make_blocks(random, &disk);
        if (disk.is_cd) {
            disk.block_bytes = 512;
            disk.hides_blocks = false;
        }
        backends_add(&disk);
        if (disk.is_cd)
            media_add_drive(i, random);
    }
}

/* Return a disk that an operating system uses: no CD-ROM drive. */
static unsigned choose_disk(struct random *random)
{
    unsigned disk = random_below(random, backends_count());

    return backends_is_cd(disk) ? 0 : disk;
}

/* Return a CD-ROM drive if there is one, or a disk. */
static unsigned choose_drive(struct random *random)
{
    unsigned disk = random_below(random, backends_count());

    for (unsigned i = 0; i < backends_count() && !backends_is_cd(disk); i++)
        disk = (disk + 1) % backends_count();
    return disk;
}

/* A kind of event, by weights that end in a zero. */
static enum event_kind choose(struct random *random, const unsigned weights[][2])
{
    unsigned sum = 0, i = 0;

    for (unsigned at = 0; weights[at][1]; at++)
        sum += weights[at][1];
    unsigned chosen = random_below(random, sum);
    for (; chosen >= weights[i][1]; i++)
        chosen -= weights[i][1];
    return (enum event_kind)weights[i][0];
}

static const unsigned of_firmware[][2] = {
    {EVENT_READ, 28},     {EVENT_WRITE, 26}, {EVENT_RESET, 3}, {EVENT_BOOT, 3}, {EVENT_CHECK, 6},
    {EVENT_UNREACHED, 1}, {EVENT_OTHER, 3},  {EVENT_LEAVE, 2}, {EVENT_PORT, 5}, {EVENT_TAKE, 16},
    {EVENT_PAUSE, 10},    {EVENT_REBOOT, 4}, {0, 0},
};
static const unsigned of_system[][2] = {
    {EVENT_SYSTEM_READ, 22},
    {EVENT_SYSTEM_WRITE, 30},
    {EVENT_SYSTEM_INT13, 12},
    {EVENT_SYSTEM_STOP, 20},
    {EVENT_PAUSE, 6},
    {EVENT_REBOOT, 10},
    {0, 0},
};
static const unsigned disturbances[][2] = {
    {EVENT_DESTROY, 3},
    {EVENT_RESTORE, 28},
    {EVENT_PAUSED, 6},
    {EVENT_KILL, 18},
    {EVENT_RELEASE, 3},
    {EVENT_TERM, 10},
    {EVENT_TROUBLE, 20},
    {EVENT_STORE, 8},
    {EVENT_MEDIUM, 40},
    {EVENT_QEMU, 4},
    {0, 0},
};

/* Places that boot loaders read again and again, and some others. */
static uint32_t choose_sector(struct random *random)
{
    static const uint32_t places[] = {0, 0, 56, 500, 2048, WORLD_DISK_SECTORS - 160};

    return places[random_below(random, 6)] + random_below(random, 32);
}

/* A read, often of what was written last. */
static void make_read(struct random *random, struct event *event)
{
    event->c = random_size(random, READ_MAX);
    if (!random_chance(random, 50))
        return;
    event->a = written.a;
    event->b = written.b;
}

static void make_guests(struct random *random, struct event *event)
{
    event->a = random_below(random, backends_count());
    event->b = choose_sector(random);
    switch (event->kind) {
    case EVENT_SYSTEM_READ:
        event->a = choose_disk(random);
        /* fall through */
    case EVENT_READ:
        make_read(random, event);
        if (event->kind == EVENT_READ && random_chance(random, 40))
            event->a = choose_drive(random);
        break;
    case EVENT_CHECK:
        event->a = choose_drive(random);
        event->c = random_below(random, 2);
        break;
    case EVENT_WRITE:
    case EVENT_SYSTEM_WRITE:
        if (event->kind == EVENT_SYSTEM_WRITE || random_chance(random, 70))
            event->a = choose_disk(random);
        event->c = random_size(random, WRITE_MAX);
        if (!backends_is_cd(event->a))
            written = *event;
        break;
    case EVENT_TAKE:
        event->a = random_below(random, SYSTEM_WAYS);
        event->b = random_chance(random, 30);
        break;
    case EVENT_SYSTEM_INT13:
        event->a = choose_disk(random);
        event->c = random_below(random, 2);
        break;
    case EVENT_PAUSE:
        event->a = random_size(random, 9000);
        break;
    default:
        break;
    }
}

static void make_disturbance(struct random *random, struct event *event)
{
    event->delay = random_size(random, 4096);
    switch (event->kind) {
    case EVENT_RESTORE:
        event->a = random_chance(random, 50);
        event->b = random_chance(random, 50);
        event->c = random_size(random, 60000);
        break;
    case EVENT_TROUBLE:
        event->a = random_below(random, backends_count());
        event->b = random_below(random, TROUBLES);
        event->c =
            random_chance(random, 30) ? random_below(random, 60000) : random_size(random, 20000);
        break;
    case EVENT_MEDIUM:
        event->a = choose_drive(random);
        event->b = random_below(random, MEDIA_CHANGES);
        event->c = random_size(random, 8000);
        event->d = random_chance(random, 20);
        break;
    case EVENT_STORE:
        event->a = random_size(random, 15000);
        event->b = random_size(random, 20000);
        break;
    case EVENT_QEMU:
        event->a = random_size(random, 20000);
        event->b = random_size(random, 30000);
        break;
    default:
        event->a = random_size(random, 8000);
        break;
    }
}

/* Reads of a drive whose medium changes, mostly of sectors that the firmware has cached. */
static void make_drive_read(struct random *random, struct event *event)
{
    event->kind = random_chance(random, 75) ? EVENT_READ : EVENT_CHECK;
    event->a = choose_drive(random);
    event->b = random_chance(random, 75) ? random_below(random, 64) : choose_sector(random);
    event->c = event->kind == EVENT_READ ? random_size(random, 32) : random_below(random, 2);
}

static void make_events(struct random *random)
{
    bool system_runs = false;
    unsigned of_drive = 0; /* the next events are likely to be reads of a drive */

    length = EVENTS_MIN + random_below(random, EVENTS_MORE);
    for (unsigned i = 0; i < length; i++) {
        struct event *event = &events[i];

        if (random_chance(random, 30)) {
            event->kind = choose(random, disturbances);
            make_disturbance(random, event);
            if (event->kind == EVENT_MEDIUM && backends_cds())
                of_drive = DRIVE_READS;
            continue;
        }
        if (of_drive && of_drive-- && !system_runs && random_chance(random, 70)) {
            make_drive_read(random, event);
            continue;
        }
        event->kind = choose(random, system_runs ? of_system : of_firmware);
        make_guests(random, event);
        if (event->kind == EVENT_TAKE)
            system_runs = true;
        else if (event->kind == EVENT_REBOOT || event->kind == EVENT_SYSTEM_STOP)
            system_runs = false;
    }
}

void script_make(uint64_t seed)
{
    static const enum handover_mode modes[] = {MODE_AUTO, MODE_AUTO, MODE_HOOK, MODE_STRICT,
                                               MODE_LINGER};
    struct random random;

    random_begin(&random, ~seed);
    memset(events, 0, sizeof(events));
    memset(&written, 0, sizeof(written));
    position = pending_count = 0;
    make_disks(&random);
    mode = modes[random_below(&random, 5)];
    daemon_is_first = random_chance(&random, 90);
    make_events(&random);
    is_pvh = random_chance(&random, 25);
    has_ticks = random_chance(&random, 90);
}

void script_skip(unsigned number)
{
    if (number < length)
        events[number].skipped = true;
}

/**** Showing it ****/

static const char *const names[EVENTS] = {
    [EVENT_READ] = "int13 read: disk, sector, count",
    [EVENT_WRITE] = "int13 write: disk, sector, count",
    [EVENT_RESET] = "int13 reset: disk",
    [EVENT_CHECK] = "int13 checks: disk, sector, medium (0) or sector (1)",
    [EVENT_BOOT] = "int19",
    [EVENT_OTHER] = "int13 of another drive",
    [EVENT_UNREACHED] = "a tick in virtual 8086 mode",
    [EVENT_LEAVE] = "int15 EC00h",
    [EVENT_PORT] = "a boot loader reads the unplug port",
    [EVENT_TAKE] = "an operating system takes over: way, both processors",
    [EVENT_SYSTEM_READ] = "it reads: disk, sector, count",
    [EVENT_SYSTEM_WRITE] = "it writes: disk, sector, count",
    [EVENT_SYSTEM_INT13] = "it uses int13: disk, sector, write",
    [EVENT_SYSTEM_STOP] = "it closes its disks and goes",
    [EVENT_PAUSE] = "pause: ms",
    [EVENT_REBOOT] = "reboot",
    [EVENT_DESTROY] = "the domain is destroyed and made anew",
    [EVENT_RESTORE] = "save and restore: same port, moved live, ms",
    [EVENT_PAUSED] = "dom0 pauses the guest: ms",
    [EVENT_KILL] = "the daemon is killed: ms until the next",
    [EVENT_RELEASE] = "the daemon is killed, then --release: ms until the next",
    [EVENT_TERM] = "the daemon is asked to end: ms until the next",
    [EVENT_TROUBLE] = "trouble: disk, which, ms",
    [EVENT_MEDIUM] = "another medium: disk, how, ms",
    [EVENT_STORE] = "xenstored is slow: us, ms",
    [EVENT_QEMU] = "QEMU and the page cache are slow: ms, ms",
};

void script_print(void)
{
    printf("a %s guest, %u disks, mode %s, the daemon is %sfirst%s\n", is_pvh ? "PVH" : "HVM",
           backends_count(), handover_mode_names[mode], daemon_is_first ? "" : "not ",
           has_ticks ? "" : ", no ticks");
    for (unsigned i = 0; i < length; i++) {
        const struct event *event = &events[i];

        if (event->skipped)
            continue;
        printf("%3u  %s: %u %u %u", i, names[event->kind], event->a, event->b, event->c);
        if (event->kind >= EVENT_DESTROY)
            printf(", after %u turns", event->delay);
        printf("\n");
    }
}

/**** Running it ****/

const struct event *script_next(void)
{
    while (position < length) {
        const struct event *event = &events[position++];

        if (event->skipped)
            continue;
        if (event->kind < EVENT_DESTROY)
            return event;
        pending[pending_count].event = event;
        pending[pending_count++].turn = turns_count() + event->delay;
    }
    return NULL;
}

/* What a backend has written last does not come with a guest that is moved live. So that is best
 * done right after an answer, before the guest has seen it. Half of the others come right after
 * something was written to xenstore: in the middle of connecting or closing, if there is any. */
static bool waits_for_its_moment(const struct pending *waiting)
{
    const struct event *event = waiting->event;

    if (turns_count() - waiting->turn >= MOMENT_TURNS)
        return false;
    if (event->kind == EVENT_RESTORE && event->b)
        return seen_answers == backends_requests();
    return event->delay % 2 && seen_writes == store_tree.generation;
}

void script_run(void)
{
    for (unsigned i = 0; i < pending_count; i++) {
        const struct event *event = pending[i].event;

        if (turns_count() < pending[i].turn || !disturb_is_possible(event) ||
            waits_for_its_moment(&pending[i]))
            continue;
        /* It may end what is running; the list has to be right before. */
        pending[i--] = pending[--pending_count];
        disturb(event);
    }
    seen_answers = backends_requests();
    seen_writes = store_tree.generation;
    disturb_run();
}

bool script_is_calm(void)
{
    return !pending_count && disturb_is_over();
}
