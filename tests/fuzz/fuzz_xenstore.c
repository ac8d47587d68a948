/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The xenstore client against a xenstored that does anything. */
#include "fuzz.h"

#include "test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one_group(struct xenstore *store)
{
    static char values[XENSTORE_POSTED_MAX + 4][64];
    int results[XENSTORE_POSTED_MAX + 4];
    unsigned count = fuzz_byte() % (XENSTORE_POSTED_MAX + 4);
    uint8_t reads = fuzz_byte();

    for (unsigned i = 0; i < count; i++) {
        uint32_t size = 1 + fuzz_byte() % 64;

        results[i] = 1 << 20;
        if (reads & 1u << i % 8)
            xenstore_post_read(store, 0, "name", NULL, values[i], size, &results[i]);
        else
            xenstore_post_write(store, 0, "data", "key", fuzz_text(), &results[i]);
    }
    xenstore_collect(store);
    for (unsigned i = 0; i < count; i++) {
        if (reads & 1u << i % 8)
            CHECK(results[i] < 0 || (uint32_t)results[i] == strlen(values[i]));
        else
            CHECK(results[i] <= 0);
    }
}

static void one_request(struct xenstore *store)
{
    static char buffer[XENSTORE_PAYLOAD_MAX];
    uint32_t room = 1 + fuzz_word() % sizeof(buffer), transaction;
    int result;

    switch (fuzz_byte() % 7) {
    case 0:
        result = xenstore_read(store, 0, "name", NULL, buffer, room);
        CHECK(memchr(buffer, 0, room));
        CHECK(result < 0 || (uint32_t)result == strlen(buffer));
        break;
    case 1:
        result = xenstore_write(store, 0, "data", "key", fuzz_text());
        CHECK(result <= 0);
        break;
    case 2:
        result = xenstore_remove(store, 0, "data", "key");
        CHECK(result <= 0);
        break;
    case 3:
        result = xenstore_directory(store, "data", buffer, room);
        CHECK(result <= (int)room);
        CHECK(result <= 0 || !buffer[result - 1]);
        break;
    case 4:
        if (xenstore_transaction_start(store, &transaction))
            break;
        CHECK(transaction);
        xenstore_write(store, transaction, "data", "other", "x");
        xenstore_transaction_commit(store, transaction);
        break;
    case 5:
        one_group(store);
        break;
    default:
        memset(buffer, 'x', sizeof(buffer));
        buffer[room - 1] = 0;
        xenstore_write(store, 0, "data", "long", buffer);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct firmware firmware;

    firmware_use_short_limits();
    world_reset();
    fuzz_begin(data, size);
    CHECK_EQUAL(firmware_start(&firmware), 0);
    struct xenstore *store = &firmware.core->store;
    fuzz_store();
    for (unsigned i = 0; i < 8; i++) {
        limit_begin();
        one_request(store);
        /* The largest group, each of whose replies comes just in time. */
        limit_check((XENSTORE_POSTED_MAX + 4) * limit_reply_ms());
    }
    return 0;
}
