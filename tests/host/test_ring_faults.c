/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Backends that break the ring protocol, fail requests, or do not respond. */
#include "firmware.h"
#include "life.h"
#include "test.h"
#include "xen/disk/disk_io.h"

/* How the backend of a test handles requests. */
enum misbehaviour {
    WELL_BEHAVED,
    PRODUCER_BEYOND_REQUESTS,
    PRODUCER_FAR_BEYOND,
    PRODUCER_BACKWARDS,
    PRODUCER_BEFORE_THE_START,
    ID_NEVER_USED,
    ID_OF_ANOTHER_SLOT,
    ID_OF_THE_LAST_USE,
    ID_ALL_ONES,
    ID_TWICE,
    RESPONSE_TWICE,
    WRONG_OPERATION,
    PROTOCOL_VIOLATIONS, /* those above end with -XEN_EBADMSG */
    STATUS_ERROR = PROTOCOL_VIOLATIONS,
    STATUS_NOT_SUPPORTED,
    STATUS_UNKNOWN,
    STATUS_LARGEST,
    SILENT,
    SILENT_AFTER_FIRST,
    MISBEHAVIOURS,
};

static const char *const misbehaviour_names[] = {
    "no misbehaviour",
    "a producer beyond the requests",
    "a producer far beyond the requests",
    "a producer that runs backwards",
    "a producer before the start",
    "an id that was never used",
    "the id of another slot",
    "the id of an earlier request",
    "an id of all ones",
    "an id twice",
    "a response twice",
    "another operation",
    "status error",
    "status not supported",
    "an unknown status",
    "the largest status",
    "silence",
    "silence after the first response",
};

static enum misbehaviour misbehaviour;
static uint64_t last_id;
static unsigned seen;

static bool is_last_request(const struct backend *backend)
{
    uint32_t req_prod;

    memcpy(&req_prod, backend->ring, sizeof(req_prod));
    return backend->consumed == req_prod;
}

static bool misbehave(void *context, struct backend *backend, const struct backend_request *request)
{
    uint64_t id = request->id;
    uint8_t operation = request->operation;

    (void)context;
    seen++;
    if (misbehaviour != SILENT && misbehaviour != WELL_BEHAVED)
        backend_perform(backend, request);
    switch (misbehaviour) {
    case PRODUCER_BEYOND_REQUESTS:
        backend_respond(backend, id, operation, BLKIF_RSP_OKAY);
        backend_show_responses(backend, backend->consumed + 1);
        return true;
    case PRODUCER_FAR_BEYOND:
        backend_show_responses(backend, backend->produced + 0x12345678);
        return true;
    case PRODUCER_BACKWARDS:
        backend_show_responses(backend, backend->produced - 1);
        return true;
    case PRODUCER_BEFORE_THE_START:
        backend_show_responses(backend, UINT32_MAX - 40);
        return true;
    case ID_NEVER_USED:
        backend_respond(backend, id + 0x1000, operation, BLKIF_RSP_OKAY);
        return true;
    case ID_OF_ANOTHER_SLOT:
        backend_respond(backend, id ^ 31, operation, BLKIF_RSP_OKAY);
        return true;
    case ID_OF_THE_LAST_USE:
        backend_respond(backend, last_id, operation, BLKIF_RSP_OKAY);
        return true;
    case ID_ALL_ONES:
        backend_respond(backend, UINT64_MAX, operation, BLKIF_RSP_OKAY);
        return true;
    case ID_TWICE:
        /* There are two requests; both responses name the first. */
        if (seen == 1)
            last_id = id;
        backend_respond(backend, last_id, operation, BLKIF_RSP_OKAY);
        return true;
    case RESPONSE_TWICE:
        /* In the slot after the last request; in other slots it would only harm the backend
         * itself. */
        if (is_last_request(backend))
            backend_put_response(backend, id, operation, BLKIF_RSP_OKAY);
        backend_respond(backend, id, operation, BLKIF_RSP_OKAY);
        return true;
    case WRONG_OPERATION:
        backend_respond(backend, id, operation ^ 1, BLKIF_RSP_OKAY);
        return true;
    case STATUS_ERROR:
        backend_respond(backend, id, operation, BLKIF_RSP_ERROR);
        return true;
    case STATUS_NOT_SUPPORTED:
        backend_respond(backend, id, operation, BLKIF_RSP_EOPNOTSUPP);
        return true;
    case STATUS_UNKNOWN:
        backend_respond(backend, id, operation, 1);
        return true;
    case STATUS_LARGEST:
        backend_respond(backend, id, operation, INT16_MIN);
        return true;
    case SILENT:
        return true;
    case SILENT_AFTER_FIRST:
        if (seen == 1)
            backend_respond(backend, id, operation, BLKIF_RSP_OKAY);
        return true;
    default:
        return false;
    }
}

