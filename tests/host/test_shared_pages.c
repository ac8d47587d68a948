/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Shared pages that the other side changes between any two accesses of the firmware. */
#include "console_user.h"
#include "firmware.h"
#include "model/trap.h"
#include "store_client.h"
#include "test.h"
#include "xen/base/platform.h"
#include "xen/disk/disk_io.h"

#define PAGE 4096u

/* The part of the watched page that holds data, and the phase in which each of its bytes was last
 * read. */
static uint32_t data_from, data_to;
static unsigned read_in_phase[PAGE];
static unsigned phase;
static unsigned reads, reads_again;
static uint8_t *page; /* the model's view of it */
static uint64_t random_state;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % limit;
}

/*
 * Reading a byte again is a fault, because it may have changed. But the C library's memcpy may load
 * a byte twice, where two of its loads overlap; for memcpy a second read only counts if an index
 * was read or written in between.
 */
static void count_reads(uint32_t offset, enum trap_access access)
{
    if (offset < data_from || offset >= data_to) {
        phase++;
    } else if (access != TRAP_WRITE) {
        reads++;
        if (read_in_phase[offset] && (access == TRAP_READ || read_in_phase[offset] != phase))
            reads_again++;
        read_in_phase[offset] = phase;
    }
}

static void watch(uint64_t frame, trap_hook *hook)
{
    memset(read_in_phase, 0, sizeof(read_in_phase));
    phase = 1;
    reads = reads_again = 0;
    page = memory_frame(frame);
    trap_begin(frame, hook);
}

/**** The ring of a disk ****/

#define RING_RSP_PROD 8u
#define RING_SLOTS    64u
#define SLOT_BYTES    (sizeof(void *) == 8 ? 112u : 108u)

/* fault: ring | the page of the ring changes between two reads | copies a response once, then
 * checks the copy | also a_ring_page_that_changes_all_the_time_ends_in_an_error_or_a_read */
TEST(a_response_is_read_from_the_shared_page_once)
{
    struct firmware firmware;

    firmware_connected(&firmware);
    struct vbd *vbd = firmware.vbd[0];
    data_from = RING_SLOTS;
    data_to = PAGE;
    watch(platform_frame(vbd->ring_page), count_reads);
    CHECK_EQUAL(firmware_read_and_compare(vbd, 5, 100), 0);
    trap_end();
    CHECK(reads >= 2);
    CHECK_EQUAL(reads_again, 0);
    firmware_check_end(&firmware);
}

/* Write a plausible or an implausible response somewhere, and an index near the right one. */
static void scramble_ring(uint32_t offset, enum trap_access access)
{
    (void)offset;
    (void)access;
    uint8_t *slot = page + RING_SLOTS + random_below(3) * SLOT_BYTES;

    switch (random_below(6)) {
    case 0:
        page[RING_RSP_PROD] = (uint8_t)random_below(4);
        break;
    case 1:
        page[random_below(16)] = (uint8_t)random_below(256);
        break;
    case 2:
        memset(slot, 0, 16);
        slot[0] = (uint8_t)random_below(3);
        break;
    case 3:
        slot[random_below(16)] = (uint8_t)random_below(256);
        break;
    default:
        break;
    }
}

TEST(a_ring_page_that_changes_all_the_time_ends_in_an_error_or_a_read)
{
    static uint8_t buffer[100 * SECTOR_BYTES];

    firmware_use_short_limits();
    for (random_state = 1; random_state <= 400;) {
        uint64_t seed = random_state;
        struct firmware firmware;
        struct backend *backend = firmware_connected(&firmware);
        struct vbd *vbd = firmware.vbd[0];

        test_note("seed %u", (unsigned)seed);
        /* The firmware sees nothing but scrambled responses. */
        backend->config.deaf = true;
        vbd->can_flush = false;
        watch(platform_frame(vbd->ring_page), scramble_ring);
        limit_begin();
        int error = disk_io_read(vbd, 5, 100, buffer);
        limit_check(limit_transfer_ms());
        trap_end();
        CHECK(error == 0 || error == -XEN_EBADMSG || error == -XEN_ETIMEDOUT || error == -XEN_EIO ||
              error == -XEN_EOPNOTSUPP);
        CHECK(vbd->state == VBD_CLOSED || vbd->state == VBD_CONNECTED);
        disk_io_close(vbd);
        world_check_clean();
        random_state = seed + 1;
    }
}

/**** The rings of xenstore ****/

/* fault: xenstored | the page changes between any two reads | reads each byte of a reply once, and
 * ends in time | also a_xenstore_page_that_changes_all_the_time_ends_in_time */
TEST(a_reply_of_xenstored_is_read_from_the_shared_page_once)
{
    struct xenstore *store = client_start();

    data_from = offsetof(struct xenstore_domain_interface, rsp);
    data_to = data_from + XENSTORE_RING_SIZE;
    client_set_value(600);
    watch(MEMORY_STORE_FRAME, count_reads);
    CHECK_EQUAL(client_read_value(store, 601), 600);
    trap_end();
    CHECK(reads >= 2);
    CHECK_EQUAL(reads_again, 0);
    client_check_works(store);
}

static void scramble_store(uint32_t offset, enum trap_access access)
{
    struct xenstore_domain_interface *rings = store_page();
    XENSTORE_RING_IDX *indexes[] = {&rings->req_cons, &rings->req_prod, &rings->rsp_cons,
                                    &rings->rsp_prod};

    (void)offset;
    (void)access;
    switch (random_below(8)) {
    case 0:
        *indexes[random_below(4)] += random_below(40);
        break;
    case 1:
        *indexes[random_below(4)] = random_below(2) ? random_below(2048) : UINT32_MAX;
        break;
    case 2:
    case 3:
        rings->rsp[random_below(64)] = (char)random_below(256);
        break;
    default:
        break;
    }
}

TEST(a_xenstore_page_that_changes_all_the_time_ends_in_time)
{
    firmware_use_short_limits();
    for (random_state = 1; random_state <= 400;) {
        uint64_t seed = random_state;
        struct firmware firmware;
        char value[64];

        test_note("seed %u", (unsigned)seed);
        world_reset();
        CHECK_EQUAL(firmware_start(&firmware), 0);
        struct xenstore *store = &firmware.core->store;
        store_write(CLIENT_HOME "/value", "0123456789");
        watch(MEMORY_STORE_FRAME, scramble_store);
        for (unsigned i = 0; i < 3; i++) {
            limit_begin();
            xenstore_read(store, 0, "data", "value", value, sizeof(value));
            limit_check(limit_reply_ms());
            CHECK(memchr(value, 0, sizeof(value)));
        }
        trap_end();
        random_state = seed + 1;
    }
}

/**** The ring of the console ****/

TEST(each_byte_of_input_is_read_from_the_shared_page_once)
{
    struct console *console = console_used();
    char buffer[600];

    data_from = offsetof(struct xencons_interface, in);
    data_to = data_from + CONSOLE_IN_SIZE;
    /* In two pieces: the second one lies around the end of the ring. */
    for (unsigned i = 0; i < 2; i++) {
        xenconsoled_type(console_text(0, sizeof(buffer)), sizeof(buffer));
        world_pass_ms(2);
        watch(MEMORY_CONSOLE_FRAME, count_reads);
        CHECK_EQUAL(console_read(console, buffer, sizeof(buffer)), sizeof(buffer));
        trap_end();
        CHECK(!memcmp(buffer, console_text(0, sizeof(buffer)), sizeof(buffer)));
        CHECK(reads >= 2);
        CHECK_EQUAL(reads_again, 0);
    }
    console_check_works(console);
}
