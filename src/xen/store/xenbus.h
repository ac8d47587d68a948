/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Device directories in xenstore: numbers, and the states by which both ends of a device agree.
 * Source: xen/io/xenbus.h.
 */
#ifndef XEN_XENBUS_H
#define XEN_XENBUS_H

#include "xen/base/public.h"
#include "xenstore_client.h"

/** A path of a device directory that the core can hold. Longer ones are refused. */
#define XENBUS_PATH_BYTES 96

/** Digits of 2^64, sign of a negative one that will be refused, terminating zero. */
#define XENBUS_NUMBER_BYTES 24

/** A number that is being read: see xenstore_collect. */
struct xenbus_number {
    char text[XENBUS_NUMBER_BYTES];
    int length; /* or an error */
};

/** Post a read of a number. It can be asked for once it is collected. */
void xenbus_post_number(struct xenstore *store, struct xenbus_number *number, const char *directory,
                        const char *key);

/** What was collected. Return: as xenbus_read_number. */
int xenbus_number(const struct xenbus_number *read, uint64_t max, uint64_t *number);

/** What was collected of the key "state". Return: as xenbus_read_state. */
int xenbus_state(const struct xenstore *store, const struct xenbus_number *read);

/**
 * Read a decimal number.
 *
 * Return: 0 with *@number set; -XEN_ENOENT when it is not there; -XEN_EINVAL when it is no number
 * or more than @max; or the client's error.
 */
int xenbus_read_number(struct xenstore *store, const char *directory, const char *key, uint64_t max,
                       uint64_t *number);

/**
 * Read the state of one end. Return: a XenbusState, XenbusStateUnknown for none that can be seen or
 * nonsense; or, negative, the client's error.
 */
int xenbus_read_state(struct xenstore *store, const char *directory);

/** Write the state of one end; or post that: *@result is then collected. */
int xenbus_write_state(struct xenstore *store, uint32_t transaction, const char *directory,
                       enum xenbus_state state);
void xenbus_post_state(struct xenstore *store, uint32_t transaction, const char *directory,
                       enum xenbus_state state, int *result);

/** A state in words, for the log. */
const char *xenbus_state_name(int state);

#endif
