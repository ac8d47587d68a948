/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "xenstore.h"

#include "bytes.h"
#include "decimal.h"
#include "error.h"
#include "hvm_param.h"
#include "log.h"
#include "platform.h"
#include "public.h"
#include "wait.h"

/* The longest name of an error, and the decimal digits of a transaction, with room. */
#define ERROR_NAME_BYTES    32
#define TRANSACTION_DIGITS  12
#define REQUEST_PIECES_MOST 4

/* A request's payload, in the pieces it is sent in. */
struct pieces {
    unsigned count;
    struct {
        const char *data;
        uint32_t length;
    } piece[REQUEST_PIECES_MOST];
};

static void pieces_add(struct pieces *pieces, const char *data, uint32_t length)
{
    pieces->piece[pieces->count].data = data;
    pieces->piece[pieces->count].length = length;
    pieces->count++;
}

/* A path and its terminating zero. */
static void pieces_add_path(struct pieces *pieces, const char *directory, const char *key)
{
    pieces->count = 0;
    if (!key) {
        pieces_add(pieces, directory, string_length(directory) + 1);
        return;
    }
    pieces_add(pieces, directory, string_length(directory));
    pieces_add(pieces, "/", 1);
    pieces_add(pieces, key, string_length(key) + 1);
}

int xenstore_init(struct xenstore *store, uint32_t limit_ms)
{
    bytes_zero(store, sizeof(*store));
    store->ring.limit_ms = limit_ms;
    store->ring.closed = true;
    return xenstore_find(store);
}

int xenstore_find(struct xenstore *store)
{
    struct xenstore_ring *ring = &store->ring;
    uint64_t frame, port;
    int error = hvm_param_get(HVM_PARAM_STORE_PFN, &frame);

    if (!error)
        error = hvm_param_get(HVM_PARAM_STORE_EVTCHN, &port);
    if (error)
        return error;

    void *page = frame && port && port <= UINT32_MAX ? platform_map(frame) : 0;
    if (!page) {
        log_error("xenstore: no page or port of its own\n");
        return -XEN_ENODEV;
    }
    if (page != ring->page || port != ring->port)
        xenstore_ring_init(ring, page, (uint32_t)port, ring->limit_ms);
    return 0;
}

static int store_send(struct xenstore *store, uint32_t type, uint32_t transaction,
                      const struct pieces *pieces)
{
    struct xsd_sockmsg header = {.type = type, .req_id = ++store->request, .tx_id = transaction};

    for (unsigned i = 0; i < pieces->count; i++)
        header.len += pieces->piece[i].length;
    /* xenstored shuts out for ever who sends more. */
    if (header.len > XENSTORE_PAYLOAD_MAX)
        return -XEN_E2BIG;

    int error = xenstore_ring_send(&store->ring, &header, sizeof(header));
    for (unsigned i = 0; !error && i < pieces->count; i++)
        error = xenstore_ring_send(&store->ring, pieces->piece[i].data, pieces->piece[i].length);
    return error ? error : xenstore_ring_notify(&store->ring);
}

/* The error that an XS_ERROR reply of @length bytes names. */
static int store_receive_error(struct xenstore *store, uint32_t length)
{
    char name[ERROR_NAME_BYTES];
    uint32_t kept = length < sizeof(name) ? length : sizeof(name);
    int error = xenstore_ring_receive(&store->ring, name, kept);

    if (!error)
        error = xenstore_ring_receive(&store->ring, 0, length - kept);
    if (error)
        return error;
    /* With or without the terminating zero: both have been seen. */
    if (kept && !name[kept - 1])
        kept--;
    return error_from_name(name, kept);
}

/*
 * The payload of @length bytes of the reply that was asked for; dropped if @reply is NULL. Return:
 * the length of what was kept, or an error.
 */
static int store_receive_payload(struct xenstore *store, uint32_t length, char *reply,
                                 uint32_t size)
{
    if (!reply)
        return xenstore_ring_receive(&store->ring, 0, length);

    uint32_t kept = length < size ? length : size;
    int error = xenstore_ring_receive(&store->ring, reply, kept);

    if (!error)
        error = xenstore_ring_receive(&store->ring, 0, length - kept);
    if (error)
        return error;
    return kept < length ? -XEN_E2BIG : (int)length;
}

