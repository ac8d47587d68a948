/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Calls within a call: interrupts are enabled while a call waits for a backend, and an interrupt
 * handler may call int13 itself.
 */
#include "firmware.h"
#include "test.h"
#include "xen/disk/disk_set.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

#include "seabios/int13/twin_policy.h"

#include <setjmp.h>

#define SECTORS 40u

static struct disks disks;
static struct backend *backends[2];
static uint8_t data[SECTORS * SECTOR_BYTES], other[SECTORS * SECTOR_BYTES];

static void start(enum handover_mode mode)
{
    const struct disks_options options = {
        .mode = mode,
        .pool_pages = 2 * POOL_PAGES,
        .cache_bytes = 8 * CACHE_LINE_BYTES,
    };

    world_reset();
    memset(&disks, 0, sizeof(disks));
    for (unsigned i = 0; i < 2; i++)
        backends[i] = world_add_disk(XVD(4 + i));
    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    CHECK_EQUAL(disks.count, 2);
    memset(data, 0x11, sizeof(data));
    memset(other, 0x22, sizeof(other));
}

/* Run @handler at the wait with this number. */
static void interrupt_at(unsigned wait, void (*handler)(void))
{
    xen_at_wait(wait, handler);
}

static void check_sectors(uint64_t sector, const uint8_t *expected)
{
    uint8_t now[SECTOR_BYTES];

    for (uint32_t i = 0; i < SECTORS; i++) {
        disk_read(sector + i, now);
        CHECK(!memcmp(now, expected + i * SECTOR_BYTES, SECTOR_BYTES));
    }
}

/* Make every call, to the same disk and to another one. */
static void call_all(void)
{
    uint8_t found[SECTOR_BYTES];

    for (unsigned i = 0; i < 2; i++) {
        CHECK_EQUAL(disks_write(disks.disk[i], 3000, SECTORS, other), -XEN_EBUSY);
        CHECK_EQUAL(disks_read(disks.disk[i], 3000, 1, found), -XEN_EBUSY);
        CHECK_EQUAL(disks_read(disks.disk[i], 0, 1, found), -XEN_EBUSY);
        CHECK_EQUAL(disks_reset(disks.disk[i]), -XEN_EBUSY);
        CHECK_EQUAL(firmware_give_up(disks.disk[i]), -XEN_EBUSY);
        CHECK_EQUAL(twin_answer(-XEN_EBUSY, false), TWIN_ANSWER_PV);
    }
    clock_advance_us(2000000);
    disks_close_idle(&disks);
    disks_leave(&disks);
}

/* fault: call within a call | int13 is called for any PV disk, or something closes the disks, while
 * another call waits | refuses it with "drive not ready", because both would use the same bounce
 * memory */
TEST(a_call_within_a_call_is_refused_and_does_no_harm)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};

    for (unsigned i = 0; i < 2; i++) {
        unsigned wait = 0;

        do {
            test_note("mode %s, wait %u", handover_mode_names[modes[i]], wait);
            start(modes[i]);
            interrupt_at(wait++, call_all);
            static uint8_t found[SECTORS * SECTOR_BYTES];
            CHECK_EQUAL(disks_write(disks.disk[0], 1000, SECTORS, data), 0);
            check_sectors(1000, data);
            CHECK_EQUAL(disks_read(disks.disk[0], 1000, SECTORS, found), 0);
            CHECK(!memcmp(found, data, sizeof(data)));
            CHECK_EQUAL(disks.core->mode, modes[i]);
            CHECK_EQUAL(backends[0]->connects, modes[i] == MODE_STRICT ? 3 : 1);
            disks_close_all(&disks);
            world_check_clean();
        } while (xen_fault.hits);
        CHECK(wait > 2);
    }
}

static jmp_buf abandoned;

/* Ctrl-Alt-Del: the waiting call never continues. */
static void abandon_the_call(void)
{
    longjmp(abandoned, 1);
}

/* Everything but an open transaction, whose number only the abandoned call had. */
static void check_closed(void)
{
    world_check_grants_clean();
    world_check_ports_clean();
    world_check_frames_clean();
    world_check_ring_idle();
}

/* Abandon a call at this wait. Return: whether there was such a wait. */
static bool abandon_at(enum handover_mode mode, unsigned wait)
{
    start(mode);
    interrupt_at(wait, abandon_the_call);
    if (!setjmp(abandoned)) {
        disks_write(disks.disk[0], 1000, SECTORS, data);
        return false;
    }
    disks_close_all(&disks);
    CHECK(!disks_are_open(&disks));
    check_closed();
    return true;
}

/* Abandon a transfer of the first disk that is with its backend. */
static void abandon_in_flight(bool write)
{
    interrupt_at(0, abandon_the_call);
    if (!setjmp(abandoned)) {
        if (write)
            disks_write(disks.disk[0], 1000, SECTORS, data);
        else
            disks_read(disks.disk[0], 1000, SECTORS, other);
    }
    CHECK_EQUAL(xen_fault.hits, 1);
}

/* fault: call within a call | the handler boots instead of returning while Linux' backend, which
 * keeps the pages if it is busy when it is told to close, performs a slow request | waits for the
 * response before it closes the disk */
