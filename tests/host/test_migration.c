/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A guest that is migrated live: a backend's last writes to the guest's pages may be missing
 * afterwards, on the page of the ring or on the others.
 */
#include "copies.h"
#include "firmware.h"
#include "test.h"
#include "xen/base/handover.h"

#define HOME    "/local/domain/1/"
#define SECTORS 300u

static struct disks disks;
static struct backend *backend;

static void start(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode,
        .hook_limit_ms = 100,
        .pool_pages = POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    backend = world_add_disk(XVD(4));
    backend->config.persistent = true;
    if (mode == MODE_HOOK) {
        store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
        store_write(HOME HANDOVER_CLAIM, HANDOVER_VERSION);
    }
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
}

static void read_and_compare(uint64_t sector, uint32_t count)
{
    static uint8_t buffer[2 * SECTORS * SECTOR_BYTES], expected[SECTOR_BYTES];

    CHECK_EQUAL(disks_read(disks.disk[0], sector, count, buffer), 0);
    for (uint32_t i = 0; i < count; i++) {
        disk_read(sector + i, expected);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, expected, SECTOR_BYTES));
    }
}

static void write_and_compare(uint64_t sector, uint32_t count)
{
    static uint8_t buffer[SECTORS * SECTOR_BYTES], now[SECTOR_BYTES];
    static uint8_t generation;

    memset(buffer, ++generation, count * SECTOR_BYTES);
    CHECK_EQUAL(disks_write(disks.disk[0], sector, count, buffer), 0);
    for (uint32_t i = 0; i < count; i++) {
        disk_read(sector + i, now);
        CHECK(!memcmp(buffer, now, SECTOR_BYTES));
    }
}

/* The request whose response is the last change that comes with the guest. */
static unsigned move_at;
static bool moved;

static bool answer_and_move(void *context, struct backend *moving,
                            const struct backend_request *request)
{
    (void)context;
    if (moved || move_at--)
        return false;
    moved = true;
    /* A write is done; the data of a read does not come with the guest. */
    int16_t status =
        request->operation == BLKIF_OP_READ ? BLKIF_RSP_OKAY : backend_perform(moving, request);
    backend_respond(moving, request->id, request->operation, status);
    world_migrate();
    return true;
}

static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT, MODE_HOOK};

/* The page of the ring was sent before the last response, which the guest has taken since. */
static bool move_with_an_older_ring(void *context, struct backend *moving,
                                    const struct backend_request *request)
{
    (void)context;
    (void)request;
    if (moved || move_at--)
        return false;
    moved = true;
    if (moving->produced)
        backend_show_responses(moving, moving->produced - 1);
    world_migrate();
    return true;
}

/* Do transfers, with a migration at each of their requests. */
static void move_at_each_request(backend_hook *move,
                                 void (*transfer)(uint64_t sector, uint32_t count))
{
    for (unsigned i = 0; i < 3; i++) {
        moved = true;
        for (unsigned at = 0; moved; at++) {
            start(modes[i]);
            test_note("mode %s, request %u", handover_mode_names[modes[i]], at);
            move_at = at;
            moved = false;
            backend->config.hook = move;
            transfer(1003, SECTORS);
            backend->config.hook = NULL;
            read_and_compare(1000, SECTORS);
            /* Nor is wrong data in the cache, from read-ahead or from writes. */
            read_and_compare(1003 + SECTORS, 200);
            disks_close_all(&disks);
            world_check_clean();
        }
    }
}

/* fault: restore and migration | a live migration brings the response to a read, on the page of
 * the ring, but not its data | checks the grants after it has copied the data; they do not move
 * with the guest, so it reads again | also
 * a_guest_that_is_moved_at_any_instant_of_copying_reads_what_the_disk_holds,
 * a_write_of_less_than_a_block_keeps_what_is_beside_it_when_the_guest_is_moved | lab migrate */
TEST(a_read_is_repeated_if_a_migration_brings_its_response_but_not_its_data)
{
    move_at_each_request(answer_and_move, read_and_compare);
}

/* fault: restore and migration | a migration or a restore during a write, or before a flush |
 * repeats it over the next connection | also
 * a_flush_after_a_restore_is_sent_over_the_next_connection */
TEST(a_write_during_which_the_guest_is_moved_is_on_the_disk)
{
    move_at_each_request(answer_and_move, write_and_compare);
}

/* fault: restore and migration | a live migration brings a page of the ring that is older than the
 * last responses that the firmware has taken | checks the grants before it blames the backend, and
 * repeats the transfer over the next connection | lab migrate */
TEST(a_ring_that_a_migration_brings_too_old_is_no_fault_of_the_backend)
{
    move_at_each_request(move_with_an_older_ring, read_and_compare);
    move_at_each_request(move_with_an_older_ring, write_and_compare);
}

TEST(a_write_of_less_than_a_block_keeps_what_is_beside_it_when_the_guest_is_moved)
{
    static uint8_t buffer[SECTOR_BYTES], before[SECTOR_BYTES], after[SECTOR_BYTES];

    moved = true;
    for (unsigned at = 0; moved; at++) {
        start(MODE_LINGER);
        backend->config.sector_size = "4096";
        backend->config.align = 4096;
        disks_close_all(&disks);
        move_at = at;
        moved = false;
        backend->config.hook = answer_and_move;
        test_note("request %u", at);
        disk_read(1002, before);
        CHECK_EQUAL(disks_write(disks.disk[0], 1003, 1, buffer), 0);
        disk_read(1002, after);
        CHECK(!memcmp(before, after, SECTOR_BYTES));
        backend->config.hook = NULL;
    }
}

/* Copies before the one at which the guest is migrated. */
static unsigned copies_left;

static void move_at_a_copy(void)
{
    if (copies_left--)
        return;
    moved = true;
    copies_hook = NULL;
    world_migrate();
}

TEST(a_guest_that_is_moved_at_any_instant_of_copying_reads_what_the_disk_holds)
{
    for (unsigned i = 0; i < 3; i++) {
        moved = true;
        for (unsigned at = 0; moved; at += 7) {
            start(modes[i]);
            test_note("mode %s, copy %u", handover_mode_names[modes[i]], at);
            copies_left = at;
            moved = false;
            copies_hook = move_at_a_copy;
            read_and_compare(1003, SECTORS);
            copies_hook = NULL;
            read_and_compare(1000, SECTORS + 100);
            disks_close_all(&disks);
        }
    }
}
