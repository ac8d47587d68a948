/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xen/xen.h>

#include "mark.h"
#include "store_call.h"
#include "store_thread.h"

/* Prepare a call. Return: false if the path or @text is too long. */
static bool call_make(struct store_call *call, enum store_operation operation,
                      struct xs_handle *store, const char *directory, const char *key,
                      const char *text)
{
    memset(call, 0, sizeof(*call));
    call->operation = operation;
    call->store = store;
    errno = ENAMETOOLONG;
    return snprintf(call->path, STORE_PATH_BYTES, "%s%s%s", directory ? directory : "",
                    directory && key ? "/" : "", key ? key : "") < STORE_PATH_BYTES &&
           snprintf(call->text, STORE_TEXT_BYTES, "%s", text) < STORE_TEXT_BYTES;
}

struct xs_handle *store_open(void)
{
    struct store_call call = {.operation = STORE_OPEN};

    errno = store_thread_start();
    return !errno && store_call(&call) ? call.store : NULL;
}

bool store_read(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                const char *key, char *value, size_t size)
{
    struct store_call call;

    value[0] = 0;
    if (!call_make(&call, STORE_READ, store, directory, key, ""))
        return false;
    call.transaction = transaction;
    if (!store_call(&call))
        return false;
    bool good = call.count < size && !memchr(call.found, 0, call.count);
    if (good) {
        memcpy(value, call.found, call.count);
        value[call.count] = 0;
    }
    free(call.found);
    errno = ENOENT;
    return good;
}

bool store_read_u32(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                    const char *key, uint32_t *number)
{
    char value[16];

    return store_read(store, transaction, directory, key, value, sizeof(value)) &&
           u32_parse(value, UINT32_MAX, number);
}

bool store_exists(struct xs_handle *store, const char *directory, const char *key)
{
    struct store_call call;

    if (!call_make(&call, STORE_READ, store, directory, key, "") || !store_call(&call))
        return false;
    free(call.found);
    return true;
}

/* A relative path begins at the own domain's home. */
uint32_t store_own_domid(struct xs_handle *store)
{
    uint32_t domid = 0;
    char own[16];

    if (store_read(store, XBT_NULL, NULL, "domid", own, sizeof(own)))
        u32_parse(own, DOMID_FIRST_RESERVED - 1, &domid);
    return domid;
}

bool store_write(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                 const char *key, const char *value)
{
    struct store_call call;

    if (!call_make(&call, STORE_WRITE, store, directory, key, value))
        return false;
    call.transaction = transaction;
    return store_call(&call);
}

bool store_remove(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                  const char *key)
{
    struct store_call call;

    if (!call_make(&call, STORE_REMOVE, store, directory, key, ""))
        return false;
    call.transaction = transaction;
    return store_call(&call) || errno == ENOENT;
}

bool store_make_private(struct xs_handle *store, const char *directory, uint32_t domid)
{
    struct store_call call;

    if (!call_make(&call, STORE_MAKE_PRIVATE, store, directory, NULL, ""))
        return false;
    call.domid = domid;
    return store_call(&call);
}

char **store_list(struct xs_handle *store, const char *directory, unsigned *count)
{
    struct store_call call;

    *count = 0;
    if (!call_make(&call, STORE_LIST, store, directory, NULL, "") || !store_call(&call))
        return NULL;
    *count = call.count;
    return call.found;
}

xs_transaction_t store_transaction_start(struct xs_handle *store)
{
    struct store_call call = {.operation = STORE_TRANSACTION_START, .store = store};

    return store_call(&call) ? call.transaction : XBT_NULL;
}

bool store_transaction_end(struct xs_handle *store, xs_transaction_t transaction, bool abort)
{
    struct store_call call = {.operation = STORE_TRANSACTION_END,
                              .store = store,
                              .transaction = transaction,
                              .abort = abort};

    return store_call(&call);
}

bool store_is_introduced(struct xs_handle *store, uint32_t domid)
{
    struct store_call call = {.operation = STORE_IS_INTRODUCED, .store = store, .domid = domid};

    return store_call(&call);
}

bool store_watch(struct xs_handle *store, const char *directory, const char *key, const char *token)
{
    struct store_call call;

    return call_make(&call, STORE_WATCH, store, directory, key, token) && store_call(&call);
}

void store_unwatch(struct xs_handle *store, const char *directory, const char *key,
                   const char *token)
{
    struct store_call call;

    if (call_make(&call, STORE_UNWATCH, store, directory, key, token))
        store_call(&call);
}
