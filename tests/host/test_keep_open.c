/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A system that lives on int13, in strict mode: when its disks stay open, and when they do not. */
#include "counts.h"
#include "firmware.h"
#include "test.h"
#include "xen/base/error.h"

#define NEEDED 5u

#define TICK_MS 55

static struct disks disks;
static struct backend *backend;

static void start_needing(enum handover_mode mode, unsigned writes)
{
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
        .writes_to_keep_open = writes,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    backend = world_add_disk(XVD(4));
    backend->config.persistent = false;
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
}

static int write_sector(uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES];

    buffer[0]++;
    return disks_write(disks.disk[0], sector, 1, buffer);
}

static int read_sector(uint64_t sector)
{
    static uint8_t buffer[SECTOR_BYTES], expected[SECTOR_BYTES];
    int error = disks_read(disks.disk[0], sector, 1, buffer);

    disk_read(sector, expected);
    if (!error)
        CHECK(!memcmp(buffer, expected, SECTOR_BYTES));
    return error;
}

static bool is_open(void)
{
    return disks_are_open(&disks);
}

/* Make as many writes as prove that the system lives on int13. */
static void prove(void)
{
    for (unsigned i = 0; i < NEEDED; i++)
        CHECK_EQUAL(write_sector(i), 0);
    CHECK(is_open());
}

static void start_proven(void)
{
    start_needing(MODE_STRICT, NEEDED);
    prove();
}

/* A tick of the BIOS, which closes the disks if that is due. */
static void tick(void)
{
    world_pass_ms(TICK_MS);
    if (disks_note_tick(&disks))
        disks_close_kept(&disks);
}

static unsigned ticks_to_close(void)
{
    unsigned ticks = 0;

    while (is_open() && ticks < 10) {
        tick();
        ticks++;
    }
    return ticks;
}

/* A tick while the backend does a write. */
static bool tick_in_a_write(void *context, struct backend *of,
                            const struct backend_request *request)
{
    (void)context;
    (void)request;
    of->config.hook = NULL;
    CHECK(!disks_note_tick(&disks));
    return false;
}

/* No write leaves the disk open, however many there are. */
static void check_never_open(void)
{
    for (unsigned i = 0; i < 2 * NEEDED; i++) {
        CHECK_EQUAL(write_sector(i), 0);
        CHECK(!is_open());
    }
}

/**** The proof ****/

TEST(in_strict_mode_each_write_takes_a_connection_until_a_system_has_made_many)
{
    start_needing(MODE_STRICT, NEEDED);
    for (unsigned i = 1; i <= NEEDED; i++) {
        CHECK_EQUAL(is_open(), false);
        CHECK_EQUAL(disks_kept(&disks), i == 1 ? DISKS_NOT_KEPT : DISKS_KEPT_COUNTED);
        CHECK_EQUAL(write_sector(i), 0);
        CHECK_EQUAL(backend->connects, 1 + i);
    }
    CHECK(is_open());
    CHECK_EQUAL(disks_kept(&disks), DISKS_KEPT_OPEN);
    CHECK(log_has("the system lives on int13"));
}

TEST(after_the_proof_a_write_takes_the_requests_of_other_modes_and_a_flush)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};
    unsigned requests[2], round_trips[2];

    for (unsigned i = 0; i < 2; i++) {
        start_needing(modes[i], NEEDED);
        prove();
        unsigned connects = backend->connects, flushes = backend->flushes;
        requests[i] = backend->requests;
        round_trips[i] = disks.core->store.round_trips;
        for (unsigned k = 0; k < 20; k++)
            CHECK_EQUAL(write_sector(100 + k), 0);
        requests[i] = backend->requests - requests[i];
        round_trips[i] = disks.core->store.round_trips - round_trips[i];
        CHECK_EQUAL(backend->connects, connects);
        CHECK_EQUAL(backend->flushes - flushes, modes[i] == MODE_STRICT ? 20 : 0);
    }
    CHECK_EQUAL(round_trips[0], 0);
    CHECK_EQUAL(round_trips[1], 0);
    CHECK_EQUAL(requests[1], requests[0] + 20);
}