static int expected_error(enum misbehaviour which)
{
    switch (which) {
    case WELL_BEHAVED:
        return 0;
    case STATUS_NOT_SUPPORTED:
        return -XEN_EOPNOTSUPP;
    case STATUS_ERROR:
    case STATUS_UNKNOWN:
    case STATUS_LARGEST:
        return -XEN_EIO;
    case SILENT:
    case SILENT_AFTER_FIRST:
        return -XEN_ETIMEDOUT;
    default:
        return -XEN_EBADMSG;
    }
}

/* A connected disk whose backend begins to misbehave after some requests were served. */
static struct backend *misbehaving(struct firmware *firmware, enum misbehaviour which)
{
    struct backend *backend = firmware_connected(firmware);

    /* There is something to flush. */
    CHECK_EQUAL(firmware_write_and_compare(firmware->vbd[0], 1, 1), 0);
    for (unsigned i = 0; i < 40; i++)
        CHECK_EQUAL(firmware_read_and_compare(firmware->vbd[0], i, 1), 0);
    misbehaviour = which;
    seen = 0;
    last_id = firmware->vbd[0]->ring.slot[0].id;
    backend->config.hook = misbehave;
    test_note("%s", misbehaviour_names[which]);
    return backend;
}

static void check_after(struct firmware *firmware, struct backend *backend, int error)
{
    struct vbd *vbd = firmware->vbd[0];

    /* An error that the backend reports leaves the disk usable, a broken protocol does not. */
    bool usable = error == 0 || error == -XEN_EIO || error == -XEN_EOPNOTSUPP;
    CHECK_EQUAL(vbd->state, usable ? VBD_CONNECTED : VBD_CLOSED);
    backend->config.hook = NULL;
    firmware_check_end(firmware);
    CHECK_EQUAL(vbd->state, VBD_CLOSED);
    /* With a well-behaved backend everything works again. */
    CHECK_EQUAL(disk_io_connect(vbd), 0);
    CHECK_EQUAL(firmware_read_and_compare(vbd, 5, 100), 0);
    disk_io_close(vbd);
    world_check_clean();
}

/* fault: ring | the response producer is beyond the requests, far beyond them, before the start,
 * or runs backwards (\*) | `-XEN_EBADMSG`, closed */
/* fault: ring | the id of a response was never used, belongs to another slot or an earlier
 * request, is all ones, or comes twice (\*) | `-XEN_EBADMSG`, closed */
/* fault: ring | a response names another operation (\*) | `-XEN_EBADMSG`, closed */
/* fault: ring | the status is an error, or unknown (\*) | `-XEN_EIO`, the disk stays usable */
/* fault: ring | the status is "not supported" (\*) | `-XEN_EOPNOTSUPP`, the disk stays usable */
/* fault: ring | there is no response, or only one of two (\*) | `-XEN_ETIMEDOUT`, closed; lost if
 * pages stay mapped */
TEST(a_read_by_a_backend_that_misbehaves_fails_as_documented)
{
    for (enum misbehaviour which = 0; which < MISBEHAVIOURS; which++) {
        static uint8_t buffer[100 * SECTOR_BYTES];
        struct firmware firmware;
        struct backend *backend = misbehaving(&firmware, which);

        limit_begin();
        /* This takes two requests. */
        CHECK_EQUAL(disk_io_read(firmware.vbd[0], 3, 100, buffer), expected_error(which));
        limit_check(limit_transfer_ms());
        check_after(&firmware, backend, expected_error(which));
    }
}

TEST(a_write_by_a_backend_that_misbehaves_fails_as_documented)
{
    for (enum misbehaviour which = 0; which < MISBEHAVIOURS; which++) {
        static uint8_t buffer[100 * SECTOR_BYTES];
        struct firmware firmware;
        struct backend *backend = misbehaving(&firmware, which);

        limit_begin();
        CHECK_EQUAL(firmware_write(firmware.vbd[0], 3, 100, buffer), expected_error(which));
        limit_check(limit_transfer_ms());
        check_after(&firmware, backend, expected_error(which));
    }
}

TEST(a_flush_by_a_backend_that_misbehaves_fails_as_documented)
{
    for (enum misbehaviour which = 0; which < MISBEHAVIOURS; which++) {
        struct firmware firmware;

        /* These need a second request to go wrong. */
        if (which == ID_TWICE || which == SILENT_AFTER_FIRST)
            continue;
        struct backend *backend = misbehaving(&firmware, which);
        limit_begin();
        CHECK_EQUAL(disk_io_flush(firmware.vbd[0]), expected_error(which));
        limit_check(limit_transfer_ms());
        check_after(&firmware, backend, expected_error(which));
    }
}

TEST(a_close_during_which_the_backend_misbehaves_ends_closed_and_clean)
{
    for (enum misbehaviour which = 0; which < MISBEHAVIOURS; which++) {
        struct firmware firmware;
        struct backend *backend = misbehaving(&firmware, which);

        limit_begin();
        disk_io_close(firmware.vbd[0]);
        limit_check(limit_transfer_ms());
        check_after(&firmware, backend, -XEN_EBADMSG);
    }
}

