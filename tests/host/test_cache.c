/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The cache: what it keeps, what it reads ahead, and that it never returns wrong data. */
#include "firmware.h"
#include "test.h"
#include "xen/disk/cache_plan.h"
#include "xen/disk/cached_io.h"
#include "xen/disk/disk_io.h"

#define PAGE  SECTORS_PER_PAGE
#define LINE  CACHE_LINE_SECTORS
#define LINES 8u

static struct cache cache;
static struct firmware firmware;
static uint8_t buffer[4 * CACHE_LINE_BYTES];

static struct backend *backend;

static struct vbd *cache_on_a_disk(const char *sectors)
{
    backend = firmware_with_disk(&firmware);
    backend->config.sectors = sectors;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    cache_init(&cache, LINES * CACHE_LINE_BYTES);
    CHECK_EQUAL(cache.lines, LINES);
    return firmware.vbd[0];
}

/* Whether the cache has these sectors. If so, they must be what the disk holds. */
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

/* The number of cached pages from @page on. */
static unsigned cached_pages(const struct vbd *vbd, uint64_t page)
{
    unsigned pages = 0;

    while (is_cached(vbd, (page + pages) * PAGE, PAGE))
        pages++;
    return pages;
}

static int fill(struct vbd *vbd, uint64_t sector, uint32_t count)
{
    return cached_io_fill(&cache, vbd, sector, count, false);
}

TEST(cached_sectors_are_read_without_the_disk)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    CHECK(!is_cached(vbd, 5, 3));
    CHECK_EQUAL(fill(vbd, 5, 4), 0);
    disk_io_close(vbd);
    CHECK(is_cached(vbd, 5, 4));
    CHECK(is_cached(vbd, 0, 2 * PAGE));
    CHECK(!is_cached(vbd, 2 * PAGE - 1, 2));
    CHECK(!is_cached(vbd, 3 * LINE, 1));
}

TEST(a_transfer_across_lines_is_filled_and_read_whole)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    CHECK_EQUAL(fill(vbd, LINE - 1, LINE + 2), 0);
    CHECK(is_cached(vbd, LINE - 1, LINE + 2));
    CHECK_EQUAL(cached_pages(vbd, LINE / PAGE - 1), 1 + LINE / PAGE + 1);
    CHECK(!is_cached(vbd, 0, 1));
}

TEST(sequential_reads_make_the_read_ahead_grow)
{
    struct vbd *vbd = cache_on_a_disk("4000");
    /* As many pages again as precede them; whole lines for large numbers. */
    static const unsigned fills[] = {1, 2, 4, 8, 17, 48, 96};
    uint64_t page = 0;

    for (unsigned i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
        CHECK_EQUAL(fill(vbd, page * PAGE, 1), 0);
        test_note("fill %u", i);
        CHECK_EQUAL(cached_pages(vbd, page), fills[i]);
        page += fills[i];
    }
    /* At most seven eighths of the cache. */
    CHECK_EQUAL(fill(vbd, page * PAGE, 1), 0);
    CHECK_EQUAL(cached_pages(vbd, page), LINES * CACHE_LINE_PAGES * 7 / 8);
}

TEST(cached_pages_are_not_read_ahead_again)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    CHECK_EQUAL(fill(vbd, 0, 4 * PAGE), 0);
    CHECK_EQUAL(fill(vbd, 6 * PAGE, PAGE), 0);
    unsigned before = backend->requests;
    CHECK_EQUAL(fill(vbd, 3 * PAGE, 2 * PAGE), 0);
    CHECK_EQUAL(cached_pages(vbd, 0), 7);
    CHECK_EQUAL(backend->requests - before, 1);
    /* Everything wanted is cached. */
    CHECK_EQUAL(fill(vbd, 2 * PAGE + 1, 4 * PAGE), 0);
    CHECK_EQUAL(backend->requests - before, 1);
}

TEST(a_fill_that_reconnects_reads_at_least_a_quarter_of_the_cache)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    CHECK_EQUAL(cached_io_fill(&cache, vbd, 4 * LINE, 1, true), 0);
    CHECK_EQUAL(cached_pages(vbd, 4 * LINE / PAGE), LINES * CACHE_LINE_PAGES / 4);
}

