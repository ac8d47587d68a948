/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Reads, writes and flushes with a well-behaved backend. */
#include "firmware.h"
#include "test.h"
#include "xen/base/platform.h"
#include "xen/blk/vbd_transfer.h"
#include "xen/disk/disk_io.h"

#define LAST WORLD_DISK_SECTORS

TEST(a_disk_is_found_connected_read_written_and_closed)
{
    struct firmware firmware;

    firmware_connected(&firmware);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 0, 1), 0);
    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 77, 13), 0);
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    world_check_clean();
}

/* Read and write every size up to more than int13 asks for, at several places. */
static void move_every_size(struct vbd *vbd, uint32_t step)
{
    for (uint32_t count = 0; count <= 160; count += step) {
        for (uint64_t sector = 1; sector < 10; sector++) {
            test_note("%u sectors from %u on", count, (unsigned)sector);
            CHECK_EQUAL(firmware_read_and_compare(vbd, sector, count), 0);
            CHECK_EQUAL(firmware_write_and_compare(vbd, sector, count), 0);
            CHECK_EQUAL(firmware_read_and_compare(vbd, sector, count), 0);
        }
    }
}

TEST(reads_and_writes_of_every_size_and_place_move_the_right_sectors)
{
    struct firmware firmware;

    firmware_connected(&firmware);
    move_every_size(firmware.vbd[0], 1);
    disk_io_close(firmware.vbd[0]);
    world_check_clean();
}

TEST(disks_with_larger_sectors_are_read_and_written_in_any_512_byte_unit)
{
    static const char *const sizes[] = {"1024", "2048", "4096"};

    for (unsigned i = 0; i < 3; i++) {
        struct firmware firmware;
        struct backend *backend = firmware_with_disk(&firmware);

        backend->config.sector_size = sizes[i];
        backend->config.align = 1024u << i;
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        move_every_size(firmware.vbd[0], 3);
        disk_io_close(firmware.vbd[0]);
        world_check_clean();
    }
}

TEST(the_smallest_and_the_largest_pool_work)
{
    static const uint32_t pools[] = {1, 2, 3, 11, 31, 32, 33, 1000};

    for (unsigned i = 0; i < sizeof(pools) / sizeof(pools[0]); i++) {
        struct firmware firmware;

        firmware_pool_pages = pools[i];
        firmware_connected(&firmware);
        move_every_size(firmware.vbd[0], 7);
        CHECK(firmware.vbd[0]->pool_pages <= VBD_POOL_PAGES_MAX);
        disk_io_close(firmware.vbd[0]);
        world_check_clean();
    }
}

TEST(a_pool_of_no_pages_is_refused)
{
    struct firmware firmware;

    firmware_pool_pages = 0;
    world_reset();
    world_add_disk(XVD(4));
    CHECK_EQUAL(firmware_start(&firmware), -XEN_ENOMEM);
    world_check_clean();
}

TEST(a_read_only_disk_is_read_and_not_written)
{
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);
    uint8_t sector[SECTOR_BYTES] = {0};

    backend->config.info = "4";
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 8, 8), 0);
    unsigned before = backend->requests;
    CHECK_EQUAL(firmware_write(firmware.vbd[0], 8, 1, sector), -XEN_EROFS);
    CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), 0);
    CHECK_EQUAL(backend->requests, before);
    disk_io_close(firmware.vbd[0]);
    world_check_clean();
}

