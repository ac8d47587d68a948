/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Faults while a call reads ahead for other files than its own. */
#include "reading.h"
#include "test.h"

#define FIRST  8192u
#define SECOND 65536u
#define CALL   16u
#define AHEAD  (12 * CACHE_LINE_SECTORS) /* what the first fill of each file reads */

/* Read both files in turns, up to the call that reads ahead for both. */
static void read_up_to_the_fill(void)
{
    reading_start(MODE_STRICT);
    for (uint32_t at = 0; at < AHEAD; at += CALL) {
        reading_check(FIRST + at, CALL);
        reading_check(SECOND + at, CALL);
    }
    CHECK_EQUAL(reading_cost().connections, 2);
}

static void read_on(uint32_t end)
{
    for (uint32_t at = AHEAD; at < end; at += CALL) {
        reading_check(FIRST + at, CALL);
        reading_check(SECOND + at, CALL);
    }
}

TEST(one_connection_reads_ahead_for_both_files)
{
    read_up_to_the_fill();
    reading_check(FIRST + AHEAD, CALL);
    CHECK_EQUAL(reading_cost().connections, 3);
    read_on(AHEAD + 20 * CACHE_LINE_SECTORS);
    CHECK_EQUAL(reading_cost().connections, 3);
}

/* fault: restore and migration | a restore, while a call reads ahead for another file than its own
 * | the call returns what the disk holds, and nothing of the old connection is served */
TEST(a_restore_while_another_file_is_read_ahead_harms_no_read)
{
    unsigned restores = 0;

    for (unsigned skip = 0;; skip++, restores++) {
        test_note("restore after %u waits", skip);
        read_up_to_the_fill();
        xen_at_wait(skip, world_restore);
        reading_check(FIRST + AHEAD, CALL);
        if (!xen_fault.hits)
            break;
        read_on(AHEAD + 20 * CACHE_LINE_SECTORS);
    }
    CHECK(restores >= 10);
}

static unsigned failed;

/* Fail the requests that have one sector. */
static bool bad_sector(void *context, struct backend *backend,
                       const struct backend_request *request)
{
    const uint64_t bad = *(uint64_t *)context;
    uint64_t end = request->sector;

    for (unsigned i = 0; i < request->segments; i++)
        end += request->segment[i].last - request->segment[i].first + 1u;
    if (bad < request->sector || bad >= end)
        return false;
    failed++;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

/* fault: backend and toolstack | a sector that is read ahead for another file than that of the call
 * cannot be read | the call succeeds; 64 fills read only what is wanted */
TEST(a_bad_sector_ahead_of_another_file_fails_no_call_but_its_own)
{
    uint64_t bad = SECOND + AHEAD + 16 * CACHE_LINE_SECTORS + 5;
    uint8_t buffer[SECTOR_BYTES];

    read_up_to_the_fill();
    reading_backend->config.hook = bad_sector;
    reading_backend->config.context = &bad;
    reading_check(FIRST + AHEAD, CALL);
    CHECK_EQUAL(failed, 1);
    /* Half as fast as the first, which needs more fills then. */
    for (uint32_t at = 0; at < 21 * CACHE_LINE_SECTORS; at += CALL) {
        reading_check(FIRST + AHEAD + at, CALL);
        if (at % (2 * CALL) == 0)
            reading_check(SECOND + AHEAD + at / 2, CALL);
    }
    CHECK_EQUAL(failed, 1);
    CHECK_EQUAL(disks_read(reading_disks.disk[0], bad, 1, buffer), -XEN_EIO);
}

/* Leave requests to the second file unanswered. */
static bool silent_for_the_second(void *context, struct backend *backend,
                                  const struct backend_request *request)
{
    (void)context;
    (void)backend;
    return request->sector >= SECOND && request->operation == BLKIF_OP_READ;
}

/* fault: backend and toolstack | it does not answer what is read ahead for another file than that
 * of the call | the call succeeds, after the limit of one transfer */
TEST(a_backend_that_is_silent_when_another_file_is_read_ahead_delays_the_call_by_one_limit)
{
    read_up_to_the_fill();
    reading_backend->config.hook = silent_for_the_second;
    limit_begin();
    reading_check(FIRST + AHEAD, CALL);
    limit_check(limit_transfer_ms() + limit_connect_ms());
    CHECK(reading_disks.disk[0]->vbd.state != VBD_CONNECTED);
}

/**** Many files ****/

#define FILES_MAX STREAMS_MAX
#define DISTANCE  65536u

static uint64_t begin_of(unsigned file)
{
    return FIRST + (uint64_t)DISTANCE * file;
}

/* Read files in turns up to a call to the first one that reads ahead for all, some MiB on. Return:
 * where it begins; 0 if calls to other files read ahead for the first one. */
static uint32_t read_up_to_a_fill_for_all(unsigned files)
{
    static uint8_t buffer[CALL * SECTOR_BYTES];

    reading_start(MODE_STRICT);
    for (uint32_t at = 0; at < DISTANCE / 4; at += CALL)
        for (unsigned file = 0; file < files; file++) {
            uint64_t sector = begin_of(file) + at;
            if (!file && at > DISTANCE / 32 &&
                !cache_read(&reading_disks.cache, reading_disks.vbd[0], sector, CALL, buffer))
                return at;
            reading_check(sector, CALL);
        }
    return 0;
}

static unsigned restarts;

/* The backend is restarted at the first request to each file. */
static bool restart_at_each_file(void *context, struct backend *backend,
                                 const struct backend_request *request)
{
    bool *restarted = context;
    uint64_t file = (request->sector - FIRST) / DISTANCE;

    if (request->operation != BLKIF_OP_READ || request->sector < FIRST || file >= FILES_MAX ||
        restarted[file])
        return false;
    restarted[file] = true;
    restarts++;
    CHECK(backend_disconnect(backend));
    backend_set_state(backend, XenbusStateInitWait);
    return true;
}

/* fault: restore and migration | a backend is restarted, while a call may read ahead for several
 * files | the call connects again once, and reads ahead for no other file */
TEST(a_call_reads_ahead_for_no_other_file_after_a_reconnection)
{
    bool restarted[FILES_MAX] = {false};
    uint32_t at = read_up_to_a_fill_for_all(5);
    unsigned before = reading_disks.vbd[0]->connects;

    CHECK(at);
    reading_backend->config.hook = restart_at_each_file;
    reading_backend->config.context = restarted;
    reading_check(begin_of(0) + at, CALL);
    CHECK(restarts);
    /* The call's, and one for its repetition. */
    CHECK_EQUAL(reading_disks.vbd[0]->connects - before, 2);
}

/* fault: backend and toolstack | it answers each part of what is read ahead for several files just
 * before the limit | the call reads ahead for no other file after the limit of one transfer */
TEST(a_slow_backend_delays_a_call_that_reads_ahead_for_many_files_by_seven_limits)
{
    unsigned calls = 0;

    for (unsigned files = 2; files <= FILES_MAX; files++) {
        uint32_t at = read_up_to_a_fill_for_all(files);

        test_note("%u files", files);
        if (!at)
            continue;
        calls++;
        reading_backend->config.io_latency_us = (IO_LIMIT_MS - 500) * 1000;
        limit_begin();
        reading_check(begin_of(0) + at, CALL);
        /* A read-ahead of all that one call may read takes six. */
        limit_check(7 * IO_LIMIT_MS);
    }
    CHECK(calls > 3);
}