TEST(a_fill_that_reconnects_reads_four_times_what_precedes_it)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    CHECK_EQUAL(fill(vbd, 4 * LINE, LINE), 0);
    CHECK_EQUAL(cached_io_fill(&cache, vbd, 5 * LINE, 1, true), 0);
    CHECK_EQUAL(cached_pages(vbd, 4 * LINE / PAGE), (1 + 5) * CACHE_LINE_PAGES);
}

/* Read the first four pages in a row. */
static void begin_a_stream(struct vbd *vbd)
{
    CHECK_EQUAL(fill(vbd, 0, 4 * PAGE), 0);
    for (uint64_t page = 0; page < 4; page++)
        CHECK(is_cached(vbd, page * PAGE, PAGE));
}

TEST(a_stream_goes_on_with_its_read_ahead_after_its_pages_are_evicted)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    begin_a_stream(vbd);
    cache_forget(&cache, vbd, 0, 4 * PAGE);
    CHECK_EQUAL(fill(vbd, 4 * PAGE, 1), 0);
    CHECK_EQUAL(cached_pages(vbd, 4), 1 + 4);
}

TEST(a_stream_begins_anew_after_its_disk_is_dropped)
{
    struct vbd *vbd = cache_on_a_disk("4000");
    struct vbd other = {.sectors = 4000};

    begin_a_stream(vbd);
    cache_drop(&cache, vbd);
    CHECK_EQUAL(fill(vbd, 4 * PAGE, 1), 0);
    CHECK_EQUAL(cached_pages(vbd, 4), 1);

    cache_drop(&cache, NULL);
    begin_a_stream(vbd);
    cache_drop(&cache, NULL);
    CHECK_EQUAL(fill(vbd, 4 * PAGE, 1), 0);
    CHECK_EQUAL(cached_pages(vbd, 4), 1);

    cache_drop(&cache, NULL);
    begin_a_stream(vbd);
    cache_drop_others(&cache, &other);
    CHECK_EQUAL(fill(vbd, 4 * PAGE, 1), 0);
    CHECK_EQUAL(cached_pages(vbd, 4), 1);
}

TEST(another_running_stream_is_planned_once_for_a_connection)
{
    struct vbd *vbd = cache_on_a_disk("4000");
    struct stream *streams = cache.streams.stream;
    struct cache_range range;

    for (uint64_t page = 0; page < 2; page++) {
        CHECK_EQUAL(fill(vbd, page * PAGE, 1), 0);
        CHECK(is_cached(vbd, page * PAGE, PAGE));
        CHECK_EQUAL(fill(vbd, 20 * LINE + page * PAGE, 1), 0);
        CHECK(is_cached(vbd, 20 * LINE + page * PAGE, PAGE));
    }
    CHECK(cache_plan(&cache, vbd, 2 * PAGE, 2 * PAGE, true, &range));
    CHECK_EQUAL(range.sector, 3 * PAGE);
    CHECK(cache_plan_more(&cache, vbd, &range));
    CHECK_EQUAL(range.sector, 20 * LINE + 3 * PAGE);
    CHECK_EQUAL(streams[0].filled, cache.streams.fills);
    CHECK_EQUAL(streams[1].filled, cache.streams.fills);
    CHECK(!cache_plan_more(&cache, vbd, &range));
}

TEST(scattered_reads_cause_no_read_ahead)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    for (uint64_t page = 2; page < 40; page += 3) {
        CHECK_EQUAL(fill(vbd, page * PAGE + 7, 1), 0);
        CHECK_EQUAL(cached_pages(vbd, page), 1);
    }
}

TEST(the_least_recently_used_line_is_replaced)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    for (uint64_t line = 0; line < LINES; line++)
        CHECK_EQUAL(fill(vbd, 2 * line * LINE, 1), 0);
    CHECK(is_cached(vbd, 0, 1));
    CHECK_EQUAL(fill(vbd, 20 * LINE, 1), 0);
    CHECK(is_cached(vbd, 0, 1));
    CHECK(!is_cached(vbd, 2 * LINE, 1));
    for (uint64_t line = 2; line < LINES; line++)
        CHECK(is_cached(vbd, 2 * line * LINE, PAGE));
}

TEST(ages_are_right_when_the_count_of_uses_wraps_around)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    cache.uses = UINT32_MAX - 3;
    for (uint64_t line = 0; line < LINES; line++)
        CHECK_EQUAL(fill(vbd, 2 * line * LINE, 1), 0);
    CHECK_EQUAL(fill(vbd, 20 * LINE, 1), 0);
    CHECK(!is_cached(vbd, 0, 1));
    CHECK(is_cached(vbd, 2 * LINE, 1));
}