TEST(after_the_proof_a_read_takes_the_requests_of_other_modes)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};
    unsigned requests[2];

    for (unsigned i = 0; i < 2; i++) {
        start_needing(modes[i], NEEDED);
        prove();
        CHECK_EQUAL(disks_reset(disks.disk[0]), 0);
        unsigned connects = backend->connects;
        requests[i] = backend->requests;
        for (unsigned k = 0; k < 200; k++)
            CHECK_EQUAL(read_sector(100 + k), 0);
        requests[i] = backend->requests - requests[i];
        CHECK_EQUAL(backend->connects, connects);
    }
    CHECK_EQUAL(requests[1], requests[0]);
}

TEST(reads_prove_nothing)
{
    start_needing(MODE_STRICT, NEEDED);
    for (unsigned i = 0; i < 10 * NEEDED; i++)
        CHECK_EQUAL(read_sector(i * 30), 0);
    CHECK(!is_open());
    CHECK_EQUAL(disks_kept(&disks), DISKS_NOT_KEPT);
}

TEST(writes_that_fail_prove_nothing)
{
    start_needing(MODE_STRICT, NEEDED);
    backend->config.hook = backend_fail_writes;
    for (unsigned i = 0; i < 2 * NEEDED; i++)
        CHECK_EQUAL(write_sector(i), -XEN_EIO);
    CHECK_EQUAL(disks_kept(&disks), DISKS_NOT_KEPT);
    CHECK(!is_open());
}

TEST(with_the_option_0_strict_mode_leaves_nothing_open)
{
    start_needing(MODE_STRICT, 0);
    for (unsigned i = 0; i < 200; i++)
        CHECK_EQUAL(write_sector(i), 0);
    CHECK(!is_open());
    CHECK_EQUAL(disks_kept(&disks), DISKS_NOT_KEPT);
    CHECK_EQUAL(backend->connects, 201);
}

/**** When the system pauses ****/

TEST(the_second_tick_without_a_call_closes_the_disks)
{
    start_proven();
    tick();
    CHECK(is_open());
    tick();
    CHECK(!is_open());
    world_check_clean();
    tick();

    /* The system goes on: it has proven what it is. */
    unsigned connects = backend->connects;
    CHECK_EQUAL(read_sector(3000), 0);
    CHECK(is_open());
    CHECK_EQUAL(write_sector(7), 0);
    CHECK_EQUAL(backend->connects, connects + 1);
    CHECK(is_open());
}

TEST(ticks_between_calls_close_nothing)
{
    start_proven();
    unsigned connects = backend->connects;
    for (unsigned i = 0; i < 50; i++) {
        tick();
        CHECK_EQUAL(write_sector(i), 0);
    }
    CHECK_EQUAL(backend->connects, connects);
}

/* A busy host delivers the ticks that a guest has missed all at once, and a program may let the
 * timer run faster. */
TEST(ticks_that_come_at_once_are_no_pause)
{
    start_proven();
    for (unsigned i = 0; i < 5; i++)
        CHECK(!disks_note_tick(&disks));
    CHECK(is_open());
    tick();
    CHECK(!is_open());
}

TEST(a_tick_in_a_call_closes_nothing)
{
    start_proven();
    CHECK(disks_hold(&disks));
    for (unsigned i = 0; i < 5; i++)
        CHECK(!disks_note_tick(&disks));
    disks_close_kept(&disks);
    CHECK(is_open());
    disks_release(&disks);
}

TEST(where_no_tick_arrives_no_disk_stays_open)
{
    start_proven();
    world_pass_ms(900);
    CHECK_EQUAL(write_sector(1), 0);
    CHECK(is_open());
    world_pass_ms(1000);
    CHECK_EQUAL(write_sector(2), 0);
    CHECK(!is_open());
    world_check_clean();
    CHECK(log_has("closed after each call from now on: no tick arrives"));
    check_never_open();
}

TEST(where_no_tick_arrives_no_disk_stays_open_however_often_it_is_used)
{
    start_proven();
    for (unsigned ms = 0; ms < 900; ms += 100) {
        world_pass_ms(100);
        CHECK_EQUAL(write_sector(1), 0);
        CHECK(is_open());
    }
    world_pass_ms(100);
    CHECK_EQUAL(write_sector(1), 0);
    CHECK(!is_open());
    CHECK(log_has("closed after each call from now on: no tick arrives"));
    check_never_open();
}

