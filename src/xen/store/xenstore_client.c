/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "xenstore_client.h"

#include "xen/base/bytes.h"
#include "xen/base/decimal.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"
#include "xen/hv/hvm_param.h"
#include "xen/hv/wait.h"

/* Sizes with room to spare: the longest name of an error, and the decimal digits of a
 * transaction. */
#define ERROR_NAME_BYTES   32
#define TRANSACTION_DIGITS 12
#define REQUEST_PIECES_MAX 4

/* The payload of a request, in the pieces in which it is sent. */
struct pieces {
    unsigned count;
    struct {
        const char *data;
        uint32_t length;
    } piece[REQUEST_PIECES_MAX];
};

static void pieces_add(struct pieces *pieces, const char *data, uint32_t length)
{
    pieces->piece[pieces->count].data = data;
    pieces->piece[pieces->count].length = length;
    pieces->count++;
}

/* Set @pieces to a path with its terminating zero. */
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

bool xenstore_is_closed(const struct xenstore *store)
{
    return store->ring.closed;
}

int xenstore_find(struct xenstore *store)
{
    struct xenstore_ring *ring = &store->ring;
    void *page;
    uint32_t port;
    int error = hvm_param_get_ring(HVM_PARAM_STORE_PFN, HVM_PARAM_STORE_EVTCHN, &page, &port);

    if (error == -XEN_ENODEV)
        log_error("xenstore: this guest has no page or port for it\n");
    if (error)
        return error;
    if (page == ring->page && port == ring->port)
        return 0;
    xenstore_ring_init(ring, page, port, ring->limit_ms);
    store->message_at = ring->received;
    store->transaction = XENSTORE_NO_TRANSACTION;
    return 0;
}

/**** Sending ****/

static uint32_t pieces_length(const struct pieces *pieces)
{
    uint32_t length = 0;

    for (unsigned i = 0; i < pieces->count; i++)
        length += pieces->piece[i].length;
    return length;
}

static int store_send(struct xenstore *store, uint32_t type, uint32_t transaction,
                      const struct pieces *pieces)
{
    struct xsd_sockmsg header = {
        .type = type,
        .req_id = ++store->request,
        .tx_id = transaction,
        .len = pieces_length(pieces),
    };
    int error = xenstore_ring_send(&store->ring, &header, sizeof(header));

    for (unsigned i = 0; !error && i < pieces->count; i++)
        error = xenstore_ring_send(&store->ring, pieces->piece[i].data, pieces->piece[i].length);
    return error;
}

/* Send a request and record where its reply goes. */
static void store_post(struct xenstore *store, uint32_t transaction, const struct pieces *pieces,
                       const struct xenstore_posted *wanted)
{
    uint32_t length = pieces_length(pieces), bytes = sizeof(struct xsd_sockmsg) + length;

    /* A caller that does not collect the reply finds this error. */
    *wanted->result = -XEN_EIO;
    /* xenstored permanently ignores a client that sends more. */
    if (length > XENSTORE_PAYLOAD_MAX) {
        *wanted->result = -XEN_E2BIG;
        return;
    }
    /* While replies are due, a request must fit the ring: xenstored may not read on before it has
     * sent them, and both sides would wait for each other. A single request may have any size. */
    if (store->posted_count == XENSTORE_POSTED_MAX ||
        store->posted_bytes + bytes > XENSTORE_RING_SIZE)
        xenstore_collect(store);
    if (!store->posted_count && !store->ring.closed)
        xenstore_ring_begin(&store->ring);

    int error = store_send(store, wanted->type, transaction, pieces);
    if (error) {
        *wanted->result = error;
        return;
    }
    struct xenstore_posted *posted = &store->posted[store->posted_count++];
    *posted = *wanted;
    posted->request = store->request;
    posted->pending = true;
    store->posted_bytes += bytes;
    store->requests++;
}

/**** Receiving ****/

/* Receive an XS_ERROR reply of @length bytes. Return: the error that it names. */
static int store_receive_error(struct xenstore *store, uint32_t length)
{
    char name[ERROR_NAME_BYTES];
    uint32_t kept = length < sizeof(name) ? length : sizeof(name);
    int error = xenstore_ring_receive(&store->ring, name, kept);

    if (!error)
        error = xenstore_ring_receive(&store->ring, 0, length - kept);
    if (error)
        return error;
    /* The terminating zero is optional: both forms occur. */
    if (kept && !name[kept - 1])
        kept--;
    return error_from_name(name, kept);
}

/*
 * Receive the payload, of @length bytes, of the reply to a request; drop it if @reply is NULL.
 * Return: the length kept, or an error.
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

/* Turn the reply to a request, or its error, into the result of the request. */
static int store_result(const struct xenstore_posted *posted, int result)
{
    switch (posted->type) {
    case XS_RM:
        return result == -XEN_ENOENT ? 0 : result;
    case XS_READ:
        if (!posted->reply)
            return result;
        posted->reply[result < 0 ? 0 : result] = 0;
        if (result < 0 || string_length(posted->reply) == (uint32_t)result)
            return result;
        posted->reply[0] = 0;
        return -XEN_EINVAL;
    case XS_DIRECTORY:
        /* A list without a terminating zero would be read beyond its end. */
        return result > 0 && posted->reply[result - 1] ? -XEN_EINVAL : result;
    default:
        return result;
    }
}

