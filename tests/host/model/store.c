/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/store.h"

#include "model/clock.h"
#include "model/events.h"
#include "model/fault.h"
#include "model/memory.h"
#include "model/store_commands.h"
#include "model/xen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OUT_BYTES 65536u
#define NEVER     UINT64_MAX

struct store_config store_config;
struct tree store_tree;

static struct store_request request; /* being received */
static uint32_t request_have;        /* bytes received of it */
static char out[OUT_BYTES];          /* replies to be sent */
static uint32_t out_used;
static uint32_t sent;
static uint64_t wake_at_us;
static bool ignores_guest;

void store_reset(void)
{
    store_config = (struct store_config){
        .latency_us = 100,
        .chunk_us = 300,
        .silent_from = UINT32_MAX,
        .quota_nodes = 1000,
    };
    tree_free(&store_tree);
    memset(&request, 0, sizeof(request));
    sent = 0;
    ignores_guest = false;
    store_restore();
}

void store_restore(void)
{
    store_transactions_reset();
    request_have = out_used = 0;
    wake_at_us = NEVER;
}

struct xenstore_domain_interface *store_page(void)
{
    return memory_frame(MEMORY_STORE_FRAME);
}

unsigned store_requests(void)
{
    return request.number;
}

bool store_is_idle(void)
{
    const struct xenstore_domain_interface *page = store_page();

    return page->req_cons == page->req_prod && page->rsp_cons == page->rsp_prod && !request_have &&
           !out_used;
}

bool store_ignores_guest(void)
{
    return ignores_guest;
}

static void store_notified(void *context)
{
    (void)context;
    if (wake_at_us == NEVER)
        wake_at_us = clock_now_us() + store_config.latency_us;
}

void store_introduce(uint32_t port)
{
    if (!events_bind(0, port, store_notified, NULL))
        model_fault("the port of xenstore is taken");
}

/**** Replies ****/

void store_make_error(struct store_reply *reply, const char *name)
{
    reply->header.type = XS_ERROR;
    reply->length = reply->header.len = (uint32_t)strlen(name) + 1;
    memcpy(reply->payload, name, reply->length);
}

void store_fail_params(void *context, const struct store_request *request,
                       struct store_reply *reply)
{
    size_t length = strlen(request->payload);

    (void)context;
    if (length > 7 && !strcmp(request->payload + length - 7, "/params"))
        store_make_error(reply, "EIO");
}

void store_send_raw(const void *message, uint32_t length)
{
    if (out_used + length > OUT_BYTES)
        length = OUT_BYTES - out_used;
    memcpy(out + out_used, message, length);
    out_used += length;
}

static bool store_is_to_refuse(void)
{
    if (request.header.type == XS_WRITE && store_config.refuse_writes) {
        store_config.refuse_writes--;
        return true;
    }
    return store_config.refuse_with && request.number >= store_config.refuse_from &&
           request.number - store_config.refuse_from < store_config.refuse_times;
}

static void store_answer(void)
{
    static struct store_reply reply;
    unsigned number = request.number;

    request.payload[request.header.len] = 0;
    memset(&reply, 0, sizeof(reply.header));
    reply.header = request.header;
    reply.length = reply.header.len = 0;
    store_command(&request, &reply, store_is_to_refuse() ? store_config.refuse_with : NULL);
    if (number < store_config.silent_from) {
        if (store_config.hook)
            store_config.hook(store_config.context, &request, &reply);
        store_send_raw(&reply.header, sizeof(reply.header));
        store_send_raw(reply.payload, reply.length);
    }
    request_have = 0;
    request.number = number + 1;
}

/**** The rings ****/

static uint32_t min_u32(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void violation(const char *what)
{
    /* xenstored does not report it to the guest. world_check finds it, unless the test itself
     * damaged the page. */
    (void)what;
    ignores_guest = true;
}

/* Receive bytes of a request. Return: whether there were any. */
static bool store_receive(uint32_t *budget)
{
    struct xenstore_domain_interface *page = store_page();
    uint32_t available = page->req_prod - page->req_cons;
    uint32_t header = sizeof(request.header), wanted;

    if (available > XENSTORE_RING_SIZE) {
        violation("impossible indexes");
        return false;
    }
    wanted =
        request_have < header ? header - request_have : header + request.header.len - request_have;
    uint32_t count = min_u32(min_u32(wanted, available), *budget);
    for (uint32_t i = 0; i < count; i++, request_have++) {
        char byte = page->req[MASK_XENSTORE_IDX(page->req_cons + i)];
        if (request_have < header)
            ((char *)&request.header)[request_have] = byte;
        else
            request.payload[request_have - header] = byte;
    }
    page->req_cons += count;
    *budget -= count;
    if (request_have == header && request.header.len > XENSTORE_PAYLOAD_MAX) {
        violation("payload too long");
        return false;
    }
    if (request_have >= header && request_have == header + request.header.len) {
        store_answer();
        return true;
    }
    return count;
}

/* Send bytes of replies. Return: whether any could be sent. */
static bool store_send(uint32_t *budget)
{
    struct xenstore_domain_interface *page = store_page();
    uint32_t used = page->rsp_prod - page->rsp_cons;

    if (used > XENSTORE_RING_SIZE) {
        violation("impossible indexes");
        return false;
    }
    uint32_t count = min_u32(min_u32(out_used, XENSTORE_RING_SIZE - used), *budget);
    if (store_config.stop_after)
        count = min_u32(count, store_config.stop_after - min_u32(sent, store_config.stop_after));
    for (uint32_t i = 0; i < count; i++)
        page->rsp[MASK_XENSTORE_IDX(page->rsp_prod + i)] = out[i];
    page->rsp_prod += count;
    memmove(out, out + count, out_used - count);
    out_used -= count;
    sent += count;
    *budget -= count;
    return count;
}

void store_run(void)
{
    uint32_t budget = store_config.chunk ? store_config.chunk : UINT32_MAX;

    if (ignores_guest || clock_now_us() < wake_at_us)
        return;
    /* If it cannot go on, it sleeps until it is notified. */
    wake_at_us = NEVER;
    while (budget && !ignores_guest)
        /* A reply that does not fit the ring is sent before the next request is received. */
        if (out_used ? !store_send(&budget) : !store_receive(&budget))
            break;
    if (!budget)
        wake_at_us = clock_now_us() + store_config.chunk_us;
}

/**** The tree, as dom0 sees it ****/

const char *store_read(const char *path)
{
    const struct tree_node *node = tree_find(&store_tree, path);

    return node ? node->value : NULL;
}

void store_write(const char *path, const char *format, ...)
{
    char value[XENSTORE_PAYLOAD_MAX];
    va_list args;

    va_start(args, format);
    int length = vsnprintf(value, sizeof(value), format, args);
    va_end(args);
    tree_set(&store_tree, path, value, (uint32_t)length);
}

unsigned store_written(const char *directory, const char *key)
{
    char path[XENSTORE_PAYLOAD_MAX];

    snprintf(path, sizeof(path), "%s/%s", directory, key);
    const struct tree_node *node = tree_find(&store_tree, path);
    return node ? node->written : 0;
}

void store_allow(const char *path, enum tree_access access)
{
    struct tree_node *node = tree_find(&store_tree, path);

    if (!node) {
        tree_set(&store_tree, path, "", 0);
        node = tree_find(&store_tree, path);
    }
    node->access = access;
}