TEST(nothing_beyond_the_end_of_the_disk_is_requested)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);
    struct vbd *vbd = firmware.vbd[0];
    uint8_t buffer[2 * SECTOR_BYTES] = {0};
    unsigned requests = backend->requests;

    CHECK_EQUAL(firmware_read_and_compare(vbd, LAST - 1, 1), 0);
    CHECK_EQUAL(disk_io_read(vbd, LAST, 1, buffer), -XEN_EINVAL);
    CHECK_EQUAL(disk_io_read(vbd, LAST - 1, 2, buffer), -XEN_EINVAL);
    CHECK_EQUAL(firmware_write(vbd, LAST, 1, buffer), -XEN_EINVAL);
    CHECK_EQUAL(firmware_write(vbd, LAST - 1, 2, buffer), -XEN_EINVAL);
    CHECK_EQUAL(disk_io_read(vbd, LAST - 1, UINT32_MAX, buffer), -XEN_EINVAL);
    CHECK_EQUAL(disk_io_read(vbd, UINT64_MAX, 1, buffer), -XEN_EINVAL);
    CHECK_EQUAL(disk_io_read(vbd, UINT64_MAX, UINT32_MAX, buffer), -XEN_EINVAL);
    CHECK_EQUAL(vbd_check(vbd, LAST, 0), -XEN_EINVAL);
    CHECK_EQUAL(vbd_check(vbd, 0, LAST), 0);
    CHECK_EQUAL(vbd_check(vbd, 0, LAST + 1), -XEN_EINVAL);
    CHECK_EQUAL(vbd_check(vbd, LAST - 1, 1), 0);
    CHECK_EQUAL(backend->requests - requests, 1);
    disk_io_close(vbd);
    CHECK_EQUAL(vbd_check(vbd, 0, 1), -XEN_ENOTCONN);
    world_check_clean();
}

/* fault: backend and toolstack | `sectors` is 2^63 | uses the disk to its last sector */
TEST(a_disk_of_2_to_the_63_sectors_is_used_to_its_last_one)
{
    const uint64_t sectors = UINT64_C(1) << 63;
    struct firmware firmware;
    struct backend *backend = firmware_with_disk(&firmware);
    struct vbd *vbd = firmware.vbd[0];

    backend->config.sectors = "9223372036854775808";
    backend->config.disk_sectors = sectors;
    CHECK_EQUAL(disk_io_connect(vbd), 0);
    CHECK_EQUAL(firmware_read_and_compare(vbd, sectors - 1, 1), 0);
    CHECK_EQUAL(firmware_read_and_compare(vbd, sectors - 130, 130), 0);
    CHECK_EQUAL(firmware_write_and_compare(vbd, sectors - 9, 9), 0);
    CHECK_EQUAL(firmware_read_and_compare(vbd, UINT64_C(0xfffffffe), 4), 0);
    CHECK_EQUAL(vbd_check(vbd, sectors - 1, 2), -XEN_EINVAL);
    CHECK_EQUAL(vbd_check(vbd, sectors, 1), -XEN_EINVAL);
    disk_io_close(vbd);
    world_check_clean();
}

TEST(every_kind_of_backend_serves_reads_and_writes)
{
    for (unsigned kind = 0; kind < 8; kind++) {
        struct firmware firmware;
        struct backend *backend = firmware_with_disk(&firmware);

        backend->config.qdisk = kind & 1;
        backend->config.persistent = kind & 2;
        backend->config.io_latency_us = kind & 4 ? 7000 : 0;
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        move_every_size(firmware.vbd[0], 19);
        disk_io_close(firmware.vbd[0]);
        world_check_clean();
    }
}

/* fault: ring | responses arrive out of order | matches them by id */
TEST(responses_in_any_order_are_matched_to_their_requests)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    backend->config.newest_first = true;
    backend->config.io_latency_us = 2000;
    for (uint32_t count = 80; count <= 128; count++)
        CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], count, count), 0);
    disk_io_close(firmware.vbd[0]);
    world_check_clean();
}

TEST(a_flush_reaches_a_backend_that_offers_it_if_there_is_something_to_flush)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), 0);
    CHECK_EQUAL(backend->flushes, 0);
    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 1, 3), 0);
    CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), 0);
    CHECK_EQUAL(backend->flushes, 1);
    CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), 0);
    CHECK_EQUAL(disk_io_close(firmware.vbd[0]), 0);
    CHECK_EQUAL(backend->flushes, 1);
    CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), -XEN_ENOTCONN);
    world_check_clean();
}

TEST(a_flush_is_not_sent_to_a_backend_without_it)
{
    static const char *const values[] = {NULL, "0", "", "2", "yes"};

    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        struct firmware firmware;
        struct backend *backend = firmware_with_disk(&firmware);

        backend->config.flush = values[i];
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), 0);
        disk_io_close(firmware.vbd[0]);
        CHECK_EQUAL(backend->flushes, 0);
        world_check_clean();
    }
}

TEST(closing_flushes_what_was_written)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    CHECK_EQUAL(firmware_write_and_compare(firmware.vbd[0], 5, 1), 0);
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(backend->flushes, 1);
}

