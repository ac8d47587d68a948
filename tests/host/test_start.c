/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Finding Xen, and allocating memory and grants. */
#include "firmware.h"
#include "test.h"
#include "xen/hv/hypercall.h"
#include "xen/hv/special_frames.h"

#include "xen/base/platform.h"
#include "xen/disk/disk_io.h"

TEST(xen_is_found_at_every_leaf_that_it_may_be_moved_to)
{
    for (uint32_t base = 0x40000000; base <= 0x4000ff00; base += 0x100) {
        struct firmware firmware;

        world_reset();
        xen_config.cpuid_base = base;
        test_note("base %x", base);
        CHECK_EQUAL(firmware_start(&firmware), 0);
    }
}

/* fault: hypercall | there is no Xen, or another hypervisor | `-XEN_ENODEV`; makes no hypercall */
TEST(without_xen_there_is_no_device_and_no_hypercall_is_made)
{
    static const struct xen_config others[] = {
        {.cpuid_base = 0, .cpuid_leaves = 5, .cpuid_pages = 1},
        {.cpuid_base = 0x40010000, .cpuid_leaves = 5, .cpuid_pages = 1},
        {.cpuid_base = 0x40000080, .cpuid_leaves = 5, .cpuid_pages = 1},
        {.cpuid_base = 0x40000000, .cpuid_leaves = 5, .cpuid_wrong = 1, .cpuid_pages = 1},
        {.cpuid_base = 0x40000000, .cpuid_leaves = 5, .cpuid_wrong = 2, .cpuid_pages = 1},
        {.cpuid_base = 0x40000000, .cpuid_leaves = 5, .cpuid_wrong = 3, .cpuid_pages = 1},
        {.cpuid_base = 0x40000000, .cpuid_leaves = 1, .cpuid_pages = 1},
        {.cpuid_base = 0x40000000, .cpuid_leaves = 0x100, .cpuid_pages = 1},
        {.cpuid_base = 0x40000000, .cpuid_leaves = 5, .cpuid_pages = 0},
    };

    for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct firmware firmware;

        world_reset();
        xen_config = others[i];
        test_note("configuration %u", i);
        CHECK_EQUAL(firmware_start(&firmware), -XEN_ENODEV);
        CHECK_EQUAL(hypercall_count(), 0);
        CHECK_EQUAL(hypercall2(__HYPERVISOR_sched_op, SCHEDOP_yield, 0), -XEN_ENOSYS);
    }
}

TEST(a_hypercall_beyond_the_page_is_not_made)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    uint32_t before = hypercall_count();
    CHECK_EQUAL(hypercall2(128, 0, 0), -XEN_ENOSYS);
    CHECK_EQUAL(hypercall2(UINT32_MAX, 0, 0), -XEN_ENOSYS);
    CHECK_EQUAL(hypercall_count(), before);
}

/* fault: hypercall | the grant table has one frame | uses it */
TEST(a_grant_table_smaller_than_wanted_is_used)
{
    struct firmware firmware;

    world_reset();
    world_add_disk(XVD(4));
    xen_config.grant_frames = 1;
    CHECK_EQUAL(firmware_start(&firmware), 0);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 0, 128), 0);
    disk_io_close(firmware.vbd[0]);
    world_check_clean();
}

/* fault: hypercall | the grant table has fewer frames than usual, and a restore or a change of the
 * toolstack allows more | uses the frames that it has used first, as grants may stand there */
TEST(the_core_keeps_to_the_frames_of_the_grant_table_that_it_has_used_first)
{
    for (uint32_t frames = 1; frames <= GRANT_FIRST_FRAME + 1; frames += GRANT_FIRST_FRAME / 2) {
        struct firmware firmware;

        world_reset();
        world_add_disk(XVD(4));
        xen_config.grant_frames = frames;
        CHECK_EQUAL(firmware_start(&firmware), 0);
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        uint32_t first = frames > GRANT_FIRST_FRAME ? GRANT_FIRST_REF : 8;
        CHECK_EQUAL(firmware.vbd[0]->ring_ref, first);
        disk_io_close(firmware.vbd[0]);
        xen_config.grant_frames = MEMORY_GRANT_FRAMES;
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        CHECK_EQUAL(firmware.vbd[0]->ring_ref, first);
        CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 0, 128), 0);
        firmware_check_end(&firmware);
    }
}

/* fault: hypercall | a guest is restored where the grant table may have fewer frames | uses the
 * first ones */
TEST(a_restore_to_a_smaller_grant_table_is_not_seen)
{
    for (unsigned open = 0; open < 2; open++) {
        struct firmware firmware;

        firmware_with_disk(&firmware);
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        CHECK_EQUAL(firmware.vbd[0]->ring_ref, GRANT_FIRST_REF);
        if (!open)
            disk_io_close(firmware.vbd[0]);
        world_restore();
        xen_config.grant_frames = 4;
        if (!open)
            CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 0, 128), 0);
        CHECK_EQUAL(firmware.vbd[0]->ring_ref, 8);
        firmware_check_end(&firmware);
    }
}

/* fault: hypercall | there is no grant table, or it is full | does not connect | also
 * a_full_grant_table_fails_the_connection_and_leaves_nothing */
TEST(without_a_grant_table_no_disk_connects)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    xen_config.grant_frames = 0;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), -XEN_ENOTCONN);
    CHECK(log_has("xvde: not used: sharing its pages: EINVAL"));
    world_check_clean();
    xen_config.grant_frames = 1;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    firmware_check_end(&firmware);
}

