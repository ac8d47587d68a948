/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Edge cases of single parts, which no disk's life reaches. */
#include "firmware.h"
#include "model/trap.h"
#include "store_client.h"
#include "test.h"
#include "xen/base/platform.h"
#include "xen/blk/blkif_ring.h"
#include "xen/hv/special_frames.h"

TEST(a_ring_takes_32_requests_and_no_more)
{
    static struct blkif_ring ring;
    struct blkif_response response;
    uint64_t ids[BLKIF_RING_SLOTS];

    world_reset();
    uint8_t *page = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);
    blkif_ring_init(&ring, page);
    CHECK_EQUAL(blkif_ring_take(&ring, &response), 0);
    for (unsigned i = 0; i < BLKIF_RING_SLOTS; i++) {
        struct blkif_request request = {.operation = BLKIF_OP_READ};
        CHECK_EQUAL(blkif_ring_put(&ring, &request), 0);
        ids[i] = request.id;
        for (unsigned j = 0; j < i; j++)
            CHECK(ids[j] != request.id);
    }
    struct blkif_request request = {.operation = BLKIF_OP_READ};
    CHECK_EQUAL(blkif_ring_put(&ring, &request), -XEN_ENOBUFS);
    CHECK_EQUAL(blkif_ring_in_flight(&ring), BLKIF_RING_SLOTS);
    CHECK(blkif_ring_push(&ring));
    CHECK(!blkif_ring_push(&ring));
}

TEST(a_busy_backend_is_not_notified_again)
{
    static struct blkif_ring ring;
    struct blkif_request request = {.operation = BLKIF_OP_READ};

    world_reset();
    uint32_t *page = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);
    blkif_ring_init(&ring, page);
    blkif_ring_put(&ring, &request);
    CHECK(blkif_ring_push(&ring));
    /* The backend has not asked for an event since. */
    blkif_ring_put(&ring, &request);
    CHECK(!blkif_ring_push(&ring));
    page[1] = 3; /* req_event */
    blkif_ring_put(&ring, &request);
    CHECK(blkif_ring_push(&ring));
}

/**** Grants ****/

static uint32_t entry_reference;

/* Have another domain map the page just before the grant is ended. */
static void map_at_the_last_moment(uint32_t offset, enum trap_access access)
{
    grant_entry_v1_t *entry = grants_entry(entry_reference);

    if (access == TRAP_WRITE && offset / sizeof(*entry) == entry_reference - GRANT_FIRST_REF)
        entry->flags |= GTF_reading;
}

/* fault: hypercall | a page is mapped just before its grant is ended | `-XEN_EBUSY`; the grant
 * stays */
TEST(a_grant_that_is_mapped_while_it_is_being_ended_stands)
{
    struct firmware firmware;

    firmware_with_disk(&firmware);
    struct grant_table *grants = &firmware.core->grants;
    CHECK_EQUAL(core_attach(firmware.core), 0);
    uint32_t frame = platform_frame(firmware.vbd[0]->ring_page);
    entry_reference = grant_find_run(grants, 1);
    grant_access(grants, entry_reference, 0, frame, false);
    trap_begin(SPECIAL_FRAMES_FIRST, map_at_the_last_moment);
    int error = grant_end(grants, entry_reference, frame);
    trap_end();
    CHECK_EQUAL(error, -XEN_EBUSY);
    grant_entry_v1_t *entry = grants_entry(entry_reference);
    CHECK_EQUAL(entry->flags, GTF_permit_access | GTF_reading);
    CHECK_EQUAL(entry->frame, frame);
    entry->flags &= (uint16_t)~GTF_reading;
    CHECK_EQUAL(grant_end(grants, entry_reference, frame), 0);
    CHECK_EQUAL(entry->flags, 0);
}

/**** The xenstore ring's event channel ****/

static void fail_sends_after(unsigned count)
{
    xen_fault = (struct xen_fault){
        .number = __HYPERVISOR_event_channel_op,
        .operation = EVTCHNOP_send,
        .skip = count,
        .times = UINT32_MAX,
        .error = -XEN_EINVAL,
    };
}

/* fault: hypercall | a notification of xenstored fails | closes the client for good, because a
 * message may be half sent | also
 * a_notification_that_fails_in_the_middle_of_a_reply_closes_the_client */
TEST(a_notification_that_fails_in_the_middle_of_a_request_closes_the_client)
{
    static char text[2000];
    struct xenstore *store = client_start();

    memset(text, 'x', sizeof(text) - 1);
    fail_sends_after(0);
    CHECK_EQUAL(xenstore_write(store, 0, "data", "a", text), -XEN_EINVAL);
    client_check_closed(store);
}

TEST(a_notification_that_fails_in_the_middle_of_a_reply_closes_the_client)
{
    for (unsigned sends = 0; sends < 4; sends++) {
        struct xenstore *store = client_start();

        client_set_value(3000);
        fail_sends_after(sends);
        test_note("after %u notifications", sends);
        int length = client_read_value(store, 4000);
        CHECK(length == -XEN_EINVAL || (sends && length == 3000));
        xen_fault.times = 0;
        client_check_end(store);
    }
}

TEST(a_closed_ring_neither_sends_nor_receives)
{
    struct xenstore *store = client_start();
    char byte = 0;

    xenstore_ring_close(&store->ring, "closed by the test");
    xenstore_ring_close(&store->ring, "closed by the test again");
    CHECK_EQUAL(xenstore_ring_send(&store->ring, &byte, 1), -XEN_ENOTCONN);
    CHECK_EQUAL(xenstore_ring_receive(&store->ring, &byte, 1), -XEN_ENOTCONN);
    CHECK(!log_has("by the test again"));
}
