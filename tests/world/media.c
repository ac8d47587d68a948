/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "media.h"

#include "backends.h"
#include "media_drive.h"
#include "report.h"
#include "toolstack.h"
#include "turns.h"

#include "model/world.h"
#include "xen/base/handover.h"

#include <stdio.h>
#include <string.h>

/* The toolstack removes a device by force if its frontend has not closed it by then. */
#define ASK_LIMIT_US (10u * UINT64_C(1000000))

const char *const media_change_names[MEDIA_CHANGES] = {"replaced", "removed", "asked for",
                                                       "ejected", "reopened"};

struct media_drive media_drives[BACKENDS_MAX];

static unsigned images;

void media_reset(void)
{
    memset(media_drives, 0, sizeof(media_drives));
    images = 0;
}

static void note_change(struct media_drive *drive)
{
    drive->changed_us = clock_now_us();
}

static void enter(struct media_drive *drive, enum media_phase phase)
{
    drive->phase = phase;
    note_change(drive);
}

static unsigned number_of(const struct media_drive *drive)
{
    return (unsigned)(drive - media_drives);
}

static struct backend *backend_of(const struct media_drive *drive)
{
    return backends_at(number_of(drive));
}

/**** The keys of a device ****/

static void write_type(const struct media_drive *drive)
{
    char path[BACKEND_PATH_BYTES + 16];

    snprintf(path, sizeof(path), "%s/device-type", backend_of(drive)->frontend);
    store_write(path, "cdrom");
    backend_write_key(backend_of(drive), "device-type", "cdrom");
    backends_write_device(number_of(drive));
}

static void write_params(const struct media_drive *drive, bool empty)
{
    bool qdisk = backend_of(drive)->config.qdisk;
    char params[32] = "";

    if (!empty)
        snprintf(params, sizeof(params), "%s/image-%u.iso", qdisk ? "aio:" : "",
                 media_current(drive)->image);
    else if (qdisk)
        snprintf(params, sizeof(params), "aio:");
    backend_write_key(backend_of(drive), "params", params);
}

/* No backend goes on with a drive that has no image. */
static void make_empty(struct media_drive *drive)
{
    struct backend *backend = backend_of(drive);

    world_attach(backend, NULL);
    write_type(drive);
    write_params(drive, true);
    backend_set_state(backend, XenbusStateInitialising);
    backend->gone = true;
}

static void make_device(struct media_drive *drive)
{
    world_attach(backend_of(drive), NULL);
    write_type(drive);
    write_params(drive, false);
}

/**** Media ****/

/* Sizes that are often the same, and sectors of 512 bytes more often than of 2048. */
static void new_image(struct media_drive *drive, bool same, struct random *random)
{
    static const uint32_t sizes[] = {4096, 4096, 2048, 1024};
    const struct media_medium *old = drive->count ? media_current(drive) : NULL;
    struct media_medium *medium = &drive->media[drive->count++];

    if (drive->count == MEDIA_MAX)
        violation("more media than the test can keep");
    if (same && old) {
        *medium = *old;
    } else {
        medium->image = ++images;
        medium->sectors = sizes[random_below(random, 4)];
        if (random_chance(random, 20))
            medium->sectors += 4 * random_below(random, 200);
        medium->sector_bytes = drive->knows_2048 && random_chance(random, 50) ? 2048 : 512;
    }
    medium->gone_us = MEDIA_NEVER;
    note_change(drive);
    backends_set_image(number_of(drive), media_first_sector(medium), medium->sectors,
                       medium->sector_bytes);
}

static void medium_goes(struct media_drive *drive)
{
    if (media_is_present(drive))
        drive->media[drive->count - 1].gone_us = clock_now_us();
    note_change(drive);
}

static void insert(struct media_drive *drive)
{
    new_image(drive, drive->same, &turns_random);
    report("image %u of %u sectors of 512 bytes is in the drive of disk %u",
           media_current(drive)->image, media_current(drive)->sectors, number_of(drive));
    enter(drive, MEDIA_SETTLED);
}

