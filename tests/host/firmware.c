/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "firmware.h"

#include "test.h"
#include "xen/base/platform.h"
#include "xen/blk/vbd_find.h"
#include "xen/blk/vbd_transfer.h"
#include "xen/disk/disk_io.h"

/* The most sectors that one call of a test moves. */
#define SECTORS_MAX 512u

struct core_options firmware_options = {
    .store_limit_ms = STORE_LIMIT_MS,
    .connect_limit_ms = CONNECT_LIMIT_MS,
    .close_limit_ms = CLOSE_LIMIT_MS,
    .io_limit_ms = IO_LIMIT_MS,
};

uint32_t firmware_pool_pages = POOL_PAGES;

/* In reserved memory, as in the ROM; here the sanitizer watches the bytes around them. */
static struct core core;
static struct vbd vbds[FIRMWARE_DISKS];

static uint64_t limit_since_us;

void firmware_use_short_limits(void)
{
    firmware_options.store_limit_ms = 50;
    firmware_options.connect_limit_ms = 100;
    firmware_options.close_limit_ms = 100;
    firmware_options.io_limit_ms = 100;
}

static bool found(void *context, const struct vbd_device *device)
{
    struct firmware *firmware = context;

    CHECK(firmware->disks < FIRMWARE_DISKS);
    struct vbd *vbd = &vbds[firmware->disks];
    int error = vbd_init(vbd, firmware->core, device);
    if (!error)
        error = vbd_alloc(vbd, firmware_pool_pages);
    if (!error)
        firmware->vbd[firmware->disks++] = vbd;
    else if (!firmware->error)
        firmware->error = error;
    return true;
}

/* Return: the error of core_init. */
static int start_core(void)
{
    memset(&core, 0, sizeof(core));
    return core_init(&core, &firmware_options);
}

struct core *firmware_core(void)
{
    CHECK_EQUAL(start_core(), 0);
    return &core;
}

int firmware_start(struct firmware *firmware)
{
    static char names[XENSTORE_PAYLOAD_MAX];

    memset(firmware, 0, sizeof(*firmware));
    firmware->core = &core;
    int error = start_core();
    if (!error)
        error = vbd_find(firmware->core, "", names, found, firmware);
    return error < 0 ? error : firmware->error;
}

struct backend *firmware_with_disk(struct firmware *firmware)
{
    world_reset();
    struct backend *backend = world_add_disk(XVD(4));
    CHECK_EQUAL(firmware_start(firmware), 0);
    CHECK_EQUAL(firmware->disks, 1);
    return backend;
}

struct backend *firmware_connected(struct firmware *firmware)
{
    struct backend *backend = firmware_with_disk(firmware);

    CHECK_EQUAL(disk_io_connect(firmware->vbd[0]), 0);
    CHECK_EQUAL(firmware->vbd[0]->state, VBD_CONNECTED);
    /* As POST does. */
    vbd_learn_blocks(firmware->vbd, 1);
    return backend;
}

static enum disk_role role_alone(struct disk *disk)
{
    (void)disk;
    return DISK_ALONE;
}

int firmware_start_disks(struct disks *disks, const struct disks_options *options)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    int error = start_core();

    if (!error)
        error = disks_start(disks, &core, options, role_alone, names);

    if (!error)
        disks_ready(disks);
    return error;
}

void firmware_lose(struct vbd *vbd, struct backend *backend)
{
    backend->config.keeps_pages = true;
    CHECK_EQUAL(firmware_read_and_compare(vbd, 1, 20), 0);
    disk_io_close(vbd);
    CHECK_EQUAL(vbd->state, VBD_LOST);
}

void firmware_release_pages(struct backend *backend)
{
    backend->config.keeps_pages = false;
    CHECK(backend_disconnect(backend));
}

/* A buffer lies at an odd address, between bytes that must not change. */
static uint8_t *guarded_buffer(uint8_t *room, uint32_t count)
{
    memset(room, 0xa5, 64 + count * SECTOR_BYTES + 64);
    return room + 64 - 1;
}

static void check_guards(const uint8_t *room, uint32_t count)
{
    for (unsigned i = 0; i < 63; i++)
        CHECK_EQUAL(room[i], 0xa5);
    for (unsigned i = 0; i < 65; i++)
        CHECK_EQUAL(room[63 + count * SECTOR_BYTES + i], 0xa5);
}

int firmware_give_up(struct disk *disk)
{
    return disks_give_up_all(&disk, 1);
}

int firmware_read_and_compare(struct vbd *vbd, uint64_t sector, uint32_t count)
{
    static uint8_t room[64 + SECTORS_MAX * SECTOR_BYTES + 64];
    uint8_t expected[SECTOR_BYTES], *buffer = guarded_buffer(room, count);

    CHECK(count <= SECTORS_MAX);
    int error = disk_io_read(vbd, sector, count, buffer);
    check_guards(room, count);
    for (uint32_t i = 0; !error && i < count; i++) {
        disk_read(sector + i, expected);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, expected, SECTOR_BYTES));
    }
    return error;
}

