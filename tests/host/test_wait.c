/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Waits of a guest that dom0 may pause at any instruction. */
#include "firmware.h"
#include "model/trap.h"
#include "test.h"
#include "xen/base/platform.h"
#include "xen/disk/disk_io.h"
#include "xen/hv/wait.h"

/* fault: time | the guest is paused while a limit passes | checks once more after the limit before
 * it fails | also a_guest_that_is_paused_while_its_limit_passes_does_not_lose_its_disk */
TEST(a_wait_checks_once_more_after_its_limit)
{
    struct wait wait;

    world_reset();
    wait_begin(&wait, "a test", "nothing", 100);
    CHECK(wait_turn(&wait));
    while (wait.waited_ms < 100) {
        CHECK(wait_turn(&wait));
        clock_advance_us(10000);
    }
    uint64_t now = clock_now_us();
    CHECK(!wait_turn(&wait));
    CHECK(!wait_turn(&wait));
    CHECK_EQUAL(clock_now_us(), now);
    wait_begin(&wait, "a test", "nothing", 0);
    CHECK(wait_turn(&wait));
    CHECK(!wait_turn(&wait));
}

#define RING_RSP_PROD 8u

static uint64_t began_us;
static bool paused;

/* Shortly before the limit, pause the guest between its read of the ring and its read of the clock.
 * Meanwhile the limit passes and the backend responds. */
static void pause_at_the_last_check(uint32_t offset, enum trap_access access)
{
    if (offset != RING_RSP_PROD || access == TRAP_WRITE)
        return;
    if (paused) {
        world_run();
    } else if (clock_now_us() - began_us >= (IO_LIMIT_MS - 10) * 1000) {
        clock_advance_us(20000);
        paused = true;
    }
}

TEST(a_guest_that_is_paused_while_its_limit_passes_does_not_lose_its_disk)
{
    struct firmware firmware;

    struct backend *backend = firmware_connected(&firmware);
    backend->config.io_latency_us = IO_LIMIT_MS * 1000 + 5000;
    began_us = clock_now_us();
    paused = false;
    trap_begin(platform_frame(firmware.vbd[0]->ring_page), pause_at_the_last_check);
    int error = firmware_read_and_compare(firmware.vbd[0], 3, 5);
    trap_end();
    CHECK(paused);
    CHECK_EQUAL(error, 0);
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CONNECTED);
    backend->config.io_latency_us = 0;
    disk_io_close(firmware.vbd[0]);
    world_check_clean();
}
