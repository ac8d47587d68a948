/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "reading.h"

#include "test.h"

#define DISKS_IN_A_TEST 2u
#define LINES           48u /* the default */

struct disks reading_disks;
struct backend *reading_backend;

static struct backend *backends[DISKS_IN_A_TEST];
static unsigned disks;
static uint64_t sectors_read;
static struct reading_cost before;

static bool reading_count(void *context, struct backend *backend,
                          const struct backend_request *request)
{
    (void)context;
    (void)backend;
    if (request->operation == BLKIF_OP_READ)
        for (unsigned i = 0; i < request->segments; i++)
            sectors_read += request->segment[i].last - request->segment[i].first + 1u;
    return false;
}

static struct reading_cost reading_total(void)
{
    struct reading_cost total = {.sectors = sectors_read};

    for (unsigned i = 0; i < disks; i++) {
        total.connections += backends[i]->connects;
        total.requests += backends[i]->requests;
    }
    return total;
}

static void reading_start_disks(enum handover_mode mode, unsigned count, uint32_t lines)
{
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = VBD_POOL_PAGES_MAX,
        .cache_bytes = lines * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&reading_disks, 0, sizeof(reading_disks));
    disks = count;
    for (unsigned i = 0; i < count; i++) {
        backends[i] = world_add_disk(XVD(4 + i));
        backends[i]->config.persistent = false;
        backends[i]->config.sectors = "2097152";
        backends[i]->config.disk_sectors = READING_DISK_SECTORS;
        backends[i]->config.hook = reading_count;
    }
    reading_backend = backends[0];
    CHECK_EQUAL(firmware_start_disks(&reading_disks, &options), 0);
    before = reading_total();
}

void reading_start(enum handover_mode mode)
{
    reading_start_disks(mode, 1, LINES);
}

void reading_start_small(enum handover_mode mode, uint32_t lines)
{
    reading_start_disks(mode, 1, lines);
}

void reading_start_two(enum handover_mode mode)
{
    reading_start_disks(mode, 2, LINES);
}

struct reading_cost reading_cost(void)
{
    struct reading_cost now = reading_total();

    return (struct reading_cost){.connections = now.connections - before.connections,
                                 .requests = now.requests - before.requests,
                                 .sectors = now.sectors - before.sectors};
}

void reading_check_disk(unsigned disk, uint64_t sector, uint32_t count)
{
    static uint8_t buffer[READING_SECTORS_MAX * SECTOR_BYTES];
    uint8_t expected[SECTOR_BYTES];

    CHECK_EQUAL(disks_read(reading_disks.disk[disk], sector, count, buffer), 0);
    for (uint32_t i = 0; i < count; i++) {
        disk_read(sector + i, expected);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, expected, SECTOR_BYTES));
    }
}

void reading_check(uint64_t sector, uint32_t count)
{
    reading_check_disk(0, sector, count);
}
