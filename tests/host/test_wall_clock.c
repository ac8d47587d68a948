/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The time of day, from the page that Xen shares with the guest. */
#include "console_user.h"
#include "model/clock.h"
#include "test.h"
#include "xen/base/public.h"
#include "xen/hv/cpu.h"
#include "xen/hv/hypercall.h"
#include "xen/hv/special_frames.h"
#include "xen/hv/wall_clock.h"

#define EPOCH 1795000000u /* some time in 2026 */

/* Nanoseconds for a count of the model's 2.4 GHz, in 2^-32. */
#define MULTIPLIER 1789569706u

static struct shared_info *shared;

/* A domain whose time began at EPOCH, and has got to 100 s at the present count. */
static void start(void)
{
    console_world();
    shared = memory_shared_info();
    shared->wc_version = 2;
    shared->wc_sec = EPOCH;
    shared->vcpu_info[0].time.version = 4;
    shared->vcpu_info[0].time.tsc_timestamp = cpu_tsc();
    shared->vcpu_info[0].time.system_time = UINT64_C(100000000000);
    shared->vcpu_info[0].time.tsc_to_system_mul = MULTIPLIER;
}

static uint64_t now(void)
{
    uint64_t seconds = 0;

    CHECK_EQUAL(wall_clock_read(&seconds, NULL), 0);
    CHECK_EQUAL(memory_specials_mapped(), 0);
    return seconds;
}

TEST(the_wall_clock_is_the_time_of_the_domain_since_its_beginning)
{
    start();
    CHECK_EQUAL(now(), EPOCH + 100);
    clock_advance_us(999000);
    CHECK_EQUAL(now(), EPOCH + 100);
    clock_advance_us(2000);
    CHECK_EQUAL(now(), EPOCH + 101);
    shared->wc_nsec = 999500000;
    CHECK_EQUAL(now(), EPOCH + 102);
    /* Half a second more, since the multiplier is rounded. */
    clock_advance_us(UINT64_C(86400) * 1000000 * 40 + 500000);
    CHECK_EQUAL(now(), EPOCH + 102 + 86400 * 40);
}

TEST(the_wall_clock_also_tells_the_nanoseconds)
{
    uint64_t seconds;
    uint32_t nanoseconds;

    start();
    shared->wc_nsec = 900000000;
    clock_advance_us(250000);
    CHECK_EQUAL(wall_clock_read(&seconds, &nanoseconds), 0);
    CHECK_EQUAL(seconds, EPOCH + 101);
    CHECK(nanoseconds >= 149999000 && nanoseconds <= 150000000);
}

TEST(the_wall_clock_follows_the_rate_of_the_counter)
{
    start();
    shared->vcpu_info[0].time.tsc_shift = -1;
    clock_advance_us(20000000);
    CHECK_EQUAL(now(), EPOCH + 109);
    start();
    shared->vcpu_info[0].time.tsc_shift = 1;
    clock_advance_us(20010000);
    CHECK_EQUAL(now(), EPOCH + 140);
}

TEST(the_wall_clock_counts_longer_than_32_bits_of_nanoseconds_and_seconds)
{
    start();
    shared->vcpu_info[0].time.system_time = UINT64_C(4000000000) * 1000000000;
    CHECK_EQUAL(now(), UINT64_C(4000000000) + EPOCH);
}

TEST(reading_the_wall_clock_takes_two_hypercalls)
{
    start();
    uint32_t before = hypercall_count();
    now();
    CHECK_EQUAL(hypercall_count() - before, 2);
}

TEST(a_time_that_xen_is_writing_is_not_used)
{
    uint64_t seconds = 7;

    start();
    shared->vcpu_info[0].time.version = 5;
    CHECK(wall_clock_read(&seconds, NULL) < 0);
    shared->vcpu_info[0].time.version = 6;
    shared->wc_version = 3;
    CHECK(wall_clock_read(&seconds, NULL) < 0);
    CHECK_EQUAL(seconds, 7);
    CHECK_EQUAL(log_count("cannot read the time"), 2);
    CHECK_EQUAL(memory_specials_mapped(), 0);
}

TEST(a_shared_page_that_xen_does_not_map_is_an_error)
{
    uint64_t seconds = 7;

    start();
    xen_fault = (struct xen_fault){.number = __HYPERVISOR_memory_op,
                                   .operation = XENMEM_add_to_physmap,
                                   .times = 1,
                                   .error = -XEN_EPERM};
    CHECK_EQUAL(wall_clock_read(&seconds, NULL), -XEN_EPERM);
    CHECK_EQUAL(seconds, 7);
}