static void store_finish(struct xenstore_posted *posted, int result)
{
    posted->pending = false;
    *posted->result = store_result(posted, result);
}

/* Receive what follows the header of the reply to a posted request. */
static int store_receive_reply(struct xenstore *store, const struct xenstore_posted *posted,
                               const struct xsd_sockmsg *header)
{
    int error;

    if (header->type == XS_ERROR)
        return store_receive_error(store, header->len);
    if (header->type == posted->type && posted->digest) {
        error = xenstore_ring_receive_digest(&store->ring, posted->digest, header->len);
        return error ? error : (int)header->len;
    }
    if (header->type == posted->type)
        return store_receive_payload(store, header->len, posted->reply, posted->size);

    error = xenstore_ring_receive(&store->ring, 0, header->len);
    return error ? error : -XEN_EIO;
}

/* Find the request that a message answers. Return: NULL if there is none. */
static struct xenstore_posted *store_find_posted(struct xenstore *store,
                                                 const struct xsd_sockmsg *header)
{
    for (uint32_t i = 0; i < store->posted_count; i++)
        if (store->posted[i].pending && store->posted[i].request == header->req_id &&
            header->type != XS_WATCH_EVENT)
            return &store->posted[i];
    return 0;
}

/* Receive the rest of a message's header. Return: 0, or the error that has closed the client. */
static int store_receive_header(struct xenstore *store)
{
    uint32_t have = store->ring.received - store->message_at;
    int error = xenstore_ring_receive(&store->ring, (char *)&store->header + have,
                                      sizeof(store->header) - have);

    if (error || store->header.len <= XENSTORE_PAYLOAD_MAX)
        return error;
    xenstore_ring_close(&store->ring, "a message longer than the protocol allows");
    return -XEN_EIO;
}

/* Drop the rest of a message whose receiver was abandoned in the middle of it. */
static void store_drop_rest(struct xenstore *store)
{
    uint32_t have = store->ring.received - store->message_at;

    if (!have || (have < sizeof(store->header) && store_receive_header(store)))
        return;
    have = store->ring.received - store->message_at - (uint32_t)sizeof(store->header);
    xenstore_ring_receive(&store->ring, 0, store->header.len - have);

    struct xenstore_posted *posted = store_find_posted(store, &store->header);
    if (posted)
        posted->pending = false;
}

/*
 * Wait for the reply to any of the requests; read and drop all other messages. Return: 0, or the
 * error that has closed the client.
 */
static int store_receive(struct xenstore *store)
{
    struct xsd_sockmsg *header = &store->header;
    struct wait wait;

    /* A stream of other messages must not delay a reply for ever. */
    wait_begin(&wait, "xenstore", "the right reply", store->ring.limit_ms);
    do {
        store->message_at = store->ring.received;
        int error = store_receive_header(store);
        if (error)
            return error;
        struct xenstore_posted *posted = store_find_posted(store, header);
        if (posted) {
            error = store_receive_reply(store, posted, header);
            store_finish(posted, error);
            return store->ring.closed ? error : 0;
        }
        log_debug("xenstore: dropped a message of type %u, request %u\n", header->type,
                  header->req_id);
        error = xenstore_ring_receive(&store->ring, 0, header->len);
        if (error)
            return error;
    } while (wait_turn(&wait));
    xenstore_ring_close(&store->ring, "only replies that were not asked for");
    return -XEN_ETIMEDOUT;
}

void xenstore_collect(struct xenstore *store)
{
    if (!store->posted_count)
        return;
    store->round_trips++;
    int error = xenstore_ring_notify(&store->ring);
    for (uint32_t i = 0; !error && i < store->posted_count; i++)
        error = store_receive(store);
    for (uint32_t i = 0; i < store->posted_count; i++)
        if (store->posted[i].pending)
            store_finish(&store->posted[i], error);
    store->posted_count = store->posted_bytes = 0;
}

bool xenstore_collect_within(struct xenstore *store, uint32_t limit_ms)
{
    struct wait wait;

    if (!store->posted_count)
        return true;
    wait_begin(&wait, "xenstore", "a reply", limit_ms);
    xenstore_ring_notify(&store->ring);
    while (!xenstore_ring_is_ready(&store->ring))
        if (!wait_turn(&wait))
            return false;
    xenstore_collect(store);
    return true;
}

/**** Requests ****/

void xenstore_post_read(struct xenstore *store, uint32_t transaction, const char *directory,
                        const char *key, char *value, uint32_t size, int *result)
{
    struct pieces pieces;

    value[0] = 0;
    pieces_add_path(&pieces, directory, key);
    store_post(store, transaction, &pieces,
               &(const struct xenstore_posted){
                   .type = XS_READ, .reply = value, .size = size - 1, .result = result});
}

void xenstore_post_digest(struct xenstore *store, const char *directory, const char *key,
                          struct digest *digest, int *result)
{
    struct pieces pieces;

