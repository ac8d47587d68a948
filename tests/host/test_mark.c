/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The mark in the directory of a disk that the firmware has open. */
#include "firmware.h"
#include "test.h"
#include "xen/base/handover.h"
#include "xen/base/platform.h"
#include "xen/disk/disk_io.h"

#include <stdio.h>

#define FRONTEND "/local/domain/1/device/vbd/51776/"

static void check_mark(const struct vbd *vbd, const char *mode)
{
    unsigned first = 0, count = 0, port = 0, ring = 0, pool = 0, magic = 0;
    char found[HANDOVER_MARK_BYTES] = "";
    const char *mark = store_read(FRONTEND HANDOVER_MARK);

    CHECK(mark && strlen(mark) < HANDOVER_MARK_BYTES);
    CHECK_EQUAL(
        sscanf(mark, "%s %u %u %u %u %u %u", found, &first, &count, &port, &ring, &pool, &magic),
        7);
    CHECK(!strcmp(found, mode));
    CHECK_EQUAL(count, grants_given());
    CHECK_EQUAL(first, vbd->ring_ref);
    CHECK_EQUAL(port, vbd->port);
    CHECK_EQUAL(ring, platform_frame(vbd->ring_page));
    CHECK_EQUAL(magic, world_unplug_magic);
    for (unsigned i = 0; i < vbd->pool_pages; i++) {
        CHECK_EQUAL(vbd->pool_refs[i], first + 1 + i);
        CHECK_EQUAL(pool + i, platform_frame(vbd->pool + i * PAGE_BYTES));
    }
}

TEST(an_open_disk_is_marked_with_the_mode_its_grants_event_channel_and_frames)
{
    static const enum handover_mode modes[] = {MODE_HOOK, MODE_STRICT, MODE_LINGER};
    struct firmware firmware;

    firmware_with_disk(&firmware);
    for (unsigned i = 0; i < 3; i++) {
        firmware.core->mode = modes[i];
        test_note("%s", handover_mode_names[modes[i]]);
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        check_mark(firmware.vbd[0], handover_mode_names[modes[i]]);
        disk_io_close(firmware.vbd[0]);
        CHECK(!store_read(FRONTEND HANDOVER_MARK));
        world_check_clean();
    }
}

/* As with xen_platform_pci=0. */
TEST(the_mark_tells_that_there_is_no_platform_device)
{
    struct firmware firmware;

    world_reset();
    world_unplug_magic = UINT16_MAX;
    world_add_disk(XVD(4));
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    check_mark(firmware.vbd[0], HANDOVER_MODE_LINGER);
}

TEST(the_mode_is_linger_until_another_one_is_set)
{
    struct firmware firmware;

    firmware_connected(&firmware);
    check_mark(firmware.vbd[0], HANDOVER_MODE_LINGER);
}

TEST(the_longest_mark_fits)
{
    char mark[HANDOVER_MARK_BYTES];

    CHECK(snprintf(mark, sizeof(mark), "%s %u %u %u %u %u %u", HANDOVER_MODE_LINGER, UINT32_MAX,
                   UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
                   UINT16_MAX) < HANDOVER_MARK_BYTES);
}

static unsigned with_keys;

/* Called for each reply to the guest, and so after each change. */
static void check_mark_is_present(void *context, const struct store_request *request,
                                  struct store_reply *reply)
{
    (void)context;
    (void)request;
    (void)reply;
    bool keys = store_read(FRONTEND "ring-ref") || store_read(FRONTEND "event-channel") ||
                store_read(FRONTEND "protocol") || store_read(FRONTEND "feature-persistent");
    if (keys && !store_read(FRONTEND HANDOVER_MARK))
        test_fail(__FILE__, __LINE__, "the keys of a connection stand without the mark");
    with_keys += keys;
}

TEST(no_key_of_a_connection_ever_exists_without_the_mark)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    store_config.hook = check_mark_is_present;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    disk_io_close(firmware.vbd[0]);
    CHECK(with_keys > 3);
    world_check_clean();
}