/* Each tick, also one in a call, begins the second anew, and so does a call that opens the disk. */
TEST(a_tick_now_and_then_is_enough)
{
    start_needing(MODE_STRICT, NEEDED);
    world_pass_ms(5000);
    prove();
    for (unsigned i = 0; i < 9; i++) {
        for (unsigned k = 0; k < 2; k++) {
            world_pass_ms(400);
            CHECK_EQUAL(write_sector(1), 0);
        }
        if (i % 3 == 0)
            tick();
        else if (i % 3 == 1)
            backend->config.hook = tick_in_a_write;
        else
            CHECK_EQUAL(ticks_to_close(), 2);
        CHECK_EQUAL(write_sector(1), 0);
        CHECK(is_open());
    }
}

TEST(a_pause_with_ticks_is_no_sign_that_they_are_missing)
{
    start_proven();
    tick();
    world_pass_ms(100000);
    CHECK_EQUAL(write_sector(1), 0);
    CHECK(is_open());
}

/**** Signs of a starting system ****/

TEST(a_sign_closes_the_disks_and_the_system_has_to_prove_itself_anew)
{
    start_proven();
    disks_note_sign(&disks);
    CHECK(!is_open());
    world_check_clean();
    CHECK(log_has("a system may start: the disks are closed after each call"));
    CHECK_EQUAL(read_sector(2000), 0);
    CHECK(!is_open());
    for (unsigned i = 1; i < NEEDED; i++) {
        CHECK_EQUAL(write_sector(i), 0);
        CHECK(!is_open());
    }
    CHECK_EQUAL(write_sector(100), 0);
    CHECK(is_open());
}

TEST(a_sign_before_the_proof_begins_it_anew)
{
    start_needing(MODE_STRICT, NEEDED);
    for (unsigned i = 1; i < NEEDED; i++)
        CHECK_EQUAL(write_sector(i), 0);
    disks_note_sign(&disks);
    CHECK_EQUAL(disks_kept(&disks), DISKS_NOT_KEPT);
    CHECK_EQUAL(write_sector(1), 0);
    CHECK(!is_open());
    CHECK(!log_has("hand-over: a system may start"));
}

TEST(a_sign_in_a_call_takes_effect_at_its_end)
{
    start_proven();
    CHECK(disks_hold(&disks));
    disks_note_sign(&disks);
    CHECK(is_open());
    disks_release(&disks);
    CHECK_EQUAL(read_sector(0), 0);
    CHECK(!is_open());
}

TEST(after_an_operating_system_has_announced_itself_nothing_stays_open_again)
{
    start_proven();
    disks_leave(&disks);
    CHECK(!is_open());
    check_never_open();
    CHECK_EQUAL(disks_kept(&disks), DISKS_NOT_KEPT);
}

TEST(an_announcement_in_a_call_takes_effect_at_its_end)
{
    start_proven();
    CHECK(disks_hold(&disks));
    disks_leave(&disks);
    disks_release(&disks);
    CHECK_EQUAL(read_sector(0), 0);
    CHECK(!is_open());
    check_never_open();
}

TEST(another_boot_has_to_prove_itself_anew)
{
    start_proven();
    disks_close_all(&disks);
    CHECK(!is_open());
    CHECK_EQUAL(write_sector(1), 0);
    CHECK(!is_open());
}

TEST(where_nothing_can_close_the_disks_none_stays_open)
{
    start_proven();
    disks_keep_no_more(&disks, "a reason");
    CHECK(!is_open());
    world_check_clean();
    CHECK(log_has("from now on: a reason"));
    check_never_open();
}

/**** Other modes ****/

TEST(in_other_modes_ticks_and_signs_close_nothing)
{
    start_needing(MODE_LINGER, NEEDED);
    prove();
    CHECK_EQUAL(disks_kept(&disks), DISKS_NOT_KEPT);
    for (unsigned i = 0; i < 10; i++)
        tick();
    disks_note_sign(&disks);
    disks_keep_no_more(&disks, "a reason");
    CHECK(is_open());
}

/**** Faults ****/

/* fault: backend and toolstack | a backend fails a flush while strict mode leaves its disk open |
 * the write before it fails, and the next one is flushed */
TEST(a_write_to_a_disk_that_stays_open_fails_if_its_flush_does)
{
    start_proven();
    backend->config.hook = backend_fail_flushes;
    CHECK_EQUAL(write_sector(1), -XEN_EIO);
    backend->config.hook = NULL;
    CHECK_EQUAL(write_sector(1), 0);
    tick();
    tick();
    world_check_clean();
}
