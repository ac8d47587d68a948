/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Access to xenstore by directory and key. The functions return false if xenstored fails, or the
 * path is longer than STORE_PATH_BYTES.
 */
#ifndef HOOKD_STORE_H
#define HOOKD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xenstore.h>

/** Size of the longest path, with the terminating zero: a directory and a key. */
#define STORE_PATH_BYTES 192

/** Return: the number of the daemon's own domain; 0 if it cannot be read. */
uint32_t store_own_domid(struct xs_handle *store);

/**
 * Read directory/key as text into @value, which is always terminated.
 *
 * Return: false too if the value does not fit into @size bytes, or contains a zero byte.
 */
bool store_read(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                const char *key, char *value, size_t size);

/** Read directory/key as a decimal number. Return: false too if it is none of 32 bits. */
bool store_read_u32(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                    const char *key, uint32_t *number);

/** Return: whether directory/key exists; false too if xenstored fails. */
bool store_exists(struct xs_handle *store, const char *directory, const char *key);

bool store_write(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                 const char *key, const char *value);

/** Remove directory/key and everything below. Return: true too if it does not exist. */
bool store_remove(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                  const char *key);

/** Watch directory/key; events have @token, and the first one comes at once. */
bool store_watch(struct xs_handle *store, const char *directory, const char *key,
                 const char *token);
void store_unwatch(struct xs_handle *store, const char *directory, const char *key,
                   const char *token);

#endif
