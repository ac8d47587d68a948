/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "store_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "log.h"
#include "store_thread.h"

static enum { STORE_WORKS, STORE_STALLED, STORE_LOST } state;

static uint64_t step_ms, call_limit_ms = STORE_LIMIT_MS, guest_due_ms = UINT64_MAX;

/* The thread's copy of the call that it makes. What a stalled call finds is not freed. */
static struct store_call current;

static bool directory_make_private(const struct store_call *call)
{
    struct xs_permissions owner_only = {.id = call->domid, .perms = XS_PERM_NONE};

    return xs_mkdir(call->store, call->transaction, call->path) &&
           xs_set_permissions(call->store, call->transaction, call->path, &owner_only, 1);
}

static bool operation_run(struct store_call *call)
{
    switch (call->operation) {
    case STORE_OPEN:
        call->store = xs_open(XS_UNWATCH_FILTER);
        return call->store;
    case STORE_READ:
        call->found = xs_read(call->store, call->transaction, call->path, &call->count);
        return call->found;
    case STORE_WRITE:
        return xs_write(call->store, call->transaction, call->path, call->text,
                        (unsigned)strlen(call->text));
    case STORE_REMOVE:
        return xs_rm(call->store, call->transaction, call->path);
    case STORE_MAKE_PRIVATE:
        return directory_make_private(call);
    case STORE_LIST:
        call->found = xs_directory(call->store, call->transaction, call->path, &call->count);
        return call->found;
    case STORE_WATCH:
        return xs_watch(call->store, call->path, call->text);
    case STORE_UNWATCH:
        return xs_unwatch(call->store, call->path, call->text);
    case STORE_TRANSACTION_START:
        call->transaction = xs_transaction_start(call->store);
        return call->transaction != XBT_NULL;
    case STORE_TRANSACTION_END:
        return xs_transaction_end(call->store, call->transaction, call->abort);
    case STORE_IS_INTRODUCED:
        errno = 0;
        return xs_is_domain_introduced(call->store, call->domid);
    }
    return false;
}

/* Errors of the socket. xenstored replies with none of them. */
static bool is_error_of_connection(int error)
{
    return error == EBADF || error == EPIPE || error == ECONNRESET;
}

/* Called in the thread. */
static void current_run(void *context)
{
    struct store_call *call = context;

    call->good = operation_run(call);
    call->error = errno;
    /* A call whose connection ends before the reply fails with EINVAL, and only the next one shows
     * why. */
    if (call->good || call->error != EINVAL || call->operation == STORE_OPEN)
        return;
    free(xs_read(call->store, XBT_NULL, "domid", NULL));
    if (is_error_of_connection(errno))
        call->error = errno;
}

static uint64_t limit_ms(void)
{
    uint64_t now = clock_ms(), end = guest_due_ms;

    if (end < step_ms + STORE_DUE_LIMIT_MS)
        end = step_ms + STORE_DUE_LIMIT_MS;
    if (end > now + call_limit_ms)
        end = now + call_limit_ms;
    return end > now ? end - now : 0;
}

bool store_call(struct store_call *call)
{
    errno = ETIMEDOUT;
    if (store_is_down())
        return false;
    current = *call;
    if (!store_thread_run(current_run, &current, limit_ms())) {
        state = STORE_STALLED;
        log_error("xenstored does not answer");
        errno = ETIMEDOUT;
        return false;
    }
    *call = current;
    if (!call->good && call->operation != STORE_OPEN && is_error_of_connection(call->error))
        store_set_lost();
    errno = call->error;
    return call->good;
}

void store_limit_set(uint32_t guest_limit_ms)
{
    call_limit_ms = guest_limit_ms / 2 < STORE_LIMIT_MS ? guest_limit_ms / 2 : STORE_LIMIT_MS;
}

void store_step_begin(uint64_t due_ms)
{
    step_ms = clock_ms();
    guest_due_ms = due_ms;
}

void store_due(uint64_t due_ms)
{
    if (due_ms < guest_due_ms)
        guest_due_ms = due_ms;
}

bool store_is_down(void)
{
    return state != STORE_WORKS;
}

bool store_is_lost(void)
{
    return state == STORE_LOST;
}

void store_set_lost(void)
{
    if (state == STORE_LOST)
        return;
    state = STORE_LOST;
    log_error("the connection to xenstored is lost");
}

bool store_resume(void)
{
    if (state != STORE_STALLED || store_thread_is_busy())
        return false;
    state = STORE_WORKS;
    log_info("xenstored answers again");
    return true;
}