void media_add_drive(unsigned disk, struct random *random)
{
    struct media_drive *drive = &media_drives[disk];
    enum backend_kind kind = backends_at(disk)->config.kind;

    drive->knows_2048 = kind == BACKEND_LINUX || kind == BACKEND_QDISK_NEW;
    new_image(drive, false, random);
    if (random_chance(random, 30)) {
        medium_goes(drive);
        drive->phase = MEDIA_EMPTY;
        drive->due_us =
            random_chance(random, 50) ? MEDIA_NEVER : random_size(random, 20000) * UINT64_C(1000);
    }
}

/**** Changes ****/

void media_change(unsigned disk, enum media_change how, bool same, uint32_t ms)
{
    static const enum media_phase phases[] = {
        [MEDIA_REPLACED] = MEDIA_PULLED, [MEDIA_REMOVED] = MEDIA_PULLED,
        [MEDIA_ASKED] = MEDIA_WANTED,    [MEDIA_EJECTED] = MEDIA_PULLED,
        [MEDIA_REOPENED] = MEDIA_CLOSES,
    };
    struct media_drive *drive = &media_drives[disk];

    if (drive->phase == MEDIA_EMPTY && drive->due_us == MEDIA_NEVER)
        drive->due_us = 0;
    if (!drive->count || drive->phase != MEDIA_SETTLED)
        return;
    report("the medium of disk %u is %s, the next one comes %u ms later", disk,
           media_change_names[how], how == MEDIA_REPLACED ? 0 : ms);
    drive->how = how;
    drive->same = same;
    drive->away_us = ms * UINT64_C(1000);
    drive->due_us = clock_now_us() + ASK_LIMIT_US;
    enter(drive, phases[how]);
    if (how == MEDIA_ASKED)
        backend_write_key(backend_of(drive), "online", "0");
    if (how == MEDIA_ASKED || how == MEDIA_REOPENED)
        backend_set_state(backend_of(drive), XenbusStateClosing);
}

/* Its directory has the mark: the firmware has it open, or the daemon has not closed it yet. */
static bool is_open(const struct media_drive *drive)
{
    char path[BACKEND_PATH_BYTES + 32];

    snprintf(path, sizeof(path), "%s/" HANDOVER_MARK, backend_of(drive)->frontend);
    return store_read(path);
}

/* A kernel does not let go of a device that has requests in flight. */
static bool remove_device(struct media_drive *drive)
{
    struct backend *backend = backend_of(drive);

    if (backend->ring && backend_io_in_flight(backend))
        return false;
    if (is_open(drive))
        drive->removed_open++;
    medium_goes(drive);
    world_detach(backend);
    return true;
}

static void pull(struct media_drive *drive)
{
    if (!remove_device(drive))
        return;
    drive->due_us = clock_now_us() + drive->away_us;
    if (drive->how == MEDIA_REPLACED) {
        insert(drive);
        make_device(drive);
    } else if (drive->how == MEDIA_EJECTED) {
        make_empty(drive);
        enter(drive, MEDIA_EMPTY);
    } else {
        enter(drive, MEDIA_AWAY);
    }
}

static bool is_frontend_initialising(const struct media_drive *drive)
{
    char path[BACKEND_PATH_BYTES + 16];

    snprintf(path, sizeof(path), "%s/state", backend_of(drive)->frontend);
    const char *state = store_read(path);
    return state && !strcmp(state, "1");
}

/* The backend closes the old image once the frontend has let go of it. */
static void close_image(struct media_drive *drive)
{
    struct backend *backend = backend_of(drive);

    if (clock_now_us() >= drive->due_us) {
        drive->how = MEDIA_REMOVED;
        enter(drive, MEDIA_PULLED);
    } else if (!backend->ring && is_frontend_initialising(drive)) {
        medium_goes(drive);
        backend_set_state(backend, XenbusStateClosed);
        backend->gone = true;
        drive->due_us = clock_now_us() + drive->away_us;
        enter(drive, MEDIA_CLOSED);
    }
}