TEST(only_whole_pages_at_the_end_of_a_disk_are_kept)
{
    struct vbd *vbd = cache_on_a_disk("4004");
    uint64_t last = vbd->sectors - vbd->sectors % PAGE - 1;

    CHECK_EQUAL(vbd->sectors % PAGE, 4);
    CHECK_EQUAL(fill(vbd, last, 1), 0);
    CHECK(is_cached(vbd, last, 1));
    CHECK_EQUAL(fill(vbd, last, 2), 0);
    CHECK(!is_cached(vbd, last, 2));
    CHECK(!is_cached(vbd, last + 1, 1));
}

TEST(a_disk_that_shrinks_is_not_read_beyond_its_end)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    CHECK_EQUAL(fill(vbd, 3990, 10), 0);
    CHECK(is_cached(vbd, 3990, 10));
    vbd->sectors = 3992;
    CHECK(is_cached(vbd, 3990, 2));
    CHECK(!is_cached(vbd, 3990, 3));
    CHECK(!is_cached(vbd, 3993, 1));
    CHECK(!is_cached(vbd, UINT64_MAX, 1));
}

/* fault: backend and toolstack | `mode` is `w!`, or changes to it by a later connection, or cannot
 * be read | does not cache the disk, nor serve it from the cache | also
 * a_disk_that_others_may_write_to_from_now_on_is_not_served_from_the_cache,
 * a_disk_whose_mode_cannot_be_read_is_not_cached */
TEST(a_disk_that_others_may_write_to_is_not_cached)
{
    backend = firmware_with_disk(&firmware);
    struct vbd *vbd = firmware.vbd[0];

    backend->config.mode = "w!";
    CHECK_EQUAL(disk_io_connect(vbd), 0);
    CHECK(vbd->shared_writable);
    cache_init(&cache, LINES * CACHE_LINE_BYTES);
    CHECK_EQUAL(fill(vbd, 0, 1), 0);
    CHECK(!is_cached(vbd, 0, 1));
    disk_io_close(vbd);
    backend->config.mode = "w";
    CHECK_EQUAL(disk_io_connect(vbd), 0);
    CHECK(!vbd->shared_writable);
    CHECK_EQUAL(fill(vbd, 0, 1), 0);
    CHECK(is_cached(vbd, 0, 1));
}

/* The backend's "mode" cannot be read. */
static void mode_is_refused(void *context, const struct store_request *request,
                            struct store_reply *reply)
{
    const char *end = strrchr(request->payload, '/');

    if (end && !strcmp(end, "/mode"))
        store_make_error(reply, context);
}

TEST(a_disk_whose_mode_cannot_be_read_is_not_cached)
{
    static char no_memory[] = "ENOMEM";

    backend = firmware_with_disk(&firmware);
    backend->config.mode = "w!, followed by more text than the buffer holds";
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK(firmware.vbd[0]->shared_writable);
    disk_io_close(firmware.vbd[0]);

    backend->config.mode = "w!";
    store_config.hook = mode_is_refused;
    store_config.context = no_memory;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK(firmware.vbd[0]->shared_writable);
    disk_io_close(firmware.vbd[0]);
    world_check_clean();

    store_config.hook = NULL;
    backend->config.mode = NULL;
    tree_remove(&store_tree, "/local/domain/0/backend/vbd/1/51776/mode");
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK(!firmware.vbd[0]->shared_writable);
}

TEST(a_disk_that_others_may_write_to_from_now_on_is_not_served_from_the_cache)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    CHECK_EQUAL(fill(vbd, 0, 1), 0);
    CHECK(is_cached(vbd, 0, 1));
    disk_io_close(vbd);
    backend->config.mode = "w!";
    CHECK_EQUAL(disk_io_connect(vbd), 0);
    CHECK(!is_cached(vbd, 0, 1));
}

TEST(a_write_changes_the_cached_copy)
{
    struct vbd *vbd = cache_on_a_disk("4000");
    static uint8_t data[40 * SECTOR_BYTES];

    CHECK_EQUAL(fill(vbd, 0, LINE), 0);
    for (unsigned i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i * 13 + 5);
    /* A write does not add missing sectors to the cache. */
    CHECK_EQUAL(cached_io_write(&cache, vbd, LINE - 20, 40, data), 0);
    CHECK(is_cached(vbd, 0, LINE));
    CHECK(!is_cached(vbd, LINE, 1));
}

