/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The cache: what it keeps, what it reads ahead, and that it never tells what is not so. */
#include "cache.h"
#include "firmware.h"
#include "test.h"

#define LINE  CACHE_LINE_SECTORS
#define LINES 8u

static struct cache cache;
static struct firmware firmware;
static uint8_t buffer[4 * CACHE_LINE_BYTES];

static struct vbd *cache_on_a_disk(void)
{
    struct backend *backend = firmware_connected(&firmware);

    backend->config.sectors = "4000";
    vbd_close(firmware.vbd[0]);
    CHECK_EQUAL(vbd_connect(firmware.vbd[0]), 0);
    cache_init(&cache, LINES * CACHE_LINE_BYTES);
    CHECK_EQUAL(cache.lines, LINES);
    return firmware.vbd[0];
}

/* Whether the cache has the sectors; if so they must be what the disk holds. */
static bool is_cached(const struct vbd *vbd, uint64_t sector, uint32_t count)
{
    uint8_t expected[SECTOR_BYTES];

    memset(buffer, 0xa5, sizeof(buffer));
    if (!cache_read(&cache, vbd, sector, count, buffer))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        disk_read(sector + i, expected);
        CHECK(!memcmp(buffer + i * SECTOR_BYTES, expected, SECTOR_BYTES));
    }
    CHECK_EQUAL(buffer[count * SECTOR_BYTES], 0xa5);
    return true;
}

/* How many lines from @line on are cached. */
static unsigned cached_lines(const struct vbd *vbd, uint64_t line)
{
    unsigned lines = 0;

    while (is_cached(vbd, (line + lines) * LINE, LINE))
        lines++;
    return lines;
}

TEST(what_was_filled_is_read_without_the_disk)
{
    struct vbd *vbd = cache_on_a_disk();

    CHECK(!is_cached(vbd, 5, 3));
    CHECK_EQUAL(cache_fill(&cache, vbd, 5, 3), 0);
    vbd_close(vbd);
    CHECK(is_cached(vbd, 5, 3));
    CHECK(is_cached(vbd, 0, LINE));
    CHECK(!is_cached(vbd, LINE - 1, 2));
    CHECK(!is_cached(vbd, 3 * LINE, 1));
}

TEST(a_transfer_across_lines_is_filled_and_read_whole)
{
    struct vbd *vbd = cache_on_a_disk();

    CHECK_EQUAL(cache_fill(&cache, vbd, LINE - 1, LINE + 2), 0);
    CHECK(is_cached(vbd, LINE - 1, LINE + 2));
    CHECK_EQUAL(cached_lines(vbd, 0), 3);
}

TEST(who_reads_on_and_on_has_twice_as_much_read_each_time)
{
    struct vbd *vbd = cache_on_a_disk();
    static const unsigned fills[] = {1, 2, 4};
    uint64_t line = 0;

    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQUAL(cache_fill(&cache, vbd, line * LINE, 1), 0);
        CHECK_EQUAL(cached_lines(vbd, line), fills[i]);
        line += fills[i];
    }
    /* Three quarters of the cache, never more. */
    CHECK_EQUAL(cache_fill(&cache, vbd, line * LINE, 1), 0);
    CHECK_EQUAL(cached_lines(vbd, line), LINES * 3 / 4);
}

TEST(who_reads_here_and_there_has_nothing_read_ahead)
{
    struct vbd *vbd = cache_on_a_disk();

    for (uint64_t line = 2; line < 12; line += 3) {
        CHECK_EQUAL(cache_fill(&cache, vbd, line * LINE + 7, 1), 0);
        CHECK_EQUAL(cached_lines(vbd, line), 1);
    }
}

TEST(the_line_that_was_not_used_for_longest_makes_room)
{
    struct vbd *vbd = cache_on_a_disk();

    for (uint64_t line = 0; line < LINES; line++)
        CHECK_EQUAL(cache_fill(&cache, vbd, 2 * line * LINE, 1), 0);
    CHECK(is_cached(vbd, 0, 1));
    CHECK_EQUAL(cache_fill(&cache, vbd, 20 * LINE, 1), 0);
    CHECK(is_cached(vbd, 0, 1));
    CHECK(!is_cached(vbd, 2 * LINE, 1));
    for (uint64_t line = 2; line < LINES; line++)
        CHECK(is_cached(vbd, 2 * line * LINE, LINE));
}

TEST(ages_are_right_when_the_count_of_uses_goes_round)
{
    struct vbd *vbd = cache_on_a_disk();

    cache.uses = UINT32_MAX - 3;
    for (uint64_t line = 0; line < LINES; line++)
        CHECK_EQUAL(cache_fill(&cache, vbd, 2 * line * LINE, 1), 0);
    CHECK_EQUAL(cache_fill(&cache, vbd, 20 * LINE, 1), 0);
    CHECK(!is_cached(vbd, 0, 1));
    CHECK(is_cached(vbd, 2 * LINE, 1));
}

