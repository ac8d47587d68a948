/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A driver domain, which has the backends of some disks and not of others, and dies. */
#include "firmware.h"
#include "sample.h"
#include "test.h"
#include "xen/base/log.h"
#include "xen/blk/vbd.h"

#define DRIVER  7
#define ANOTHER 9
#define DISKS   4u

static struct disks disks;
static struct backend *backends[DISKS];

/* xvde, xvdf and xvdg are the driver domain's, and xvdh is dom0's. */
static void make_disks(void)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    for (unsigned i = 0; i < DISKS; i++) {
        backends[i] = world_add_disk(XVD(4 + i));
        if (i < DISKS - 1)
            world_move_backend(backends[i], DRIVER);
    }
}

static void start(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode,
        .hook_limit_ms = 3000,
        .pool_pages = DISKS * POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };

    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
}

/* xl removes the home of a domain that it destroys before Xen releases what the domain has mapped.
 */
static void die_in_xenstore(void)
{
    for (unsigned i = 0; i < DISKS - 1; i++)
        backends[i]->gone = true;
    tree_remove(&store_tree, "/local/domain/7");
}

static void die_in_xen(void)
{
    for (unsigned i = 0; i < DISKS - 1; i++)
        if (backends[i]->ring)
            backend_disconnect(backends[i]);
}

/* Each call reads sectors that are not in the cache. */
static int read_disk(unsigned which, uint64_t sector)
{
    int error = sample_read(disks.disk[which], sector);

    CHECK(error || sample_is(sector));
    return error;
}

static unsigned usable(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < disks.count; i++)
        count += disks_usable(disks.disk[i]);
    return count;
}

/* fault: backend and toolstack | the driver domain of several disks dies before the firmware
 * connects them | waits for all of them within one limit, names each once, and uses the other disks
 * | lab driver-domain */
TEST(the_disks_of_a_dead_driver_domain_cost_the_start_one_limit_together)
{
    make_disks();
    die_in_xenstore();
    limit_begin();
    start(MODE_STRICT);
    limit_check(CONNECT_LIMIT_MS + 1000);
    CHECK_EQUAL(usable(), 1);
    CHECK_EQUAL(log_count("is in state Unknown"), DISKS - 1);
    CHECK_EQUAL(log_count("not used: its backend did not connect: ETIMEDOUT"), DISKS - 1);
    CHECK_EQUAL(read_disk(DISKS - 1, 2000), 0);
}

/* fault: backend and toolstack | the driver domain of several disks dies while they are connected |
 * calls to them fail within limits, other disks go on; a disk whose pages Xen has not released yet
 * is closed later | also a_disk_that_another_driver_domain_has_taken_over_is_used_by_the_next_call
 * | lab driver-domain */
TEST(when_a_driver_domain_dies_its_disks_fail_and_all_others_go_on)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};

    for (unsigned m = 0; m < 2; m++) {
        test_note("mode %u", modes[m]);
        make_disks();
        start(modes[m]);
        CHECK_EQUAL(usable(), DISKS);
        die_in_xenstore();
        for (unsigned turn = 0; turn < 4; turn++) {
            for (unsigned i = 0; i < DISKS - 1; i++) {
                limit_begin();
                CHECK(read_disk(i, 500 + 500 * turn));
                /* An open disk's next poll shows it; a closed one has to be connected. */
                limit_check(turn ? 3000 : m ? CONNECT_LIMIT_MS + 1000 : 2000);
            }
            limit_begin();
            CHECK_EQUAL(read_disk(DISKS - 1, 500 + 500 * turn), 0);
            limit_check(1000);
            if (turn == 1)
                die_in_xen();
        }
        for (unsigned i = 0; i < DISKS - 1; i++) {
            CHECK_EQUAL(disks.vbd[i]->state, VBD_CLOSED);
            /* The log has no more of it. */
            CHECK_EQUAL(vbd_failure_level(disks.vbd[i]), LOG_LEVEL_DEBUG);
        }
        CHECK_EQUAL(log_count("its backend is gone"), m == 0 ? DISKS - 1 : 0);
        CHECK_EQUAL(log_count("still holds our pages"), m == 0 ? DISKS - 1 : 0);
        limit_begin();
        disks_close_all(&disks);
        limit_check(CLOSE_LIMIT_MS);
        world_check_grants_clean();
        world_check_ports_clean();
    }
}

TEST(a_disk_that_another_driver_domain_has_taken_over_is_used_by_the_next_call)
{
    make_disks();
    start(MODE_LINGER);
    die_in_xenstore();
    die_in_xen();
    CHECK(read_disk(0, 500));
    backends[0]->gone = false;
    backends[0]->seen = backends[0]->next = XenbusStateInitialising;
    world_move_backend(backends[0], ANOTHER);
    CHECK_EQUAL(read_disk(0, 500), 0);
    CHECK_EQUAL(disks.vbd[0]->backend_id, ANOTHER);
    CHECK(read_disk(1, 500));
    CHECK_EQUAL(read_disk(DISKS - 1, 500), 0);
}
