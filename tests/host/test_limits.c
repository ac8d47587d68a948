/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* One limit for all disks together, and the rate of requests to xenstored meanwhile. */
#include "firmware.h"
#include "test.h"
#include "xen/base/handover.h"
#include "xen/blk/vbd_connection.h"
#include "xen/disk/disks_claim.h"
#include "xen/hv/wait.h"

#include <stdio.h>

#define HOME  "/local/domain/1/"
#define DISKS 16u

static struct disks disks;
static struct backend *backends[DISKS];

static const struct disks_options *options_with(enum handover_mode mode)
{
    static struct disks_options options;

    options = (struct disks_options){
        .mode = mode,
        .hook_limit_ms = 3000,
        .pool_pages = DISKS * 2,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };
    return &options;
}

static void make_disks(void)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    for (unsigned i = 0; i < DISKS; i++)
        backends[i] = world_add_disk(XVD(i));
}

/**** One limit ****/

/* fault: time | all backends connect and then never respond, or keep their pages | POST spends one
 * limit for all of them | also sixteen_backends_that_keep_their_pages_cost_post_one_limit | lab
 * silent-backends */
TEST(sixteen_disks_that_connect_and_then_never_answer_cost_post_one_limit)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};

    for (unsigned m = 0; m < 2; m++) {
        make_disks();
        for (unsigned i = 0; i < DISKS; i++)
            backends[i]->config.deaf = true;
        limit_begin();
        CHECK_EQUAL(firmware_start_disks(&disks, options_with(modes[m])), 0);
        /* They connect at once. Then their first reads take one limit, and so does closing. */
        limit_check(CONNECT_LIMIT_MS + CLOSE_LIMIT_MS + 2000);
        for (unsigned i = 0; i < DISKS; i++)
            CHECK(!disks_usable(disks.disk[i]));
        world_check_clean();
    }
}

TEST(sixteen_backends_that_keep_their_pages_cost_post_one_limit)
{
    make_disks();
    for (unsigned i = 0; i < DISKS; i++)
        backends[i]->config.silent = true;
    limit_begin();
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
    limit_check(CONNECT_LIMIT_MS + CLOSE_LIMIT_MS + 2000);
    for (unsigned i = 0; i < DISKS; i++)
        CHECK_EQUAL(disks.vbd[i]->state, VBD_LOST);
}

TEST(a_disk_that_answers_is_used_beside_fifteen_that_do_not)
{
    static uint8_t buffer[SECTOR_BYTES];

    make_disks();
    for (unsigned i = 0; i < DISKS - 1; i++)
        backends[i]->config.deaf = true;
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_STRICT)), 0);
    CHECK_EQUAL(disks_read(disks.disk[DISKS - 1], 1000, 1, buffer), 0);
}

/* fault: time | all backends have fallen silent when the disks are closed, given up, or left to
 * the emulated disks | spends one limit for all of them | also
 * closing_sixteen_twins_whose_backends_have_fallen_silent_takes_one_limit,
 * giving_up_sixteen_twins_whose_backends_have_fallen_silent_takes_one_limit,
 * leaving_sixteen_disks_to_their_emulated_twins_takes_one_limit */
TEST(closing_sixteen_disks_whose_backends_have_fallen_silent_takes_one_limit)
{
    static uint8_t buffer[SECTOR_BYTES];

    make_disks();
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
    for (unsigned i = 0; i < DISKS; i++) {
        CHECK_EQUAL(disks_write(disks.disk[i], 10 + i, 1, buffer), 0);
        backends[i]->config.deaf = true;
    }
    limit_begin();
    disks_close_all(&disks);
    limit_check(IO_LIMIT_MS + CLOSE_LIMIT_MS + 2000);
    CHECK(!disks_are_open(&disks));
    CHECK(log_has("may not be on stable storage: ETIMEDOUT"));
}

TEST(post_reads_nothing_but_the_first_block_of_disks_that_are_not_booted)
{
    make_disks();
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_STRICT)), 0);
    /* xvda: its first block, and the sectors that a boot reads first. */
    CHECK(backends[0]->requests > 1);
    for (unsigned i = 1; i < DISKS; i++)
        CHECK_EQUAL(backends[i]->requests, 1);

    make_disks();
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
    for (unsigned i = 0; i < DISKS; i++)
        CHECK_EQUAL(backends[i]->requests, 1);
}

/* fault: time | xenstored is slow while the firmware searches for disks | ends the search at its
 * limit, and uses the disks that it has found */
TEST(a_slow_xenstored_ends_the_search_for_disks)
{
    make_disks();
    store_config.latency_us = 1500000;
    limit_begin();
    firmware_start_disks(&disks, options_with(MODE_LINGER));
    CHECK(disks.count > 0 && disks.count < DISKS);
    unsigned others = DISKS - disks.count;
    char line[80];
    snprintf(line, sizeof(line), " and %u more: skipped: xenstored took too long\n", others - 1);
    CHECK(log_has(line));
    CHECK_EQUAL(disks.skipped, others);
}

/**** No flood of requests ****/

/* Requests to xenstored in each second. */
#define SECONDS 64u

static uint64_t counted_from_us;
static unsigned counted[SECONDS];

