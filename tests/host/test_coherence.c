/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Long random sequences of calls and faults: a read that succeeds returns what the disk holds at
 * that moment. The sequences are the same in each run.
 */
#include "firmware.h"
#include "test.h"
#include "xen/base/handover.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

#define HOME    "/local/domain/1/"
#define SECTORS 128u
#define CALLS   400u

/* In the model both disks have the same sectors, so each is written in its own half. */
#define DISKS        2u
#define HALF_SECTORS 1000u

static struct disks disks;
static struct backend *backends[DISKS];
static uint32_t seed;

static uint32_t any_below(uint32_t limit)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % limit;
}

static bool one_in(uint32_t count)
{
    return !any_below(count);
}

/* Some requests fail; others are done, but their responses report a failure or another request. */
static bool fail_some(void *context, struct backend *backend, const struct backend_request *request)
{
    (void)context;
    if (!one_in(40))
        return false;
    if (one_in(2))
        backend_perform(backend, request);
    if (one_in(8))
        backend_show_responses(backend, backend->produced + any_below(100));
    else if (one_in(8))
        backend_respond(backend, request->id + 1 + any_below(63), request->operation,
                        BLKIF_RSP_OKAY);
    else
        backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

static void start(void)
{
    static const enum handover_mode modes[] = {MODE_AUTO, MODE_STRICT, MODE_LINGER};
    static const char *const sizes[] = {"512", "1024", "4096"}, *const ends[] = {"2003", "2004",
                                                                                 "2008"};
    const struct disks_options options = {
        .mode = modes[any_below(3)],
        .hook_limit_ms = 100,
        .pool_pages = 2 + any_below(40),
        .cache_bytes = any_below(6) * CACHE_LINE_BYTES,
        .writes_to_keep_open = any_below(2) * 4,
    };
    uint32_t size = any_below(3);

    world_reset();
    memset(&disks, 0, sizeof(disks));
    for (unsigned i = 0; i < DISKS; i++) {
        backends[i] = world_add_disk(XVD(4 + i));
        backends[i]->config.sector_size = sizes[size];
        backends[i]->config.align = size == 0 ? 512 : size == 1 ? 1024 : 4096;
        backends[i]->config.sectors = ends[size];
        backends[i]->config.hook = fail_some;
        backends[i]->config.qdisk = one_in(2);
        backends[i]->config.persistent = one_in(2);
    }
    if (one_in(2)) {
        store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
        store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
    }
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    CHECK_EQUAL(disks.count, DISKS);
}

static void read_and_compare(unsigned which, uint64_t sector, uint32_t count)
{
    static uint8_t buffer[SECTORS * SECTOR_BYTES];
    uint8_t expected[SECTOR_BYTES];

    if (disks_read(disks.disk[which], sector, count, buffer))
        return;
    for (uint32_t i = 0; i < count; i++) {
        disk_read(sector + i, expected);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, expected, SECTOR_BYTES));
    }
}

static void write_and_compare(unsigned which, uint64_t sector, uint32_t count)
{
    static uint8_t buffer[SECTORS * SECTOR_BYTES], now[SECTOR_BYTES];

    for (uint32_t i = 0; i < count * SECTOR_BYTES; i++)
        buffer[i] = (uint8_t)any_below(256);
    if (disks_write(disks.disk[which], sector, count, buffer))
        return;
    for (uint32_t i = 0; i < count; i++) {
        disk_read(sector + i, now);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, now, SECTOR_BYTES));
    }
}

/* Another system has the machine and the disks for a while. */
static void another_system_writes(void)
{
    uint8_t data[SECTOR_BYTES];

    for (unsigned i = 0; i < 20; i++) {
        memset(data, (int)any_below(256), sizeof(data));
        disk_write(any_below(2 * HALF_SECTORS), data);
    }
}

static void cause_an_event(unsigned which)
{
    switch (any_below(12)) {
    case 0:
        world_pass_ms(6000);
        another_system_writes();
        break;
    case 1:
        disks_close_all(&disks);
        another_system_writes();
        break;
    case 2:
        disks_close_idle(&disks);
        break;
    case 3:
        world_pass_ms(any_below(3000));
        break;
    case 4:
        backends[which]->config.io_latency_us = 2 * firmware_options.io_limit_ms * 1000;
        break;
    case 5:
        xen_fault =
            (struct xen_fault){.number = __HYPERVISOR_sched_op,
                               .operation = SCHEDOP_yield,
                               .skip = any_below(30),
                               .times = 1,
                               .on_hit = one_in(2) ? world_restore : world_restore_same_port};
        break;
    case 6:
        store_write(HOME HANDOVER_CLAIM, one_in(2) ? HANDOVER_VERSION : "0");
        break;
    case 7:
        store_config.refuse_from = store_requests() + any_below(20);
        store_config.refuse_times = 1;
        store_config.refuse_with = one_in(2) ? "ENOMEM" : "EAGAIN";
        break;
    default:
        disks_reset(disks.disk[which]);
        break;
    }
}

/* Some ticks of the BIOS, and perhaps a sign of a starting system. */
static void pass_ticks(void)
{
    for (unsigned ticks = any_below(4); ticks; ticks--) {
        world_pass_ms(55);
        if (disks_note_tick(&disks))
            disks_close_kept(&disks);
    }
    if (one_in(20))
        disks_note_sign(&disks);
}

static void call(void)
{
    unsigned which = any_below(DISKS);
    uint64_t sector = which * HALF_SECTORS + any_below(HALF_SECTORS - SECTORS);
    uint32_t count = any_below(SECTORS + 1);

    if (one_in(10))
        cause_an_event(which);
    if (one_in(4))
        pass_ticks();
    /* Mostly sequential or nearby sectors. */
    if (!one_in(4))
        sector = which * HALF_SECTORS + any_below(60);
    if (one_in(2))
        read_and_compare(which, sector, count);
    else
        write_and_compare(which, sector, count);
    if (!which)
        return;
    /* The end of the disk, which is within a page. */
    if (one_in(5))
        read_and_compare(which, disks.disk[which]->vbd.sectors - 1 - any_below(9), 1);
    backends[which]->config.io_latency_us = 0;
}

TEST(every_read_returns_what_the_disk_holds_whatever_happens)
{
    firmware_use_short_limits();
    for (uint32_t run = 1; run <= test_share(25); run++) {
        seed = run;
        start();
        for (unsigned i = 0; i < CALLS; i++) {
            test_note("run %u, call %u", run, i);
            call();
        }
        if (disks_usable(disks.disk[0]) && disks_usable(disks.disk[1])) {
            disks_close_all(&disks);
            CHECK(!disks_are_open(&disks));
        }
    }
}
