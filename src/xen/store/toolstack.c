/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "toolstack.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"

#define DIRECTORY "control"
#define KEY       "shutdown"

static enum toolstack_request request_from(const char *value)
{
    /* A domain that is halted is not started again, like one that is powered off. */
    static const struct {
        const char *value;
        enum toolstack_request request;
    } known[] = {
        {"poweroff", TOOLSTACK_POWER_OFF},
        {"halt", TOOLSTACK_POWER_OFF},
        {"reboot", TOOLSTACK_REBOOT},
        {"suspend", TOOLSTACK_SUSPEND},
    };
    uint32_t length = string_length(value);

    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (length == string_length(known[i].value) && bytes_equal(value, known[i].value, length))
            return known[i].request;
    return TOOLSTACK_NOTHING;
}

/* Read the key and clear it in one transaction, since the toolstack may withdraw its request.
 * Return: 0 with *@request set, or an error. */
static int request_take(struct xenstore *store, enum toolstack_request *request)
{
    char value[TOOLSTACK_VALUE_BYTES];
    uint32_t transaction;
    int error = xenstore_transaction_start(store, &transaction);

    if (error)
        return error;
    error = xenstore_read(store, transaction, DIRECTORY, KEY, value, sizeof(value));
    *request = error < 0 ? TOOLSTACK_NOTHING : request_from(value);
    if (*request == TOOLSTACK_NOTHING) {
        xenstore_transaction_abort(store, transaction);
        return 0;
    }
    error = xenstore_write(store, transaction, DIRECTORY, KEY, "");
    if (error) {
        xenstore_transaction_abort(store, transaction);
        return error;
    }
    return xenstore_transaction_commit(store, transaction);
}

/* Return: whether the key has been read, with the value in place. */
static bool look(struct toolstack *toolstack, struct xenstore *store)
{
    if (!toolstack->posted)
        xenstore_post_read(store, XENSTORE_NO_TRANSACTION, DIRECTORY, KEY, toolstack->value,
                           sizeof(toolstack->value), &toolstack->result);
    toolstack->posted = !xenstore_collect_within(store, TOOLSTACK_WAIT_MS);
    return !toolstack->posted && toolstack->result > 0;
}

enum toolstack_request toolstack_look(struct toolstack *toolstack, struct core *core)
{
    struct xenstore *store = &core->store;

    /* A restore may have brought another page or port of xenstore. */
    if (xenstore_is_closed(store) && (xenstore_find(store) || xenstore_is_closed(store)))
        return TOOLSTACK_NOTHING;
    return look(toolstack, store) ? request_from(toolstack->value) : TOOLSTACK_NOTHING;
}

enum toolstack_request toolstack_take(struct toolstack *toolstack, struct core *core)
{
    enum toolstack_request request;
    int error = request_take(&core->store, &request);

    /* -XEN_EAGAIN: somebody else has written meanwhile, and the next look finds out what. The log
     * has no line for each second in which a request stands that cannot be acknowledged. */
    if (error && error != -XEN_EAGAIN && error != toolstack->error)
        log_error("cannot acknowledge what the toolstack asks for: %s\n", error_name(error));
    toolstack->error = error == -XEN_EAGAIN ? 0 : error;
    return error ? TOOLSTACK_NOTHING : request;
}

void toolstack_settle(struct core *core)
{
    xenstore_collect(&core->store);
}