/* Wait for the reply to the last request; all else that arrives is read and dropped. */
static int store_receive(struct xenstore *store, uint32_t type, char *reply, uint32_t size)
{
    struct wait wait;

    /* One reply may not be put off for ever by a stream of other messages. */
    wait_begin(&wait, "xenstore", "the right reply", store->ring.limit_ms);
    do {
        struct xsd_sockmsg header;
        int error = xenstore_ring_receive(&store->ring, &header, sizeof(header));

        if (error)
            return error;
        if (header.len > XENSTORE_PAYLOAD_MAX) {
            xenstore_ring_close(&store->ring, "a message longer than the protocol allows");
            return -XEN_EIO;
        }
        bool ours = header.req_id == store->request && header.type != XS_WATCH_EVENT;
        if (ours && header.type == XS_ERROR)
            return store_receive_error(store, header.len);
        if (ours && header.type == type)
            return store_receive_payload(store, header.len, reply, size);

        log_debug("xenstore: dropped a message of type %u, request %u\n", header.type,
                  header.req_id);
        error = xenstore_ring_receive(&store->ring, 0, header.len);
        if (error)
            return error;
        if (ours)
            return -XEN_EIO;
    } while (wait_turn(&wait));
    xenstore_ring_close(&store->ring, "only replies that nobody asked for");
    return -XEN_ETIMEDOUT;
}

/* One round trip. Return: length of the reply or an error. */
static int store_request(struct xenstore *store, uint32_t type, uint32_t transaction,
                         const struct pieces *pieces, char *reply, uint32_t size)
{
    store->round_trips++;
    int error = store_send(store, type, transaction, pieces);
    return error ? error : store_receive(store, type, reply, size);
}

/* A round trip whose reply says nothing but "OK". Return: 0 or an error. */
static int store_command(struct xenstore *store, uint32_t type, uint32_t transaction,
                         const struct pieces *pieces)
{
    return store_request(store, type, transaction, pieces, 0, 0);
}

int xenstore_read(struct xenstore *store, uint32_t transaction, const char *directory,
                  const char *key, char *value, uint32_t size)
{
    struct pieces pieces;

    value[0] = 0;
    pieces_add_path(&pieces, directory, key);
    int length = store_request(store, XS_READ, transaction, &pieces, value, size - 1);
    if (length >= 0) {
        value[length] = 0;
        if (string_length(value) == (uint32_t)length)
            return length;
        length = -XEN_EINVAL;
    }
    value[0] = 0;
    return length;
}

int xenstore_write(struct xenstore *store, uint32_t transaction, const char *directory,
                   const char *key, const char *value)
{
    struct pieces pieces;

    pieces_add_path(&pieces, directory, key);
    pieces_add(&pieces, value, string_length(value));
    return store_command(store, XS_WRITE, transaction, &pieces);
}

int xenstore_remove(struct xenstore *store, uint32_t transaction, const char *directory,
                    const char *key)
{
    struct pieces pieces;

    pieces_add_path(&pieces, directory, key);
    int error = store_command(store, XS_RM, transaction, &pieces);
    return error == -XEN_ENOENT ? 0 : error;
}

int xenstore_directory(struct xenstore *store, const char *directory, char *names, uint32_t size)
{
    struct pieces pieces;

    pieces_add_path(&pieces, directory, 0);
    int length = store_request(store, XS_DIRECTORY, XENSTORE_NO_TRANSACTION, &pieces, names, size);
    /* A list that does not end in a zero would be read beyond its end. */
    if (length > 0 && names[length - 1])
        return -XEN_EINVAL;
    return length;
}

int xenstore_transaction_start(struct xenstore *store, uint32_t *transaction)
{
    char digits[TRANSACTION_DIGITS];
    struct pieces pieces;
    uint64_t number;

    pieces_add_path(&pieces, "", 0);
    int length = store_request(store, XS_TRANSACTION_START, XENSTORE_NO_TRANSACTION, &pieces,
                               digits, sizeof(digits) - 1);
    if (length < 0)
        return length;
    digits[length] = 0;
    if (!decimal_parse(digits, UINT32_MAX, &number) || !number)
        return -XEN_EIO;
    *transaction = (uint32_t)number;
    return 0;
}

static int transaction_end(struct xenstore *store, uint32_t transaction, const char *keep)
{
    struct pieces pieces = {.count = 0};

    pieces_add(&pieces, keep, 2);
    return store_command(store, XS_TRANSACTION_END, transaction, &pieces);
}

int xenstore_transaction_commit(struct xenstore *store, uint32_t transaction)
{
    return transaction_end(store, transaction, "T");
}

int xenstore_transaction_abort(struct xenstore *store, uint32_t transaction)
{
    return transaction_end(store, transaction, "F");
}
