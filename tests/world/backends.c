/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "backends.h"

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

    if (request->operation == BLKIF_OP_WRITE && !system_runs())
        place->unflushed = true;
    else if (is_flush && !fails)
        place->unflushed = false;
    if (fails)
        backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return fails;
}

void backends_add(enum backend_kind kind, bool persistent, uint32_t latency_us,
                  uint32_t io_latency_us)
{
    struct place *place = &places[count];

    place->backend = world_add_disk_of(NUMBER(count), kind);
    place->backend->config.first_sector = count * WORLD_DISK_SECTORS;
    place->backend->config.persistent = persistent;
    place->backend->config.latency_us = latency_us;
    place->backend->config.io_latency_us = io_latency_us;
    place->backend->config.hook = request_comes;
    place->backend->config.context = place;
    place->usual = place->backend->config;
    count++;
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