/* fault: ring | the indexes wrap around at 2^32 | goes on */
TEST(the_ring_goes_on_when_its_indexes_wrap_around)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);
    struct vbd *vbd = firmware.vbd[0];
    const uint32_t start = UINT32_MAX - 3;
    uint32_t *indexes = vbd->ring_page;

    /* As after 2^32 - 4 requests. */
    vbd->ring.produced = vbd->ring.pushed = vbd->ring.consumed = start;
    backend->consumed = backend->produced = start;
    indexes[0] = start;     /* req_prod */
    indexes[1] = start + 1; /* req_event */
    indexes[2] = start;     /* rsp_prod */
    for (unsigned i = 0; i < 20; i++)
        CHECK_EQUAL(firmware_read_and_compare(vbd, i, 100), 0);
    CHECK(vbd->ring.consumed < 100);
    disk_io_close(vbd);
    world_check_clean();
}

/* A driver of another device, with the same backend domain, has taken reference @reference for a
 * page of its own. */
static void take_reference(uint32_t reference)
{
    struct grant_entry_v1 *entry = grants_entry(reference);
    void *page = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);

    CHECK(!(entry->flags & (GTF_reading | GTF_writing)));
    entry->frame = platform_frame(page);
}

/* fault: hypercall | another driver of the guest takes a reference of an open disk for a page of
 * its own, before the backend has mapped it (qdisk maps none) | notices that before a request names
 * the reference, connects again with other references, and leaves that one alone */
TEST(a_reference_that_another_driver_has_taken_is_not_used)
{
    for (uint32_t page = 0; page < POOL_PAGES; page++) {
        struct firmware firmware;
        struct backend *backend = firmware_with_disk(&firmware);
        struct vbd *vbd = firmware.vbd[0];

        test_note("page %u", page);
        backend->config.qdisk = true;
        CHECK_EQUAL(disk_io_connect(vbd), 0);
        uint32_t reference = vbd->pool_refs[page], count = (page + 1) * SECTORS_PER_PAGE;
        take_reference(reference);
        CHECK_EQUAL(firmware_write_and_compare(vbd, 80, count), 0);
        CHECK_EQUAL(vbd->connects, 2);
        CHECK(vbd->ring_ref > reference || vbd->ring_ref + POOL_PAGES < reference);
        CHECK_EQUAL(firmware_read_and_compare(vbd, 80, count), 0);
        disk_io_close(vbd);
        CHECK_EQUAL(grants_given(), 1);
        world_check_store_clean();
    }
}

static uint32_t reference_to_take;

/* Just before the backend learns of the request. */
static void take_reference_at_notification(unsigned number, unsigned operation)
{
    if (number != __HYPERVISOR_event_channel_op || operation != EVTCHNOP_send)
        return;
    xen_before = NULL;
    take_reference(reference_to_take);
}

/* fault: hypercall | an interrupt handler lets another driver take such a reference after the
 * firmware has looked at it, while the backend does not use it yet | notices that before it uses
 * what was read, or reports what was written; connects again, and repeats the transfer */
TEST(a_reference_that_is_taken_during_a_transfer_is_noticed)
{
    /* The last transfer is of a part of a block: a read comes before the write. */
    for (unsigned transfer = 0; transfer < 3; transfer++) {
        struct firmware firmware;
        struct backend *backend = firmware_with_disk(&firmware);
        struct vbd *vbd = firmware.vbd[0];
        uint32_t count = transfer == 2 ? 1 : SECTORS_PER_PAGE;

        test_note("transfer %u", transfer);
        backend->config.qdisk = true;
        if (transfer == 2)
            backend->config.sector_size = "4096";
        CHECK_EQUAL(disk_io_connect(vbd), 0);
        CHECK_EQUAL(firmware_read_and_compare(vbd, 160, 1), 0);
        reference_to_take = vbd->pool_refs[0];
        xen_before = take_reference_at_notification;
        CHECK_EQUAL(transfer ? firmware_write_and_compare(vbd, 81, count)
                             : firmware_read_and_compare(vbd, 81, count),
                    0);
        CHECK(!xen_before);
        CHECK_EQUAL(vbd->connects, 2);
        disk_io_close(vbd);
    }
}
