/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* CD-ROM drives whose toolstack and backends do anything, with calls of int13 in between. */
#include "fuzz.h"

#include "test.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DRIVES_MAX 2u
#define CALLS      12u

static struct disks disks;
static struct backend *backends[DRIVES_MAX];
static unsigned drives;
static bool was_detached; /* perhaps while open: the firmware does not close such a port */
static backend_hook *ring_hook;

/* Nothing is ever written to a drive, and so nothing is flushed. */
static bool only_reads(void *context, struct backend *backend,
                       const struct backend_request *request)
{
    CHECK_EQUAL(request->operation, BLKIF_OP_READ);
    return ring_hook(context, backend, request);
}

static void write_type(const struct backend *backend)
{
    char path[BACKEND_PATH_BYTES + 16];

    snprintf(path, sizeof(path), "%s/device-type", backend->frontend);
    store_write(path, "cdrom");
}

/* What the backend says of its medium: no size, a huge one, sectors of any size. */
static void random_properties(struct backend *backend)
{
    static const char *const sizes[] = {"0", "1", "4", "1024", "1023", "18446744073709551615"};
    struct backend_config *config = &backend->config;

    config->sectors = fuzz_one_in(2) ? fuzz_text() : sizes[fuzz_byte() % 6];
    if (fuzz_one_in(2))
        config->sector_size = fuzz_one_in(2) ? fuzz_text() : "2048";
    if (fuzz_one_in(4))
        config->info = fuzz_text();
    if (fuzz_one_in(4))
        config->flush = fuzz_text();
}

static void add_drive(void)
{
    static const enum backend_kind kinds[] = {BACKEND_QDISK_OLD, BACKEND_QDISK_NEW, BACKEND_LINUX,
                                              BACKEND_TAPBACK};
    struct backend *backend = world_add_disk_of(XVD(4 + drives), kinds[fuzz_byte() % 4]);

    backends[drives++] = backend;
    backend->config.info = "5";
    /* The published size is random, so the model takes requests of any sector. */
    backend->config.disk_sectors = UINT64_MAX;
    write_type(backend);
    if (fuzz_one_in(2))
        random_properties(backend);
    if (fuzz_one_in(4))
        backend_write_key(backend, "params", fuzz_text());
    if (fuzz_one_in(4))
        backend_set_state(backend, fuzz_byte() % 10);
    fuzz_ring(backend);
    ring_hook = backend->config.hook;
    backend->config.hook = only_reads;
}

/**** The toolstack and the backend of a drive ****/

static void detach(struct backend *backend)
{
    was_detached = true;
    world_detach(backend);
}

static void attach(struct backend *backend)
{
    detach(backend);
    backend_forget(backend);
    world_attach(backend, fuzz_one_in(2) ? fuzz_text() : NULL);
    write_type(backend);
}

static void random_change(struct backend *backend)
{
    static const char *const keys[] = {"params", "state", "online", "sectors", "sector-size"};

    switch (fuzz_byte() % 8) {
    case 0:
        world_pass_ms(fuzz_byte() * 8u);
        break;
    case 1:
        backend_write_key(backend, "params", fuzz_text());
        break;
    case 2:
        backend_write_key(backend, keys[fuzz_byte() % 5], fuzz_text());
        break;
    case 3:
        backend_set_state(backend, fuzz_byte() % 10);
        break;
    case 4:
        detach(backend);
        break;
    case 5:
        attach(backend);
        break;
    case 6:
        random_properties(backend);
        attach(backend);
        break;
    default:
        world_restore();
        write_type(backend);
        break;
    }
}

/**** Calls ****/

/* What disks_transfer.h documents. */
static bool is_known(int error)
{
    return error == 0 || error == -XEN_EIO || error == -XEN_EOPNOTSUPP || error == -XEN_ETIMEDOUT ||
           error == -XEN_EBADMSG || error == -XEN_ENOTCONN || error == -XEN_EINVAL ||
           error == -XEN_ENXIO || error == -XEN_EAGAIN;
}

static void one_call(struct disk *drive)
{
    static uint8_t buffer[128 * SECTOR_BYTES];
    uint64_t sector = fuzz_byte() * 4u;
    uint32_t count = fuzz_byte() % 32 * 4u;

    limit_begin();
    switch (fuzz_byte() % 6) {
    case 0:
        CHECK(is_known(disks_read(drive, sector, count, buffer)));
        break;
    case 1:
        CHECK(is_known(disks_read(drive, UINT64_MAX - sector, count, buffer)));
        break;
    case 2:
        CHECK_EQUAL(disks_write(drive, sector, 4, buffer), -XEN_EROFS);
        break;
    case 3:
        CHECK(is_known(disks_check(drive, sector, count)));
        break;
    case 4:
        CHECK(is_known(disks_check_medium(drive)));
        break;
    default:
        CHECK(is_known(disks_reset(drive)));
        break;
    }
    /* A look for a change, which may close the disk; the call; and the end of a call. */
    limit_check(2 * limit_close_ms() + limit_repeated_ms() + 80 * limit_reply_ms());
}

static void check_end(void)
{
    disks_close_all(&disks);
    /* Again: a backend may have released its pages since. */
    disks_close_all(&disks);
    /* And again: that may have made the backend of a lost disk release them. */
    if (!grants_mapped())
        disks_close_all(&disks);
    for (unsigned i = 0; i < disks.count; i++)
        CHECK(disks.vbd[i]->state == VBD_CLOSED || disks.vbd[i]->state == VBD_LOST);
    if (!grants_mapped())
        world_check_grants_clean();
    if (!was_detached)
        world_check_ports_clean();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum handover_mode modes[] = {MODE_STRICT, MODE_LINGER};
    struct disks_options options = {.pool_pages = POOL_PAGES, .cache_bytes = 8 * CACHE_LINE_BYTES};

    firmware_use_short_limits();
    world_reset();
    memset(&disks, 0, sizeof(disks));
    drives = 0;
    was_detached = false;
    fuzz_begin(data, size);
    for (unsigned more = 1 + fuzz_byte() % DRIVES_MAX; more; more--)
        add_drive();
    options.mode = modes[fuzz_byte() % 2];
    if (fuzz_one_in(4))
        fuzz_store();
    firmware_start_disks(&disks, &options);
    for (unsigned i = 0; i < CALLS && disks.count; i++) {
        random_change(backends[fuzz_byte() % drives]);
        one_call(disks.disk[fuzz_byte() % disks.count]);
    }
    check_end();
    return 0;
}
