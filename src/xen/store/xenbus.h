/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Device directories in xenstore: numbers, and the states by which both ends of a device agree.
 * Source: xen/io/xenbus.h.
 */
#ifndef XEN_XENBUS_H
#define XEN_XENBUS_H

#include "xen/base/public.h"
#include "xenstore_client.h"

/** Size of the longest path of a device directory that the core accepts, with the terminating
 * zero. */
#define XENBUS_PATH_BYTES 96

/** Digits of 2^64, the sign of a negative number (which is refused), the terminating zero. */
#define XENBUS_NUMBER_BYTES 24

/** A read of a number: valid after xenstore_collect. */
struct xenbus_number {
    char text[XENBUS_NUMBER_BYTES];
    int length; /* or an error */
};

/** Post a read of a number; xenbus_number returns it after xenstore_collect. */
void xenbus_post_number(struct xenstore *store, struct xenbus_number *number, const char *directory,
                        const char *key);

/** Evaluate a collected read of a number. Return: as xenbus_read_number. */
int xenbus_number(const struct xenbus_number *read, uint64_t max, uint64_t *number);

/** Evaluate a collected read of the key "state". Return: as xenbus_read_state. */
int xenbus_state(const struct xenstore *store, const struct xenbus_number *read);

/**
 * Read a decimal number.
 *
 * Return: 0 with *@number set; -XEN_ENOENT if the key does not exist; -XEN_EINVAL if the value is
 * not a number or exceeds @max; or the client's error.
 */
int xenbus_read_number(struct xenstore *store, const char *directory, const char *key, uint64_t max,
                       uint64_t *number);

/**
 * Read the state of one end of a device. Return: a XenbusState; XenbusStateUnknown if it cannot be
 * seen or is nonsense; or, negative, the client's error.
 */
int xenbus_read_state(struct xenstore *store, const char *directory);

/** Write the state of one end of a device, or post the write: *@result is valid after
 * xenstore_collect. */
int xenbus_write_state(struct xenstore *store, uint32_t transaction, const char *directory,
                       enum xenbus_state state);
void xenbus_post_state(struct xenstore *store, uint32_t transaction, const char *directory,
                       enum xenbus_state state, int *result);

/** Return the name of a state, for the log. */
const char *xenbus_state_name(int state);

#endif