TEST(pages_of_a_failed_write_are_dropped_from_the_cache)
{
    struct vbd *vbd = cache_on_a_disk("4000");
    static const uint8_t data[2 * SECTOR_BYTES];

    CHECK_EQUAL(fill(vbd, 0, 3 * LINE), 0);
    backend->config.hook = backend_fail_writes;
    CHECK_EQUAL(cached_io_write(&cache, vbd, LINE - 1, 2, data), -XEN_EIO);
    CHECK(is_cached(vbd, 0, LINE - PAGE));
    CHECK(!is_cached(vbd, LINE - 1, 1));
    CHECK(!is_cached(vbd, LINE, 1));
    CHECK(is_cached(vbd, LINE + PAGE, LINE));
    cache_drop(&cache, vbd);
    CHECK(!is_cached(vbd, 2 * LINE, 1));
}

TEST(disks_do_not_see_each_others_lines)
{
    struct vbd *vbd = cache_on_a_disk("4000");
    struct vbd other = {.sectors = 4000};

    CHECK_EQUAL(fill(vbd, 0, 1), 0);
    CHECK(!is_cached(&other, 0, 1));
    cache_drop(&cache, &other);
    CHECK(is_cached(vbd, 0, 1));
    cache_drop(&cache, NULL);
    CHECK(!is_cached(vbd, 0, 1));
}

/* Fail reads of one sector. */
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

TEST(an_unreadable_sector_leaves_nothing_wrong_in_the_cache)
{
    uint64_t bad = 2 * LINE + 1;

    backend = firmware_with_disk(&firmware);
    backend->config.hook = bad_sector;
    backend->config.context = &bad;
    struct vbd *vbd = firmware.vbd[0];
    CHECK_EQUAL(disk_io_connect(vbd), 0);
    cache_init(&cache, LINES * CACHE_LINE_BYTES);

    /* The bad sector was only read ahead: the next read asks only for the good page. */
    CHECK_EQUAL(fill(vbd, 0, LINE), 0);
    CHECK_EQUAL(fill(vbd, LINE, PAGE), -XEN_EIO);
    CHECK(!is_cached(vbd, 2 * LINE, 1));
    cache_drop(&cache, vbd);
    CHECK_EQUAL(fill(vbd, 0, LINE), 0);
    CHECK_EQUAL(fill(vbd, LINE, PAGE), 0);
    CHECK_EQUAL(cached_pages(vbd, 0), CACHE_LINE_PAGES + 1);
    /* The bad sector itself is wanted. */
    CHECK_EQUAL(fill(vbd, 2 * LINE, 1), -XEN_EIO);
    CHECK(!is_cached(vbd, 2 * LINE, 1));
    CHECK_EQUAL(vbd->state, VBD_CONNECTED);
    CHECK_EQUAL(fill(vbd, 3 * LINE, PAGE), 0);
    CHECK(is_cached(vbd, 3 * LINE, PAGE));
}

TEST(a_cache_makes_do_with_the_memory_that_there_is)
{
    firmware_connected(&firmware);
    memory_fail_after(0);
    cache_init(&cache, LINES * CACHE_LINE_BYTES);
    CHECK_EQUAL(cache.lines, 0);
    struct vbd *vbd = firmware.vbd[0];
    CHECK_EQUAL(fill(vbd, 0, 1), 0);
    CHECK(!is_cached(vbd, 0, 1));
    CHECK_EQUAL(cached_io_write(&cache, vbd, 0, 1, buffer), 0);
    cache_drop(&cache, NULL);

    cache_init(&cache, CACHE_LINE_BYTES - 1);
    CHECK_EQUAL(cache.lines, 0);
}

TEST(a_transfer_larger_than_the_cache_bypasses_it)
{
    struct vbd *vbd = cache_on_a_disk("4000");

    cache_init(&cache, CACHE_LINE_BYTES);
    CHECK_EQUAL(fill(vbd, LINE - 1, 2), 0);
    CHECK(!is_cached(vbd, LINE - 1, 2));
    CHECK_EQUAL(fill(vbd, 0, LINE), 0);
    CHECK(is_cached(vbd, 0, LINE));
    CHECK_EQUAL(fill(vbd, LINE, 1), 0);
    CHECK(is_cached(vbd, LINE, 1));
    CHECK(!is_cached(vbd, 0, 1));
}
