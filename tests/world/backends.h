/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The guest's disks: their backends, and the trouble that these make. */
#ifndef WORLD_BACKENDS_H
#define WORLD_BACKENDS_H

#include "model/backend.h"

#define BACKENDS_MAX 3u

void backends_reset(void);

/** What a disk is like. */
struct backends_disk {
    enum backend_kind kind;
    bool persistent;
    uint32_t latency_us, io_latency_us;
    bool is_cd;
    uint32_t block_bytes; /* no request may be for part of a block */
    bool hides_blocks;    /* its key names sectors of 512 bytes all the same */
};

/** Give the guest another disk. It has the next sectors of the model's disk. */
void backends_add(const struct backends_disk *disk);

/** Put an image into a CD-ROM drive: @sectors sectors of 512 bytes of the model's disk. */
void backends_set_image(unsigned disk, uint64_t first_sector, uint32_t sectors,
                        uint32_t sector_bytes);

unsigned backends_count(void);
struct backend *backends_at(unsigned disk);

/** Whether it is a CD-ROM drive; and how many disks are. */
bool backends_is_cd(unsigned disk);
unsigned backends_cds(void);

/** The sectors of a block: an operating system makes requests of whole blocks. */
uint32_t backends_block_sectors(unsigned disk);

/** The number of its device. */
uint32_t backends_number(unsigned disk);

/** Write the key that names the device of dom0 behind it, if its backend is a kernel's. */
void backends_write_device(unsigned disk);

/** The guest's domain is a new one: trouble that is over is forgotten. */
void backends_new_domain(void);

/** Let trouble end whose time has come. */
void backends_run(void);

/** A number that changes with each request that one of them takes or answers. */
unsigned backends_requests(void);

/** Whether what was written to a disk is not flushed yet. */
bool backends_is_unflushed(unsigned disk);
void backends_forget_unflushed(unsigned disk);

/**** Trouble: for so long, and then the backend behaves again ****/

enum trouble {
    TROUBLE_SLOW,    /* takes long for each step and each request */
    TROUBLE_SILENT,  /* takes requests and does not answer */
    TROUBLE_DEAF,    /* does not take them either */
    TROUBLE_STATES,  /* does not follow the frontend's state */
    TROUBLE_FAILS,   /* answers that requests have failed */
    TROUBLE_FLUSH,   /* answers that flushes have failed */
    TROUBLE_REFUSES, /* does not connect, but says that it closes */
    TROUBLE_GONE,    /* is taken away, with its directory */
    TROUBLES,
};

extern const char *const trouble_names[TROUBLES];

void backends_trouble(unsigned disk, enum trouble trouble, uint32_t ms);

/** Whether it has made trouble since its guest's domain was made, or is making it. */
bool backends_made_trouble(unsigned disk);

/** Whether any is making trouble now. */
bool backends_make_trouble(void);

#endif
