/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* xenstore as the hook uses it: short values, below a directory. */
#ifndef HOOKD_STORE_H
#define HOOKD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xenstore.h>

/** The longest path that is made; a directory and the longest key below it. */
#define STORE_PATH_BYTES 192

/**
 * Read directory/key as text into value, which always ends with a zero.
 * False: it is not there, does not fit, or has a zero in it.
 */
bool store_read(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                const char *key, char *value, size_t size);

/** The same for a decimal number of 32 bits. */
bool store_read_u32(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                    const char *key, uint32_t *number);

bool store_write(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                 const char *key, const char *value);

/** Remove it and what is below. True as well if there is nothing. */
bool store_remove(struct xs_handle *store, xs_transaction_t transaction, const char *directory,
                  const char *key);

/** Have events reported with this token; one comes at once. */
bool store_watch(struct xs_handle *store, const char *directory, const char *key,
                 const char *token);
void store_unwatch(struct xs_handle *store, const char *directory, const char *key,
                   const char *token);

#endif
