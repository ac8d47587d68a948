/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "xenbus.h"

#include "xen/base/decimal.h"
#include "xen/base/error.h"
#include "xen/base/platform.h"

static const char *const state_names[] = {
    "Unknown", "Initialising", "InitWait",      "Initialised",  "Connected",
    "Closing", "Closed",       "Reconfiguring", "Reconfigured",
};

#define STATES ((int)(sizeof(state_names) / sizeof(state_names[0])))

void xenbus_post_number(struct xenstore *store, struct xenbus_number *number, const char *directory,
                        const char *key)
{
    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, directory, key, number->text,
                       sizeof(number->text), &number->length);
}

int xenbus_number(const struct xenbus_number *read, uint64_t max, uint64_t *number)
{
    if (read->length == -XEN_E2BIG)
        return -XEN_EINVAL;
    if (read->length < 0)
        return read->length;
    return decimal_parse_u64(read->text, max, number) ? 0 : -XEN_EINVAL;
}

int xenbus_state(const struct xenstore *store, const struct xenbus_number *read)
{
    uint64_t state;
    int error = xenbus_number(read, STATES - 1, &state);

    if (!error)
        return (int)state;
    /* For a directory that is gone, xenstored returns EACCES unless the parent may be read. The
     * event channel can return EINVAL too. */
    if (!xenstore_is_closed(store) &&
        (error == -XEN_ENOENT || error == -XEN_EACCES || error == -XEN_EINVAL))
        return XenbusStateUnknown;
    return error;
}

int xenbus_read_number(struct xenstore *store, const char *directory, const char *key, uint64_t max,
                       uint64_t *number)
{
    struct xenbus_number read;

    xenbus_post_number(store, &read, directory, key);
    xenstore_collect(store);
    return xenbus_number(&read, max, number);
}

int xenbus_read_state(struct xenstore *store, const char *directory)
{
    struct xenbus_number read;

    xenbus_post_number(store, &read, directory, "state");
    xenstore_collect(store);
    return xenbus_state(store, &read);
}

void xenbus_post_state(struct xenstore *store, uint32_t transaction, const char *directory,
                       enum xenbus_state state, int *result)
{
    char text[XENBUS_NUMBER_BYTES];

    platform_snprintf(text, sizeof(text), "%u", (unsigned)state);
    xenstore_post_write(store, transaction, directory, "state", text, result);
}

int xenbus_write_state(struct xenstore *store, uint32_t transaction, const char *directory,
                       enum xenbus_state state)
{
    int result;

    xenbus_post_state(store, transaction, directory, state, &result);
    xenstore_collect(store);
    return result;
}

const char *xenbus_state_name(int state)
{
    return state >= 0 && state < STATES ? state_names[state] : state_names[0];
}