static void count_request(void *context, const struct store_request *request,
                          struct store_reply *reply)
{
    uint64_t second = (clock_now_us() - counted_from_us) / 1000000;

    (void)context;
    (void)reply;
    /* A watch would send events without a request, also to a later system. */
    CHECK(request->header.type != XS_WATCH);
    if (second < SECONDS)
        counted[second]++;
}

static void count_from_now(void)
{
    memset(counted, 0, sizeof(counted));
    counted_from_us = clock_now_us();
    store_config.hook = count_request;
}

/* From a second after the last change to the limit, at which each disk is abandoned. */
static void check_no_flood(uint32_t limit_ms)
{
    CHECK(clock_now_us() - counted_from_us >= limit_ms * 1000u);
    for (unsigned second = 2; second < limit_ms / 1000; second++) {
        test_note("second %u", second);
        CHECK(counted[second] <= 20);
        /* But it is polled. */
        CHECK(counted[second] >= 10);
    }
}

/* fault: time | backends or a daemon do not react for a long time | sends xenstored 20 requests a
 * second at most, for all disks together | also
 * backends_that_are_not_ready_cost_xenstored_20_requests_a_second_together,
 * backends_that_do_not_close_cost_xenstored_20_requests_a_second_together,
 * backends_that_do_not_answer_cost_xenstored_20_requests_a_second_together,
 * backends_that_do_not_answer_and_one_that_does_not_close_cost_xenstored_20_requests_a_second,
 * a_claim_that_does_not_come_costs_xenstored_20_requests_a_second | lab slow-backends */
TEST(backends_that_ignore_the_frontend_cost_xenstored_20_requests_a_second_together)
{
    static const unsigned ignored[] = {1u << XenbusStateInitialised, ~0u};

    for (unsigned which = 0; which < 2; which++) {
        make_disks();
        for (unsigned i = 0; i < DISKS; i++)
            backends[i]->config.ignores = ignored[which];
        count_from_now();
        CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
        check_no_flood(CONNECT_LIMIT_MS);
    }
}

TEST(backends_that_are_not_ready_cost_xenstored_20_requests_a_second_together)
{
    make_disks();
    for (unsigned i = 0; i < DISKS; i++)
        backend_set_state(backends[i], XenbusStateInitialising);
    count_from_now();
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
    check_no_flood(CONNECT_LIMIT_MS);
}

TEST(backends_that_do_not_close_cost_xenstored_20_requests_a_second_together)
{
    make_disks();
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
    for (unsigned i = 0; i < DISKS; i++)
        backends[i]->config.ignores = ~0u;
    count_from_now();
    disks_close_all(&disks);
    check_no_flood(CLOSE_LIMIT_MS);
}

TEST(backends_that_do_not_answer_cost_xenstored_20_requests_a_second_together)
{
    static uint8_t buffer[SECTOR_BYTES];

    make_disks();
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
    for (unsigned i = 0; i < DISKS; i++) {
        CHECK_EQUAL(disks_write(disks.disk[i], 10 + i, 1, buffer), 0);
        backends[i]->config.deaf = true;
    }
    count_from_now();
    disks_close_all(&disks);
    check_no_flood(IO_LIMIT_MS);
}

TEST(a_claim_that_does_not_come_costs_xenstored_20_requests_a_second)
{
    make_disks();
    store_write(HOME HANDOVER_HOOK, HANDOVER_VERSION);
    CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
    disks.core->mode = MODE_HOOK;
    count_from_now();
    disks_await_claim(&disks);
    CHECK_EQUAL(disks.core->mode, MODE_STRICT);
    check_no_flood(3000);
}

/* How soon the firmware has to see a change of the backend's state in the first second. */
#define SEEN_WITHIN_US 50000u

static void become_ready_at(struct backend *backend, uint64_t at_us)
{
    if (clock_now_us() >= at_us && backend_state(backend) == XenbusStateInitialising)
        backend_set_state(backend, XenbusStateInitWait);
}

TEST(a_change_in_the_first_second_is_seen_within_50_ms)
{
    for (unsigned ms = 5; ms < 900; ms += 13) {
        struct vbd *vbd;
        struct pace pace;
        uint64_t at_us;

        make_disks();
        for (unsigned i = 0; i < DISKS; i++)
            backends[i]->config.latency_us = 0;
        CHECK_EQUAL(firmware_start_disks(&disks, options_with(MODE_LINGER)), 0);
        disks_close_all(&disks);
        vbd = disks.vbd[3];
        backend_set_state(backends[3], XenbusStateInitialising);
        test_note("after %u ms", ms);
        /* Like vbd_run. */
        vbd_connect_begin(vbd, CONNECT_LIMIT_MS);
        pace_begin(&pace);
        at_us = clock_now_us() + ms * 1000u;
        while (vbd->state == VBD_AWAIT_INIT) {
            become_ready_at(backends[3], at_us);
            if (!pace_is_due(&pace)) {
                wait_yield();
                continue;
            }
            vbd_step(vbd);
            pace_polled(&pace, 1);
        }
        CHECK(clock_now_us() - at_us <= SEEN_WITHIN_US);
    }
}