TEST(the_read_before_a_partial_write_fails_the_write)
{
    for (enum misbehaviour which = PRODUCER_BEYOND_REQUESTS; which < MISBEHAVIOURS; which++) {
        uint8_t before[SECTOR_BYTES], after[SECTOR_BYTES];
        struct firmware firmware;
        struct backend *backend = firmware_with_disk(&firmware);

        if (which == ID_TWICE || which == SILENT_AFTER_FIRST)
            continue;
        backend->config.sector_size = "4096";
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        misbehaviour = which;
        seen = 0;
        last_id = 0x77;
        backend->config.hook = misbehave;
        test_note("%s", misbehaviour_names[which]);
        disk_read(9, before);
        CHECK_EQUAL(firmware_write(firmware.vbd[0], 9, 1, after), expected_error(which));
        /* The block is not written if it could not be read. */
        CHECK_EQUAL(seen, 1);
        disk_read(9, after);
        CHECK(!memcmp(before, after, sizeof(before)));
        backend->config.hook = NULL;
        firmware_check_end(&firmware);
    }
}

/* fault: ring | requests hang in the backend | `-XEN_ETIMEDOUT`; the disk is lost until they
 * complete */
TEST(requests_that_hang_in_the_backend_with_pages_mapped_make_the_disk_lost)
{
    for (unsigned qdisk = 0; qdisk < 2; qdisk++) {
        uint8_t sector[SECTOR_BYTES];
        struct firmware firmware;
        struct backend *backend = firmware_connected(&firmware);

        backend->config.qdisk = qdisk;
        backend->config.silent = true;
        limit_begin();
        CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), -XEN_ETIMEDOUT);
        limit_check(limit_transfer_ms());
        CHECK_EQUAL(firmware.vbd[0]->state, VBD_LOST);
        firmware_check_end(&firmware);
    }
}

/* fault: ring | a backend never reads the ring | `-XEN_ETIMEDOUT`, closed */
TEST(a_backend_that_never_reads_the_ring_is_abandoned_after_the_limit)
{
    uint8_t sector[SECTOR_BYTES];
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    backend->config.deaf = true;
    limit_begin();
    CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), -XEN_ETIMEDOUT);
    limit_check(limit_transfer_ms());
    CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
    firmware_check_end(&firmware);
}

TEST(a_backend_that_responds_at_the_last_moment_is_waited_for)
{
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    backend->config.io_latency_us = (IO_LIMIT_MS - 10) * 1000;
    CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 0, 1), 0);
    CHECK(log_has("waiting for its backend's response"));
    backend->config.io_latency_us = 0;
    firmware_check_end(&firmware);
}

/* fault: ring | a response arrives after the limit | its data reaches no memory of the firmware */
TEST(a_request_that_is_answered_after_the_limit_reaches_no_memory)
{
    uint8_t sector[SECTOR_BYTES];
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    /* The response arrives while the disk is being closed, or after. */
    for (uint32_t late_ms = 0; late_ms < 2000; late_ms += 100) {
        backend->config.io_latency_us = (IO_LIMIT_MS + late_ms) * 1000;
        test_note("%u ms late", late_ms);
        CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), -XEN_ETIMEDOUT);
        world_pass_ms(3000);
        CHECK_EQUAL(firmware.vbd[0]->state, VBD_CLOSED);
        world_check_clean();
        backend->config.io_latency_us = 0;
        CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
        CHECK_EQUAL(firmware_read_and_compare(firmware.vbd[0], 0, 100), 0);
    }
}

static bool note_id(void *context, struct backend *backend, const struct backend_request *request)
{
    (void)context;
    (void)backend;
    last_id = request->id;
    return false;
}

/* fault: ring | a response belongs to a request of an earlier connection | `-XEN_EBADMSG`: no id
 * is used twice */
TEST(responses_of_an_earlier_connection_are_not_taken_for_new_ones)
{
    uint8_t sector[SECTOR_BYTES];
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    /* The response names the first request of an earlier connection. */
    backend->config.hook = note_id;
    CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), 0);
    backend->config.hook = NULL;
    disk_io_close(firmware.vbd[0]);
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    misbehaviour = ID_OF_THE_LAST_USE;
    backend->config.hook = misbehave;
    CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), -XEN_EBADMSG);
    backend->config.hook = NULL;
    firmware_check_end(&firmware);
}

TEST(a_backend_that_closes_at_a_request_is_noticed_in_two_seconds)
{
    uint8_t sector[SECTOR_BYTES];
    struct firmware firmware;
    struct backend *backend = firmware_connected(&firmware);

    backend_set_state(backend, XenbusStateClosed);
    backend->config.deaf = true;
    backend->config.ignores = ~0u;
    limit_begin();
    CHECK_EQUAL(disk_io_read(firmware.vbd[0], 0, 1, sector), -XEN_ENOTCONN);
    CHECK(log_has("its backend is gone"));
    /* The backend is not gone for good, so the firmware also tries to connect again. */
    limit_check(2000 + limit_close_ms() + limit_connect_ms());
    firmware_check_end(&firmware);
}