    pieces_add_path(&pieces, directory, key);
    store_post(
        store, XENSTORE_NO_TRANSACTION, &pieces,
        &(const struct xenstore_posted){.type = XS_READ, .digest = digest, .result = result});
}

void xenstore_post_write(struct xenstore *store, uint32_t transaction, const char *directory,
                         const char *key, const char *value, int *result)
{
    struct pieces pieces;

    pieces_add_path(&pieces, directory, key);
    pieces_add(&pieces, value, string_length(value));
    store_post(store, transaction, &pieces,
               &(const struct xenstore_posted){.type = XS_WRITE, .result = result});
}

void xenstore_post_remove(struct xenstore *store, uint32_t transaction, const char *directory,
                          const char *key, int *result)
{
    struct pieces pieces;

    pieces_add_path(&pieces, directory, key);
    store_post(store, transaction, &pieces,
               &(const struct xenstore_posted){.type = XS_RM, .result = result});
}

int xenstore_read(struct xenstore *store, uint32_t transaction, const char *directory,
                  const char *key, char *value, uint32_t size)
{
    int result;

    xenstore_post_read(store, transaction, directory, key, value, size, &result);
    xenstore_collect(store);
    return result;
}

int xenstore_write(struct xenstore *store, uint32_t transaction, const char *directory,
                   const char *key, const char *value)
{
    int result;

    xenstore_post_write(store, transaction, directory, key, value, &result);
    xenstore_collect(store);
    return result;
}

int xenstore_remove(struct xenstore *store, uint32_t transaction, const char *directory,
                    const char *key)
{
    int result;

    xenstore_post_remove(store, transaction, directory, key, &result);
    xenstore_collect(store);
    return result;
}

/* Post one request and collect its reply. Return: its result. */
static int store_request(struct xenstore *store, uint32_t transaction, const struct pieces *pieces,
                         uint32_t type, char *reply, uint32_t size)
{
    int result;

    store_post(store, transaction, pieces,
               &(const struct xenstore_posted){
                   .type = type, .reply = reply, .size = size, .result = &result});
    xenstore_collect(store);
    return result;
}

int xenstore_directory(struct xenstore *store, const char *directory, char *names, uint32_t size)
{
    struct pieces pieces;

    pieces_add_path(&pieces, directory, 0);
    return store_request(store, XENSTORE_NO_TRANSACTION, &pieces, XS_DIRECTORY, names, size);
}

/* Parse the reply to the start of a transaction. */
static uint32_t transaction_number(char *digits, int length)
{
    uint64_t number;

    digits[length] = 0;
    return decimal_parse_u64(digits, UINT32_MAX, &number) ? (uint32_t)number
                                                          : XENSTORE_NO_TRANSACTION;
}

int xenstore_transaction_start(struct xenstore *store, uint32_t *transaction)
{
    char digits[TRANSACTION_DIGITS];
    struct pieces pieces;

    pieces_add_path(&pieces, "", 0);
    int length = store_request(store, XENSTORE_NO_TRANSACTION, &pieces, XS_TRANSACTION_START,
                               digits, sizeof(digits) - 1);
    if (length < 0)
        return length;
    store->transaction = transaction_number(digits, length);
    *transaction = store->transaction;
    return store->transaction == XENSTORE_NO_TRANSACTION ? -XEN_EIO : 0;
}

static int transaction_end(struct xenstore *store, uint32_t transaction, const char *keep)
{
    struct pieces pieces = {.count = 0};

    pieces_add(&pieces, keep, 2);
    int error = store_request(store, transaction, &pieces, XS_TRANSACTION_END, 0, 0);
    store->transaction = XENSTORE_NO_TRANSACTION;
    return error;
}

int xenstore_transaction_commit(struct xenstore *store, uint32_t transaction)
{
    return transaction_end(store, transaction, "T");
}

int xenstore_transaction_abort(struct xenstore *store, uint32_t transaction)
{
    return transaction_end(store, transaction, "F");
}

void xenstore_forget(struct xenstore *store)
{
    uint32_t pending = 0;
    char digits[TRANSACTION_DIGITS];
    int ignored, started = -XEN_ENOENT;

    /* No request is half sent: those of the firmware fit the ring, so sending one never waits. */
    store_drop_rest(store);
    for (uint32_t i = 0; i < store->posted_count; i++) {
        if (!store->posted[i].pending)
            continue;
        store->posted[pending] = store->posted[i];
        store->posted[pending].reply = 0;
        store->posted[pending].digest = 0;
        store->posted[pending].result = &ignored;
        if (store->posted[pending].type == XS_TRANSACTION_START) {
            store->posted[pending].reply = digits;
            store->posted[pending].result = &started;
        }
        pending++;
    }
    store->posted_count = pending;
    xenstore_collect(store);
    store->posted_bytes = 0;
    /* xenstored no longer knows a transaction whose end it has processed. */
    if (started > 0)
        store->transaction = transaction_number(digits, started);
    if (store->transaction != XENSTORE_NO_TRANSACTION)
        xenstore_transaction_abort(store, store->transaction);
}