TEST(special_frames_stay_in_their_window)
{
    struct firmware firmware;
    void *address;

    firmware_with_disk(&firmware);
    CHECK_EQUAL(special_frame_map(XENMAPSPACE_grant_table, 0, SPECIAL_FRAMES_COUNT, &address),
                -XEN_EINVAL);
    CHECK_EQUAL(special_frame_unmap(SPECIAL_FRAMES_COUNT), -XEN_EINVAL);
    CHECK_EQUAL(special_frame_map(XENMAPSPACE_grant_table, 3, 15, &address), 0);
    CHECK(memory_special_is_mapped(SPECIAL_FRAMES_FIRST + 15));
    CHECK_EQUAL(special_frame_unmap(15), 0);
    CHECK(!memory_special_is_mapped(SPECIAL_FRAMES_FIRST + 15));
    CHECK_EQUAL(special_frame_unmap(15), -XEN_ENOENT);
    CHECK(!log_has("cannot unmap"));
}

/* fault: hypercall | any one allocation finds no memory | `-XEN_ENOMEM` */
TEST(running_out_of_memory_at_any_point_is_an_error)
{
    int error = -1;

    for (unsigned count = 0; error; count++) {
        struct firmware firmware = {0};

        world_reset();
        world_add_disk(XVD(4));
        test_note("%u allocations", count);
        memory_fail_after(count);
        error = firmware_start(&firmware);
        if (error)
            CHECK_EQUAL(error, -XEN_ENOMEM);
        CHECK(count < 10);
        world_check_clean();
    }
}

TEST(a_full_grant_table_fails_the_connection_and_leaves_nothing)
{
    /* All but @free are in use. */
    for (uint32_t free = 0; free <= POOL_PAGES; free++) {
        struct firmware firmware;

        firmware_with_disk(&firmware);
        struct grant_table *grants = &firmware.core->grants;
        CHECK_EQUAL(core_attach(firmware.core), 0);
        for (uint32_t i = GRANT_FIRST_REF; i < GRANT_FIRST_REF + GRANT_REFS - free; i++) {
            CHECK_EQUAL(grant_find_run(grants, 1), i);
            grant_access(grants, i, 0, 0x3f000, false);
        }
        test_note("%u free entries", free);
        limit_begin();
        CHECK(disk_io_connect(firmware.vbd[0]) < 0);
        limit_check(limit_connect_ms());
        CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
        CHECK_EQUAL(grants_given(), GRANT_REFS - free);
        world_check_ring_idle();
        world_check_store_clean();
        world_check_ports_clean();
    }
}

TEST(grants_are_given_taken_back_and_given_again)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    struct grant_table *grants = &firmware.core->grants;
    CHECK_EQUAL(core_attach(firmware.core), 0);
    uint32_t frame = platform_frame(firmware.vbd[0]->ring_page);
    uint32_t reference = grant_find_run(grants, 1);
    CHECK_EQUAL(reference, GRANT_FIRST_REF);
    grant_access(grants, reference, 3, frame, true);
    CHECK(!grants_map(3, reference, true));
    CHECK(!grants_map(4, reference, false));
    CHECK(grants_map(3, reference, false));
    CHECK_EQUAL(grant_end(grants, reference, frame), -XEN_EBUSY);
    grants_unmap(reference, false);
    CHECK_EQUAL(grant_end(grants, reference, frame), 0);
    CHECK_EQUAL(grant_end(grants, reference, frame), 0);
    CHECK_EQUAL(grant_end(grants, GRANT_NONE, frame), 0);
    CHECK_EQUAL(grant_end(grants, GRANT_FIRST_REF - 1, frame), 0);
    CHECK_EQUAL(grant_end(grants, GRANT_FIRST_REF + GRANT_REFS, frame), 0);
    CHECK_EQUAL(grants_given(), 0);
    CHECK(!grants_map(3, reference, false));
    CHECK_EQUAL(grant_find_run(grants, 1), reference);
}

TEST(a_run_of_grants_is_found_between_those_that_others_use)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    struct grant_table *grants = &firmware.core->grants;
    CHECK_EQUAL(core_attach(firmware.core), 0);
    grant_entry_v1_t *entries = grants_entry(GRANT_FIRST_REF);
    /* Three in a row are free at 3, four at 7, all from 12 on. */
    entries[2].flags = entries[6].flags = GTF_accept_transfer;
    grant_access(grants, GRANT_FIRST_REF + 11, 0, 0x3f000, false);
    CHECK_EQUAL(grant_find_run(grants, 2), GRANT_FIRST_REF);
    CHECK_EQUAL(grant_find_run(grants, 3), GRANT_FIRST_REF + 3);
    CHECK_EQUAL(grant_find_run(grants, 4), GRANT_FIRST_REF + 7);
    CHECK_EQUAL(grant_find_run(grants, 5), GRANT_FIRST_REF + 12);
    CHECK_EQUAL(grant_find_run(grants, GRANT_REFS - 12), GRANT_FIRST_REF + 12);
    CHECK_EQUAL(grant_find_run(grants, GRANT_REFS - 11), GRANT_NONE);
}

TEST(entries_that_another_owner_uses_are_left_alone)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    grant_entry_v1_t *entries = grants_entry(GRANT_FIRST_REF);
    for (unsigned i = 0; i < 32; i += 4)
        entries[i].flags = GTF_accept_transfer;
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    CHECK_EQUAL(firmware.vbd[0]->ring_ref, GRANT_FIRST_REF + 29);
    disk_io_close(firmware.vbd[0]);
    for (unsigned i = 0; i < 32; i += 4)
        CHECK_EQUAL(entries[i].flags, GTF_accept_transfer);
    CHECK_EQUAL(grants_given(), 8);
}