TEST(a_request_that_is_abandoned_for_a_boot_is_done_before_the_disk_is_closed)
{
    for (unsigned write = 0; write < 2; write++) {
        start(MODE_LINGER);
        disks_close_all(&disks);
        /* Without a flush nothing else would wait for the write. */
        backends[0]->config.flush = "0";
        backends[0]->config.stays_busy = true;
        CHECK_EQUAL(disks_read(disks.disk[0], 3000, 1, other), 0);
        backends[0]->config.io_latency_us = 300000;
        abandon_in_flight(write);
        disks_close_all(&disks);
        CHECK_EQUAL(disks.vbd[0]->state, VBD_CLOSED);
        world_check_clean();
        CHECK(!log_has("stable storage"));
        if (write)
            check_sectors(1000, data);
    }
}

static enum disk_role role_emulated(struct disk *disk)
{
    (void)disk;
    return DISK_EMULATED;
}

static unsigned connects_at_write; /* connections of the backend when it last got a write */
static bool restore_at_write;

static bool note_write(void *context, struct backend *backend,
                       const struct backend_request *request)
{
    (void)context;
    if (request->operation != BLKIF_OP_WRITE)
        return false;
    connects_at_write = backend->connects;
    if (!restore_at_write)
        return false;
    restore_at_write = false;
    world_restore();
    return true;
}

static void start_emulated(bool restore)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    const struct disks_options options = {.mode = MODE_LINGER, .pool_pages = POOL_PAGES};

    world_reset();
    memset(&disks, 0, sizeof(disks));
    backends[0] = world_add_disk(XVD(4));
    CHECK_EQUAL(disks_start(&disks, firmware_core(), &options, role_emulated, names), 0);
    disks_ready(&disks);
    backends[0]->config.hook = note_write;
    connects_at_write = 0;
    restore_at_write = restore;
}

/* Abandon a write at this wait. Return: whether there was such a wait. */
static bool abandon_the_write_at(unsigned wait)
{
    interrupt_at(wait, abandon_the_call);
    if (!setjmp(abandoned)) {
        disks_write(disks.disk[0], 1000, SECTORS, data);
        return false;
    }
    disks_close_all(&disks);
    return true;
}

/* fault: call within a call | the handler boots instead of returning while Linux' backend performs
 * a write to a disk that is emulated as well, also over another connection than the call began with
 * | connects once more when it closes the disk, so that blkback drops dom0's page cache */
TEST(a_write_that_is_abandoned_for_a_boot_leaves_no_old_data_in_the_page_cache)
{
    for (unsigned restore = 0; restore < 2; restore++) {
        volatile unsigned wait = 0, written = 0;

        for (;; wait++) {
            start_emulated(restore);
            test_note("restore %u, wait %u", restore, wait);
            if (!abandon_the_write_at(wait))
                break;
            CHECK_EQUAL(disks.vbd[0]->state, VBD_CLOSED);
            if (connects_at_write)
                CHECK(backends[0]->connects > connects_at_write);
            written += connects_at_write > restore;
            check_closed();
        }
        CHECK(written);
    }
}

/* fault: call within a call | the handler boots instead of returning, and the backend never answers
 * the write of the abandoned call | no emulated disk serves: the write may still reach the disk */
TEST(a_write_that_is_abandoned_for_a_boot_may_be_lost)
{
    start(MODE_LINGER);
    backends[0]->config.silent = true;
    abandon_in_flight(true);
    CHECK(!disk_write_is_lost(disks.disk[0]));
    disks_close_all(&disks);
    CHECK_EQUAL(disks.vbd[0]->state, VBD_LOST);
    CHECK(disk_write_is_lost(disks.disk[0]));
    CHECK_EQUAL(disks_write(disks.disk[0], 1000, SECTORS, other), -XEN_ENOTCONN);
    CHECK_EQUAL(twin_answer(-XEN_ENOTCONN, disk_write_is_lost(disks.disk[0])), TWIN_ANSWER_ERROR);
    backends[0]->config.silent = false;
    world_pass_ms(10);
    check_sectors(1000, data);
    CHECK_EQUAL(disks_write(disks.disk[0], 1000, SECTORS, other), 0);
    CHECK(!disk_write_is_lost(disks.disk[0]));
    check_sectors(1000, other);
}

/* fault: call within a call | the handler boots instead of returning (Ctrl-Alt-Del, int18, int19),
 * at any wait | ends or closes what the call had begun; all disks can be used | also
 * a_call_abandoned_while_a_lost_disk_is_found_again_leaves_nothing_mapped,
 * a_call_abandoned_in_the_middle_of_a_reply_leaves_the_ring_in_step,
 * a_call_abandoned_for_a_boot_leaves_no_transaction_open */
TEST(after_a_call_is_abandoned_for_a_boot_all_disks_can_be_used)
{
    static const enum handover_mode modes[] = {MODE_LINGER, MODE_STRICT};
    uint8_t found[SECTOR_BYTES];

    for (unsigned i = 0; i < 2; i++) {
        volatile unsigned wait = 0;

        for (; abandon_at(modes[i], wait); wait++) {
            test_note("mode %s, wait %u", handover_mode_names[modes[i]], wait);
            for (unsigned which = 0; which < 2; which++) {
                CHECK_EQUAL(disks_read(disks.disk[which], 2000, 1, found), 0);
                CHECK_EQUAL(disks_write(disks.disk[which], 2000, SECTORS, other), 0);
                check_sectors(2000, other);
            }
            disks_close_all(&disks);
            check_closed();
        }
        CHECK(wait > (modes[i] == MODE_STRICT ? 20 : 0));
    }
}
