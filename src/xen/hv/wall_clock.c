/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "wall_clock.h"

#include <stdbool.h>

#include "cpu.h"
#include "special_frames.h"
#include "xen/base/bytes.h"
#include "xen/base/divide.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"

#define NS_PER_S 1000000000u

/* Xen writes both within microseconds. */
#define TRIES 100u

/* What is read of the shared page. */
struct wall_times {
    uint32_t seconds, nanoseconds; /* when this domain's time began, since 1970 */
    struct vcpu_time_info now;     /* this domain's time at a value of the time-stamp counter */
};

/* An odd version says that Xen is writing, another one that it has written. */
static bool version_is_stable(uint32_t before, uint32_t after)
{
    return before == after && !(before & 1);
}

static bool wall_times_take(struct wall_times *times, const volatile struct shared_info *shared)
{
    const volatile struct vcpu_time_info *now = &shared->vcpu_info[0].time;
    uint32_t wc_version = shared_read(&shared->wc_version), version = shared_read(&now->version);

    shared_barrier();
    times->seconds = shared_read(&shared->wc_sec);
    times->nanoseconds = shared_read(&shared->wc_nsec);
    times->now.tsc_timestamp = now->tsc_timestamp;
    times->now.system_time = now->system_time;
    times->now.tsc_to_system_mul = now->tsc_to_system_mul;
    times->now.tsc_shift = now->tsc_shift;
    shared_barrier();
    return version_is_stable(wc_version, shared_read(&shared->wc_version)) &&
           version_is_stable(version, shared_read(&now->version));
}

/* @counts of the time-stamp counter in nanoseconds: xen/xen.h, struct vcpu_time_info. */
static uint64_t counts_to_ns(uint64_t counts, uint32_t multiplier, int8_t shift)
{
    if (shift < 0)
        counts >>= -shift;
    else
        counts <<= shift;
    return (counts >> 32) * multiplier + ((counts & UINT32_MAX) * multiplier >> 32);
}

static uint64_t wall_seconds(const struct wall_times *times, uint32_t *nanoseconds)
{
    uint64_t counts = cpu_tsc() - times->now.tsc_timestamp;
    uint64_t ns = times->now.system_time +
                  counts_to_ns(counts, times->now.tsc_to_system_mul, times->now.tsc_shift);

    return times->seconds + divide_u64(ns + times->nanoseconds, NS_PER_S, nanoseconds);
}

int wall_clock_read(uint64_t *seconds, uint32_t *nanoseconds)
{
    struct wall_times times;
    void *shared;
    bool taken = false;
    int error = special_frame_map(XENMAPSPACE_shared_info, 0, SPECIAL_FRAME_SHARED_INFO, &shared);

    if (error)
        return error;
    for (unsigned i = 0; i < TRIES && !taken; i++)
        taken = wall_times_take(&times, shared);
    special_frame_unmap(SPECIAL_FRAME_SHARED_INFO);
    if (!taken) {
        log_error("cannot read the time: it changes all the time\n");
        return -XEN_EAGAIN;
    }
    *seconds = wall_seconds(&times, nanoseconds);
    return 0;
}
