/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "media_drive.h"
#include "report.h"
#include "toolstack.h"

#include "model/world.h"
#include "xen/base/error.h"

#include <string.h>

/* A call looks for a change if the last look is this long ago. */
#define LOOK_US UINT64_C(1000000)

/* A look that a restore disturbs is made again this much later. */
#define DISTURBED_US (3 * LOOK_US)

static bool is_since(uint64_t us, uint64_t begin_us, uint64_t before_us)
{
    return us + before_us >= begin_us;
}

/* Something happens to the drive: a call may find it in any state. */
static bool is_changing(const struct media_drive *drive, uint64_t begin_us)
{
    return drive->phase == MEDIA_WANTED || drive->phase == MEDIA_PULLED ||
           drive->phase == MEDIA_CLOSES || is_since(drive->changed_us, begin_us, LOOK_US);
}

bool media_is_ready(unsigned disk)
{
    const struct media_drive *drive = &media_drives[disk];

    return media_is_present(drive) && !is_changing(drive, clock_now_us());
}

void media_check_request(unsigned disk, bool is_write)
{
    if (media_drives[disk].count && is_write)
        violation("a write reaches the CD-ROM drive of disk %u", disk);
}

void media_post_begins(void)
{
    for (unsigned disk = 0; disk < backends_count(); disk++) {
        struct media_drive *drive = &media_drives[disk];

        if (!drive->count)
            continue;
        media_call_begins(disk);
        drive->floor = drive->count - 1;
        drive->since = drive->count;
        drive->reports = 0;
        drive->reported = false;
    }
}

/* Which medium POST has found is only certain if none was changed meanwhile. */
void media_post_ends(void)
{
    for (unsigned disk = 0; disk < backends_count(); disk++) {
        struct media_drive *drive = &media_drives[disk];

        if (drive->count)
            drive->served =
                is_since(drive->changed_us, drive->call_us, 0) ? MEDIA_MAX : drive->count - 1;
    }
}

void media_call_begins(unsigned disk)
{
    struct media_drive *drive = &media_drives[disk];

    drive->call_us = clock_now_us();
    drive->call_medium = drive->count - 1;
}

/* A backend that does not follow a close looks like one whose device is removed, and later like one
 * with a new medium. */
static void check_report(unsigned disk, bool may_fail)
{
    struct media_drive *drive = &media_drives[disk];

    drive->reported = true;
    if (!may_fail && ++drive->reports > drive->count - drive->since)
        violation("the drive of disk %u reports more changes than there were", disk);
}

static void check_absent(unsigned disk, bool may_fail)
{
    const struct media_drive *drive = &media_drives[disk];

    if (!may_fail && media_is_present(drive) && !is_changing(drive, drive->call_us))
        violation("the drive of disk %u reports no medium, and has one", disk);
}

static void check_end(unsigned disk, uint64_t end)
{
    const struct media_drive *drive = &media_drives[disk];

    if (!is_changing(drive, drive->call_us) && end <= media_current(drive)->sectors)
        violation("the drive of disk %u refuses sectors before %u, and its medium has them", disk,
                  (unsigned)end);
}

/* A call succeeds. @end: 0 for a reset, which needs no medium. */
static void check_served(unsigned disk, const char *what, uint64_t end, bool may_fail)
{
    const struct media_drive *drive = &media_drives[disk];

    if (!end || may_fail || is_changing(drive, drive->call_us))
        return;
    /* A backend that has closed does not tell whether it opens again with a medium. */
    if (end == MEDIA_LOOK && drive->phase == MEDIA_CLOSED)
        return;
    if (!media_is_present(drive))
        violation("%s of disk %u succeeds, whose drive has no medium", what, disk);
    if (end > media_current(drive)->sectors)
        violation("%s of disk %u succeeds up to sector %u, beyond the end of its medium", what,
                  disk, (unsigned)end);
}

/* A call that finds a device closing lets go of it: the toolstack and the backend wait for that. */
static void check_let_go(unsigned disk)
{
    const struct media_drive *drive = &media_drives[disk];

    if ((drive->phase == MEDIA_WANTED || drive->phase == MEDIA_CLOSES) &&
        drive->changed_us < drive->call_us && backends_at(disk)->ring)
        violation("the drive of disk %u stays connected, and its device is to be closed", disk);
}

void media_call_ends(unsigned disk, const char *what, int error, bool looked, bool may_fail,
                     uint64_t end)
{
    struct media_drive *drive = &media_drives[disk];

    /* What a look has seen is the medium of that time or a later one. */
    if (looked && drive->floor < drive->call_medium)
        drive->floor = drive->call_medium;
    if (looked && !may_fail)
        check_let_go(disk);
    if (error)
        report("failed: %s", error_name(error));
    if (error == -XEN_EAGAIN)
        check_report(disk, may_fail);
    else if (error == -XEN_ENXIO)
        check_absent(disk, may_fail);
    else if (error == -XEN_EINVAL)
        check_end(disk, end);
    else if (error && !may_fail && !is_changing(drive, drive->call_us))
        violation("%s of the drive of disk %u failed: %s", what, disk, error_name(error));
    if (!error)
        check_served(disk, what, end, may_fail);
}

static bool is_content(const struct media_medium *medium, uint32_t sector, uint32_t count,
                       const uint8_t *bytes)
{
    uint8_t expected[DISK_SECTOR_BYTES];

    if (sector + count > medium->sectors)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        disk_read_original(media_first_sector(medium) + sector + i, expected);
        if (memcmp(expected, bytes + i * DISK_SECTOR_BYTES, DISK_SECTOR_BYTES))
            return false;
    }
    return true;
}

void media_compare(unsigned disk, uint32_t sector, uint32_t count, const uint8_t *bytes)
{
    struct media_drive *drive = &media_drives[disk];
    unsigned found = drive->count;

    while (found && !is_content(&drive->media[found - 1], sector, count, bytes))
        found--;
    if (!found--)
        violation("sectors from %u on of disk %u are of no one medium", sector, disk);
    const struct media_medium *medium = &drive->media[found];
    if (found < drive->floor)
        violation("image %u of disk %u is read, after image %u was seen", medium->image, disk,
                  drive->media[drive->floor].image);
    if (medium->gone_us != MEDIA_NEVER && !is_since(medium->gone_us, drive->call_us, LOOK_US) &&
        !is_since(toolstack_restored_us(), drive->call_us, DISTURBED_US))
        violation("image %u of disk %u is read, and was in the drive more than a second ago",
                  medium->image, disk);
    if (drive->served != MEDIA_MAX && drive->media[drive->served].image != medium->image &&
        !drive->reported)
        violation("image %u of disk %u is read, and no change was reported", medium->image, disk);
    drive->reported = false;
    drive->floor = drive->served = found;
}