static void discard_data(void *context, uint64_t sector, const void *data, uint32_t count)
{
    (void)context;
    (void)sector;
    (void)data;
    (void)count;
}

int firmware_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer)
{
    return disk_io_write(vbd, sector, count, buffer, discard_data, NULL);
}

int firmware_write_and_compare(struct vbd *vbd, uint64_t sector, uint32_t count)
{
    static uint8_t room[64 + SECTORS_MAX * SECTOR_BYTES + 64];
    static uint8_t before[SECTOR_BYTES], after[SECTOR_BYTES], now[SECTOR_BYTES];
    static uint8_t generation;
    uint8_t *buffer = guarded_buffer(room, count);
    uint64_t next = sector + count;

    CHECK(count <= SECTORS_MAX);
    generation++;
    for (uint32_t i = 0; i < count * SECTOR_BYTES; i++)
        buffer[i] = (uint8_t)(i * 7 + i / SECTOR_BYTES + generation);
    disk_read(sector - 1, before);
    disk_read(next, after);
    int error = firmware_write(vbd, sector, count, buffer);
    check_guards(room, count);
    for (uint32_t i = 0; !error && i < count; i++) {
        disk_read(sector + i, now);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, now, SECTOR_BYTES));
    }
    /* The neighbouring sectors have not changed. */
    disk_read(sector - 1, now);
    CHECK(!memcmp(before, now, SECTOR_BYTES));
    disk_read(next, now);
    CHECK(!memcmp(after, now, SECTOR_BYTES));
    return error;
}

uint32_t limit_reply_ms(void)
{
    return 3 * firmware_options.store_limit_ms;
}

uint32_t limit_close_ms(void)
{
    return firmware_options.close_limit_ms + limit_reply_ms();
}

uint32_t limit_connect_ms(void)
{
    return firmware_options.connect_limit_ms + limit_close_ms();
}

uint32_t limit_transfer_ms(void)
{
    return firmware_options.io_limit_ms + limit_close_ms();
}

uint32_t limit_repeated_ms(void)
{
    return limit_transfer_ms() + limit_connect_ms() + limit_transfer_ms();
}

void limit_begin(void)
{
    limit_since_us = clock_now_us() - clock_stopped_us();
}

void limit_check(uint32_t max_ms)
{
    uint64_t elapsed_ms = (clock_now_us() - clock_stopped_us() - limit_since_us) / 1000;

    if (elapsed_ms > max_ms)
        test_fail_values(__FILE__, __LINE__, "time taken, in ms", (long long)elapsed_ms, max_ms);
}

/* The pages of a lost disk belong to its backend. */
static void forbid_pages(const struct vbd *vbd, bool forbid)
{
    memory_forbid(platform_frame(vbd->ring_page), forbid);
    for (uint32_t i = 0; i < vbd->pool_pages; i++)
        memory_forbid(platform_frame(vbd->pool + i * PAGE_BYTES), forbid);
}

static void check_lost(struct vbd *vbd)
{
    uint8_t sector[SECTOR_BYTES];

    CHECK(grants_mapped() > 0);
    forbid_pages(vbd, true);
    CHECK(disk_io_connect(vbd) < 0);
    CHECK_EQUAL(disk_io_read(vbd, 0, 1, sector), -XEN_ENOTCONN);
    CHECK_EQUAL(firmware_write(vbd, 0, 1, sector), -XEN_ENOTCONN);
    CHECK_EQUAL(disk_io_flush(vbd), -XEN_ENOTCONN);
    disk_io_close(vbd);
    /* The backend may release them while the firmware asks xenstored. */
    CHECK_EQUAL(vbd->state, grants_mapped() ? VBD_LOST : VBD_CLOSED);
    forbid_pages(vbd, false);
}

void firmware_check_end_without_store(struct firmware *firmware)
{
    bool lost = false;

    for (unsigned i = 0; i < firmware->disks; i++) {
        struct vbd *vbd = firmware->vbd[i];
        if (vbd->state == VBD_CONNECTED) {
            CHECK_EQUAL(firmware_read_and_compare(vbd, 1, 3), 0);
            limit_begin();
            disk_io_close(vbd);
            limit_check(limit_transfer_ms());
        }
        if (vbd->state == VBD_LOST) {
            lost = true;
            check_lost(vbd);
        } else {
            CHECK_EQUAL(vbd->state, VBD_CLOSED);
            CHECK_EQUAL(disk_io_read(vbd, 0, 0, NULL), -XEN_ENOTCONN);
        }
    }
    if (!lost) {
        CHECK_EQUAL(grants_mapped(), 0);
        world_check_grants_clean();
    }
    world_check_ports_clean();
    world_check_frames_clean();
}

void firmware_check_end(struct firmware *firmware)
{
    firmware_check_end_without_store(firmware);
    world_check_ring_idle();
    /* A slow backend may have released the pages since. */
    for (unsigned i = 0; i < firmware->disks; i++)
        if (firmware->vbd[i]->state == VBD_LOST)
            disk_io_close(firmware->vbd[i]);
    world_check_store_clean();
}
