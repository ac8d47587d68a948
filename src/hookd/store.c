/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xen/xen.h>

#include "mark.h"

/* A relative path begins at the own domain's home. */
uint32_t store_own_domid(struct xs_handle *store)
{
    uint32_t domid = 0;
    char *own = xs_read(store, XBT_NULL, "domid", NULL);

    if (own)
        u32_parse(own, DOMID_FIRST_RESERVED - 1, &domid);
    free(own);
    return domid;
}

/* Return: false if the path is too long. */
static bool store_path(char path[STORE_PATH_BYTES], const char *directory, const char *key)
{
    return snprintf(path, STORE_PATH_BYTES, "%s/%s", directory, key) < STORE_PATH_BYTES;
}

bool store_read(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                const char *key, char *value, size_t size)
{
    char path[STORE_PATH_BYTES];
    unsigned length;

    value[0] = 0;
    if (!store_path(path, directory, key))
        return false;
    char *found = xs_read(store, transaction, path, &length);
    if (!found)
        return false;
    bool good = length < size && !memchr(found, 0, length);
    if (good) {
        memcpy(value, found, length);
        value[length] = 0;
    }
    free(found);
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
    char path[STORE_PATH_BYTES];
    unsigned length;

    if (!store_path(path, directory, key))
        return false;
    char *value = xs_read(store, XBT_NULL, path, &length);
    bool exists = value;
    free(value);
    return exists;
}

bool store_write(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                 const char *key, const char *value)
{
    char path[STORE_PATH_BYTES];

    return store_path(path, directory, key) &&
           xs_write(store, transaction, path, value, (unsigned)strlen(value));
}

bool store_remove(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                  const char *key)
{
    char path[STORE_PATH_BYTES];

    return store_path(path, directory, key) && (xs_rm(store, transaction, path) || errno == ENOENT);
}

bool store_watch(struct xs_handle *store, const char *directory, const char *key, const char *token)
{
    char path[STORE_PATH_BYTES];

    return store_path(path, directory, key) && xs_watch(store, path, token);
}

void store_unwatch(struct xs_handle *store, const char *directory, const char *key,
                   const char *token)
{
    char path[STORE_PATH_BYTES];

    if (store_path(path, directory, key))
        xs_unwatch(store, path, token);
}