TEST(the_last_part_of_a_line_at_the_end_of_a_disk_is_cached)
{
    struct vbd *vbd = cache_on_a_disk();
    uint64_t last = vbd->sectors - 1;

    CHECK(vbd->sectors % LINE != 0);
    CHECK_EQUAL(cache_fill(&cache, vbd, last, 1), 0);
    CHECK(is_cached(vbd, last, 1));
    CHECK(!is_cached(vbd, last, 2));
    /* The disk has grown: what is asked for now may not be there. */
    uint8_t sectors[4 * SECTOR_BYTES] = {0};
    cache_update(&cache, vbd, last - 1, 4, sectors);
    CHECK(!is_cached(vbd, last, 1));
}

TEST(what_is_written_changes_the_copy)
{
    struct vbd *vbd = cache_on_a_disk();
    static uint8_t data[40 * SECTOR_BYTES];

    CHECK_EQUAL(cache_fill(&cache, vbd, 0, 1), 0);
    for (unsigned i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 13 + 5);
    CHECK_EQUAL(vbd_write(vbd, LINE - 20, 40, data), 0);
    cache_update(&cache, vbd, LINE - 20, 40, data);
    CHECK(is_cached(vbd, 0, LINE));
    CHECK(!is_cached(vbd, LINE, 1));
}

TEST(what_may_have_been_written_or_not_is_forgotten)
{
    struct vbd *vbd = cache_on_a_disk();

    CHECK_EQUAL(cache_fill(&cache, vbd, 0, 3 * LINE), 0);
    cache_forget(&cache, vbd, LINE - 1, 2);
    CHECK(!is_cached(vbd, 0, 1));
    CHECK(!is_cached(vbd, LINE, 1));
    CHECK(is_cached(vbd, 2 * LINE, LINE));
    cache_drop(&cache, vbd);
    CHECK(!is_cached(vbd, 2 * LINE, 1));
}

TEST(disks_do_not_see_each_others_lines)
{
    struct vbd *vbd = cache_on_a_disk();
    struct vbd other = {.sectors = 4000};

    CHECK_EQUAL(cache_fill(&cache, vbd, 0, 1), 0);
    CHECK(!is_cached(&other, 0, 1));
    cache_drop(&cache, &other);
    cache_forget(&cache, &other, 0, 1);
    CHECK(is_cached(vbd, 0, 1));
    cache_drop(&cache, NULL);
    CHECK(!is_cached(vbd, 0, 1));
}

/* A sector that cannot be read. */
static bool bad_sector(void *context, struct backend *backend,
                       const struct backend_request *request)
{
    uint64_t bad = *(uint64_t *)context, end = request->sector;

    for (unsigned i = 0; i < request->segments; i++)
        end += request->segment[i].last - request->segment[i].first + 1u;
    if (bad < request->sector || bad >= end)
        return false;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

TEST(a_sector_that_cannot_be_read_keeps_nothing_wrong_in_the_cache)
{
    struct firmware unused;
    struct backend *backend = firmware_with_disk(&unused);
    uint64_t bad = 2 * LINE + 1;

    firmware = unused;
    backend->config.hook = bad_sector;
    backend->config.context = &bad;
    struct vbd *vbd = firmware.vbd[0];
    CHECK_EQUAL(vbd_connect(vbd), 0);
    cache_init(&cache, LINES * CACHE_LINE_BYTES);

    /* Only read ahead: nobody has asked for it. */
    CHECK_EQUAL(cache_fill(&cache, vbd, 0, 1), 0);
    CHECK_EQUAL(cache_fill(&cache, vbd, LINE, 1), 0);
    CHECK_EQUAL(cached_lines(vbd, 0), 2);
    /* Asked for. */
    CHECK_EQUAL(cache_fill(&cache, vbd, 2 * LINE, 1), -XEN_EIO);
    CHECK(!is_cached(vbd, 2 * LINE, 1));
    CHECK_EQUAL(vbd->state, VBD_CONNECTED);
    CHECK_EQUAL(cache_fill(&cache, vbd, 3 * LINE, 1), 0);
    CHECK(is_cached(vbd, 3 * LINE, LINE));
}

TEST(a_cache_takes_what_memory_there_is)
{
    firmware_connected(&firmware);
    memory_fail_after(0);
    cache_init(&cache, LINES * CACHE_LINE_BYTES);
    CHECK_EQUAL(cache.lines, 0);
    struct vbd *vbd = firmware.vbd[0];
    CHECK_EQUAL(cache_fill(&cache, vbd, 0, 1), 0);
    CHECK(!is_cached(vbd, 0, 1));
    cache_update(&cache, vbd, 0, 1, buffer);
    cache_forget(&cache, vbd, 0, 1);
    cache_drop(&cache, NULL);

    cache_init(&cache, CACHE_LINE_BYTES - 1);
    CHECK_EQUAL(cache.lines, 0);
}

TEST(a_transfer_larger_than_the_cache_is_left_to_the_disk)
{
    struct vbd *vbd = cache_on_a_disk();

    cache_init(&cache, CACHE_LINE_BYTES);
    CHECK_EQUAL(cache_fill(&cache, vbd, LINE - 1, 2), 0);
    CHECK(!is_cached(vbd, LINE - 1, 2));
    CHECK_EQUAL(cache_fill(&cache, vbd, 0, LINE), 0);
    CHECK(is_cached(vbd, 0, LINE));
    CHECK_EQUAL(cache_fill(&cache, vbd, LINE, 1), 0);
    CHECK(is_cached(vbd, LINE, 1));
    CHECK(!is_cached(vbd, 0, 1));
}