/* What the frontend does meanwhile is nothing to wait for: it finds no medium. */
static void open_image(struct media_drive *drive)
{
    struct backend *backend = backend_of(drive);

    if (!is_frontend_initialising(drive) || backend_state(backend) != XenbusStateClosed) {
        drive->how = MEDIA_REMOVED;
        enter(drive, MEDIA_PULLED);
        return;
    }
    insert(drive);
    write_params(drive, false);
    backend->gone = false;
    backend_kind_wait(backend);
}

/* A backend that was about to connect when it was asked to close closes once it has connected. */
static void close_connected(const struct media_drive *drive)
{
    if (backend_state(backend_of(drive)) == XenbusStateConnected)
        backend_set_state(backend_of(drive), XenbusStateClosing);
}

static void drive_run(struct media_drive *drive)
{
    bool is_due = clock_now_us() >= drive->due_us;

    if (drive->phase == MEDIA_WANTED || drive->phase == MEDIA_CLOSES)
        close_connected(drive);
    switch (drive->phase) {
    case MEDIA_WANTED:
        if (backend_state(backend_of(drive)) != XenbusStateClosed && !is_due)
            return;
        enter(drive, MEDIA_PULLED);
        return;
    case MEDIA_PULLED:
        pull(drive);
        return;
    case MEDIA_CLOSES:
        close_image(drive);
        return;
    case MEDIA_CLOSED:
        if (is_due)
            open_image(drive);
        return;
    case MEDIA_AWAY:
    case MEDIA_EMPTY:
        if (!is_due || !toolstack_is_ready())
            return;
        insert(drive);
        make_device(drive);
        return;
    default:
        return;
    }
}

void media_run(void)
{
    for (unsigned disk = 0; disk < backends_count(); disk++)
        if (media_drives[disk].count)
            drive_run(&media_drives[disk]);
}

/* A change that has only begun is forgotten with the device. */
static void renew_device(struct media_drive *drive, bool boots)
{
    switch (drive->phase) {
    case MEDIA_AWAY:
        if (!boots) {
            world_detach(backend_of(drive));
            return;
        }
        enter(drive, MEDIA_EMPTY);
        make_empty(drive);
        return;
    case MEDIA_EMPTY:
        make_empty(drive);
        return;
    case MEDIA_CLOSED:
        insert(drive);
        break;
    case MEDIA_SETTLED:
        break;
    default:
        medium_goes(drive);
        drive->same = true;
        insert(drive);
        break;
    }
    make_device(drive);
}

void media_new_devices(bool boots)
{
    for (unsigned disk = 0; disk < backends_count(); disk++)
        if (media_drives[disk].count) {
            if (boots)
                media_drives[disk].removed_open = 0;
            renew_device(&media_drives[disk], boots);
        }
}

bool media_are_settled(void)
{
    for (unsigned disk = 0; disk < backends_count(); disk++)
        if (media_drives[disk].phase != MEDIA_SETTLED && media_drives[disk].due_us != MEDIA_NEVER)
            return false;
    return true;
}

bool media_is_there_since(unsigned disk, uint64_t us)
{
    return media_drives[disk].phase == MEDIA_SETTLED && media_drives[disk].changed_us < us;
}

bool media_is_away(unsigned disk)
{
    return media_drives[disk].phase == MEDIA_AWAY;
}

bool media_is_empty(unsigned disk)
{
    return media_drives[disk].phase == MEDIA_EMPTY;
}

unsigned media_ports_left(void)
{
    unsigned ports = 0;

    for (unsigned disk = 0; disk < backends_count(); disk++)
        ports += media_drives[disk].removed_open;
    return ports;
}
