/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What is known of a CD-ROM drive, for the two files of media.h. */
#ifndef WORLD_MEDIA_DRIVE_H
#define WORLD_MEDIA_DRIVE_H

#include "backends.h"
#include "media.h"

#define MEDIA_MAX   48u
#define MEDIA_NEVER UINT64_MAX

/* Each image is a part of the model's disk, behind those of the disks. */
#define MEDIA_IMAGE_SECTORS 65536u

enum media_phase {
    MEDIA_SETTLED, /* there is a medium */
    MEDIA_WANTED,  /* the toolstack asks for the device */
    MEDIA_PULLED,  /* it is removed when nothing is in flight */
    MEDIA_AWAY,    /* there is no device */
    MEDIA_EMPTY,   /* there is one without an image */
    MEDIA_CLOSES,  /* the backend closes */
    MEDIA_CLOSED,  /* it has closed */
};

/* An image in a drive, from the time of one change to that of another. */
struct media_medium {
    unsigned image;
    uint32_t sectors; /* of 512 bytes */
    uint32_t sector_bytes;
    uint64_t gone_us;
};

struct media_drive {
    bool knows_2048; /* such a backend may have sectors of 2048 bytes */
    enum media_phase phase;
    enum media_change how; /* the change that is not over */
    bool same;
    uint64_t away_us, due_us;
    uint64_t changed_us;   /* when something happened to it last */
    unsigned removed_open; /* connections that the toolstack has removed in this domain */

    struct media_medium media[MEDIA_MAX]; /* the last one may be gone */
    unsigned count;                       /* 0: this disk is no drive */

    /* What int13 has told of it. */
    uint64_t call_us;        /* when the call began */
    unsigned call_medium;    /* which was the last one then */
    unsigned floor;          /* no call may read an older one */
    unsigned served;         /* the one that was read last; MEDIA_MAX: not known */
    bool reported;           /* since then, a change was */
    unsigned reports, since; /* changes that were reported since POST; media when it began */
};

extern struct media_drive media_drives[BACKENDS_MAX];

static inline const struct media_medium *media_current(const struct media_drive *drive)
{
    return &drive->media[drive->count - 1];
}

static inline bool media_is_present(const struct media_drive *drive)
{
    return media_current(drive)->gone_us == MEDIA_NEVER;
}

static inline uint64_t media_first_sector(const struct media_medium *medium)
{
    return (uint64_t)(medium->image + 1) * MEDIA_IMAGE_SECTORS;
}

#endif
