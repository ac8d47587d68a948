/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Access to xenstore by directory and key. The functions return false if xenstored fails or does
 * not answer in time (store_call.h), or the path is longer than STORE_PATH_BYTES.
 */
#ifndef HOOKD_STORE_H
#define HOOKD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store_call.h"

/** Connect to xenstored. Return: NULL with errno if that fails. */
struct xs_handle *store_open(void);

/** Return: the number of the daemon's own domain; 0 if it cannot be read. */
uint32_t store_own_domid(struct xs_handle *store);

/**
 * Read directory/key as text into @value, which is always terminated.
 *
 * @directory: NULL if @key is the whole path. Return: false with errno; ENOENT too if the value
 * does not fit into @size bytes, or contains a zero byte. errno is ENOENT after a success, too: for
 * a caller that cannot use the value, there is none.
 */
bool store_read(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                const char *key, char *value, size_t size);

/** Read directory/key as a decimal number. Return: false too if it is none of 32 bits; errno is
 * that of store_read. */
bool store_read_u32(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                    const char *key, uint32_t *number);

/** Return: whether directory/key exists; false too if xenstored fails. */
bool store_exists(struct xs_handle *store, const char *directory, const char *key);

bool store_write(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                 const char *key, const char *value);

/** Remove directory/key and everything below. Return: true too if it does not exist. */
bool store_remove(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                  const char *key);

/** Create a directory that only domain @domid, its owner, can read. */
bool store_make_private(struct xs_handle *store, const char *directory, uint32_t domid);

/** List the names in a directory. Return: an array of *@count names, to be freed, or NULL with
 * errno. */
char **store_list(struct xs_handle *store, const char *directory, unsigned *count);

/** Return: a new transaction, or XBT_NULL. */
xs_transaction_t store_transaction_start(struct xs_handle *store);

/** End a transaction. Return: false with EAGAIN if it conflicts with another client's. */
bool store_transaction_end(struct xs_handle *store, xs_transaction_t transaction, bool abort);

/** Return: whether a domain is introduced. False with errno 0 if it is not; with another errno it
 * is not known. */
bool store_is_introduced(struct xs_handle *store, uint32_t domid);

/** Watch directory/key, or the special path @key if @directory is NULL; events have @token, and the
 * first one comes at once. */
bool store_watch(struct xs_handle *store, const char *directory, const char *key,
                 const char *token);
void store_unwatch(struct xs_handle *store, const char *directory, const char *key,
                   const char *token);

#endif
