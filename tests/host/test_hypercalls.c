/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Every hypercall fails, with every error, at every call. */
#include "life.h"
#include "test.h"
#include "xen/base/error.h"
#include "xen/hv/hypercall.h"

#include <string.h>

/* More than the calls of any kind in one life. */
#define CALLS_MAX 200u

static const struct {
    unsigned number, operation;
} calls[] = {
    {__HYPERVISOR_xen_version, XENVER_version},
    {__HYPERVISOR_xen_version, XENVER_extraversion},
    {__HYPERVISOR_hvm_op, HVMOP_get_param},
    {__HYPERVISOR_memory_op, XENMEM_add_to_physmap},
    {__HYPERVISOR_memory_op, XENMEM_remove_from_physmap},
    {__HYPERVISOR_grant_table_op, GNTTABOP_get_version},
    {__HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound},
    {__HYPERVISOR_event_channel_op, EVTCHNOP_send},
    {__HYPERVISOR_event_channel_op, EVTCHNOP_close},
    {__HYPERVISOR_sched_op, SCHEDOP_yield},
};

#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* Whether the public headers define the error for guests. */
static bool is_public(long error)
{
    return strcmp(error_name(error), "unknown error") != 0;
}

/* Run a life in which one kind of hypercall fails. Return: whether a call failed. */
static bool live_with_fault(unsigned which, unsigned skip, unsigned times, long error,
                            struct life *life)
{
    struct firmware firmware;
    bool was_send = calls[which].operation == EVTCHNOP_send;

    world_reset();
    world_add_disk(XVD(4));
    xen_fault = (struct xen_fault){
        .number = calls[which].number,
        .operation = calls[which].operation,
        .skip = skip,
        .times = times,
        .error = error,
    };
    test_note("%s from call %u of hypercall %u, operation %u on", error_name(error), skip,
              calls[which].number, calls[which].operation);
    *life = life_run(&firmware);
    bool hit = xen_fault.hits;
    xen_fault.times = 0;
    /* A port that Xen does not close stays open, and a frame that it does not unmap stays
     * mapped. */
    if (hit && ((calls[which].number == __HYPERVISOR_event_channel_op &&
                 calls[which].operation == EVTCHNOP_close) ||
                calls[which].operation == XENMEM_remove_from_physmap)) {
        world_check_ring_idle();
        world_check_store_clean();
        world_check_grants_clean();
    } else if (hit && was_send && xenstore_is_closed(&firmware.core->store)) {
        firmware_check_end_without_store(&firmware);
    } else {
        firmware_check_end(&firmware);
    }
    return hit;
}

/* fault: hypercall | any one hypercall fails, with each errno, at each call | the operation that
 * made it fails, and leaves nothing behind */
/* fault: hypercall | a port cannot be closed, or a frame cannot be unmapped | it stays; everything
 * else is released */
TEST(one_failed_hypercall_of_any_kind_is_an_error_and_leaves_nothing_behind)
{
    firmware_use_short_limits();
    for (unsigned which = 0; which < CALLS; which++) {
        for (long error = 1; error <= 111; error++) {
            struct life life;
            bool hit = true;

            if (error != XEN_EAGAIN && (is_public(error) || error == 4 || error == 85))
                for (unsigned skip = 0; hit && skip < CALLS_MAX; skip++) {
                    hit = live_with_fault(which, skip, 1, -error, &life);
                    CHECK(hit || life_was_good(&life));
                    /* For later calls the common errors are enough. */
                    if (skip >= 4 && error > XEN_EINVAL)
                        break;
                }
        }
    }
}

/* fault: hypercall | one kind of hypercall fails from some call on | returns an error in time */
TEST(hypercalls_that_fail_from_some_call_on_end_in_an_error_in_time)
{
    for (unsigned which = 0; which < CALLS; which++) {
        struct life life;
        bool hit = true;

        for (unsigned skip = 0; hit && skip < CALLS_MAX; skip++)
            hit = live_with_fault(which, skip, UINT32_MAX, -XEN_EINVAL, &life);
    }
}

/* fault: hypercall | Xen answers EAGAIN | repeats the call, a hundred times at most | also
 * hypercalls_that_xen_asks_to_repeat_for_ever_are_given_up */
TEST(hypercalls_that_xen_asks_to_repeat_are_repeated)
{
    for (unsigned which = 0; which < CALLS; which++) {
        struct life life;
        bool hit = true;

        for (unsigned skip = 0; hit && skip < CALLS_MAX; skip++) {
            hit = live_with_fault(which, skip, 3, -XEN_EAGAIN, &life);
            CHECK(life_was_good(&life));
        }
    }
}

TEST(hypercalls_that_xen_asks_to_repeat_for_ever_are_given_up)
{
    firmware_use_short_limits();
    for (unsigned which = 0; which < CALLS; which++) {
        struct life life;

        CHECK(live_with_fault(which, 0, UINT32_MAX, -XEN_EAGAIN, &life));
    }
}

TEST(a_version_that_cannot_be_read_in_full_is_no_reason_to_stop)
{
    struct life life;

    CHECK(live_with_fault(1, 0, 1, -XEN_ENOSYS, &life));
    CHECK(life_was_good(&life));
}
