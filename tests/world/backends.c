/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "backends.h"

#include "media.h"
#include "model/world.h"
#include "report.h"
#include "system.h"

#include <stdio.h>
#include <string.h>

/* Numbers of "xvda" and after. */
#define NUMBER(disk) (202u << 8 | (disk) << 4)
#define SLOW_US      400000u

const char *const trouble_names[TROUBLES] = {
    "slow", "silent", "deaf", "not following", "failing", "failing to flush", "refusing", "gone"};

static struct place {
    struct backend *backend;
    struct backend_config usual;
    struct backends_disk disk;
    char sectors[12], sector_size[12];
    bool troubled, in_trouble, unflushed;
    enum trouble trouble;
    uint64_t end_us;
} places[BACKENDS_MAX];

static unsigned count;

void backends_reset(void)
{
    memset(places, 0, sizeof(places));
    count = 0;
}

unsigned backends_count(void)
{
    return count;
}

struct backend *backends_at(unsigned disk)
{
    return places[disk].backend;
}

uint32_t backends_number(unsigned disk)
{
    return NUMBER(disk);
}

unsigned backends_requests(void)
{
    unsigned requests = 0;

    for (unsigned i = 0; i < count; i++)
        requests += places[i].backend->requests + places[i].backend->produced;
    return requests;
}

bool backends_is_unflushed(unsigned disk)
{
    return places[disk].unflushed;
}

void backends_forget_unflushed(unsigned disk)
{
    places[disk].unflushed = false;
}

/* Sees each request before it is done. */
static bool request_comes(void *context, struct backend *backend,
                          const struct backend_request *request)
{
    struct place *place = context;
    bool is_flush = request->operation == BLKIF_OP_FLUSH_DISKCACHE;
    bool fails = place->in_trouble &&
                 (place->trouble == TROUBLE_FAILS || (place->trouble == TROUBLE_FLUSH && is_flush));

    media_check_request((unsigned)(place - places), request->operation == BLKIF_OP_WRITE);
    if (request->operation == BLKIF_OP_WRITE && !system_runs())
        place->unflushed = true;
    else if (is_flush && !fails)
        place->unflushed = false;
    if (fails)
        backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return fails;
}

/* Sizes and sizes of sectors, as keys and as the model knows them. */
static void set_size(struct place *place, uint32_t sectors, uint32_t sector_bytes)
{
    struct backend_config *config = &place->usual;

    snprintf(place->sectors, sizeof(place->sectors), "%u", sectors);
    snprintf(place->sector_size, sizeof(place->sector_size), "%u", sector_bytes);
    config->disk_sectors = sectors;
    config->align = sector_bytes;
    config->sectors = place->sectors;
    config->sector_size = place->sector_size;
}

void backends_add(const struct backends_disk *disk)
{
    struct place *place = &places[count];

    place->disk = *disk;
    place->backend = world_add_disk_of(NUMBER(count), disk->kind);
    place->usual = place->backend->config;
    place->usual.first_sector = count * WORLD_DISK_SECTORS;
    place->usual.persistent = disk->persistent;
    place->usual.latency_us = disk->latency_us;
    place->usual.io_latency_us = disk->io_latency_us;
    place->usual.hook = request_comes;
    place->usual.context = place;
    if (disk->is_cd)
        place->usual.info = "5"; /* read-only, a CD-ROM */
    if (disk->hides_blocks)
        place->usual.only_blocks_of = disk->block_bytes;
    set_size(place, WORLD_DISK_SECTORS, disk->hides_blocks ? 512 : disk->block_bytes);
    place->backend->config = place->usual;
    count++;
}

void backends_set_image(unsigned disk, uint64_t first_sector, uint32_t sectors,
                        uint32_t sector_bytes)
{
    struct place *place = &places[disk];
    struct backend_config *config = &place->backend->config;

    set_size(place, sectors, sector_bytes);
    config->first_sector = place->usual.first_sector = first_sector;
    config->disk_sectors = place->usual.disk_sectors;
    config->align = place->usual.align;
}

bool backends_is_cd(unsigned disk)
{
    return places[disk].disk.is_cd;
}

unsigned backends_cds(void)
{
    unsigned cds = 0;

    for (unsigned i = 0; i < count; i++)
        cds += places[i].disk.is_cd;
    return cds;
}

uint32_t backends_block_sectors(unsigned disk)
{
    return places[disk].disk.block_bytes / DISK_SECTOR_BYTES;
}

void backends_write_device(unsigned disk)
{
    char device[16];

    if (places[disk].backend->config.kind != BACKEND_LINUX)
        return;
    snprintf(device, sizeof(device), "fd:%x", 0x10 + disk);
    backend_write_key(places[disk].backend, "physical-device", device);
}

void backends_new_domain(void)
{
    for (unsigned i = 0; i < count; i++) {
        places[i].troubled = places[i].in_trouble;
        places[i].unflushed = false;
        /* A domain begins with its backends in place. */
        if (places[i].in_trouble && places[i].trouble == TROUBLE_GONE)
            places[i].in_trouble = false;
    }
}

bool backends_made_trouble(unsigned disk)
{
    return places[disk].troubled;
}

bool backends_make_trouble(void)
{
    for (unsigned i = 0; i < count; i++)
        if (places[i].in_trouble)
            return true;
    return false;
}

void backends_trouble(unsigned disk, enum trouble trouble, uint32_t ms)
{
    struct place *place = &places[disk];
    struct backend_config *config = &place->backend->config;

    if (place->in_trouble)
        return;
    report("the backend of disk %u is %s for %u ms", disk, trouble_names[trouble], ms);
    place->troubled = place->in_trouble = true;
    place->trouble = trouble;
    place->end_us = clock_now_us() + ms * UINT64_C(1000);
    config->silent = trouble == TROUBLE_SILENT;
    config->deaf = trouble == TROUBLE_DEAF;
    config->ignores = trouble == TROUBLE_STATES ? ~0u : 0;
    if (trouble == TROUBLE_REFUSES)
        config->ignores = 1u << XenbusStateInitialised;
    if (trouble == TROUBLE_SLOW)
        config->latency_us = config->io_latency_us = SLOW_US;
    if (trouble == TROUBLE_GONE)
        backend_vanish(place->backend);
}

static void trouble_ends(struct place *place)
{
    unsigned disk = (unsigned)(place - places);

    report("the backend of disk %u behaves again", disk);
    place->in_trouble = false;
    place->backend->config = place->usual;
    place->backend->notified = true; /* it takes what has come meanwhile */
    if (place->trouble != TROUBLE_GONE || !place->backend->gone)
        return;
    backend_forget(place->backend);
    world_write_disk(place->backend);
    backends_write_device(disk);
}

static void refuse(struct backend *backend)
{
    if (backend->seen == XenbusStateInitialised && backend_state(backend) == XenbusStateInitWait)
        backend_set_state(backend, XenbusStateClosing);
}

void backends_run(void)
{
    for (struct place *place = places; place < places + count; place++) {
        if (place->in_trouble && place->trouble == TROUBLE_REFUSES)
            refuse(place->backend);
        if (place->in_trouble && clock_now_us() >= place->end_us)
            trouble_ends(place);
    }
}
