/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "xenbus.h"

#include "decimal.h"
#include "error.h"
#include "platform.h"

/* Digits of 2^64, sign of a negative one that will be refused, terminating zero. */
#define NUMBER_BYTES 24

static const char *const state_names[] = {
    "Unknown", "Initialising", "InitWait",      "Initialised",  "Connected",
    "Closing", "Closed",       "Reconfiguring", "Reconfigured",
};

#define STATES ((int)(sizeof(state_names) / sizeof(state_names[0])))

int xenbus_read_number(struct xenstore *store, const char *directory, const char *key,
                       uint64_t most, uint64_t *number)
{
    char text[NUMBER_BYTES];
    int length = xenstore_read(store, XENSTORE_NO_TRANSACTION, directory, key, text, sizeof(text));

    if (length == -XEN_E2BIG)
        return -XEN_EINVAL;
    if (length < 0)
        return length;
    return decimal_parse(text, most, number) ? 0 : -XEN_EINVAL;
}

int xenbus_read_state(struct xenstore *store, const char *directory)
{
    uint64_t state;
    int error = xenbus_read_number(store, directory, "state", STATES - 1, &state);

    if (!error)
        return (int)state;
    /* Of a directory that is gone xenstored says EACCES, unless the one above may be read. The
     * event channel has an EINVAL too. */
    if (!store->ring.closed &&
        (error == -XEN_ENOENT || error == -XEN_EACCES || error == -XEN_EINVAL))
        return XenbusStateUnknown;
    return error;
}

int xenbus_write_state(struct xenstore *store, uint32_t transaction, const char *directory,
                       enum xenbus_state state)
{
    char text[NUMBER_BYTES];

    platform_snprintf(text, sizeof(text), "%u", (unsigned)state);
    return xenstore_write(store, transaction, directory, "state", text);
}

const char *xenbus_state_name(int state)
{
    return state >= 0 && state < STATES ? state_names[state] : state_names[0];
}
