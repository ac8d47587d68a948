/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/backend.h"

#include "model/clock.h"
#include "model/events.h"
#include "model/fault.h"
#include "model/grants.h"
#include "model/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for the longest name of a key. */
#define KEY_PATH_BYTES (BACKEND_PATH_BYTES + 32)

static const char *key_read(const char *directory, const char *key)
{
    char path[KEY_PATH_BYTES];

    snprintf(path, sizeof(path), "%s/%s", directory, key);
    return store_read(path);
}

void backend_write_key(const struct backend *backend, const char *key, const char *value)
{
    char path[KEY_PATH_BYTES];

    snprintf(path, sizeof(path), "%s/%s", backend->path, key);
    if (value)
        store_write(path, "%s", value);
}

static int state_of(const char *directory)
{
    const char *state = key_read(directory, "state");

    return state ? atoi(state) : XenbusStateUnknown;
}

int backend_state(const struct backend *backend)
{
    return state_of(backend->path);
}

void backend_set_state(struct backend *backend, int state)
{
    char digits[12];

    /* A backend does not make its directory again once the toolstack has removed it. */
    if (!store_read(backend->path))
        return;
    snprintf(digits, sizeof(digits), "%d", state);
    backend_write_key(backend, "state", digits);
}

static void backend_notified(void *context)
{
    struct backend *backend = context;

    backend->notified = true;
}

/* Map the ring and bind the port that the frontend's keys name. Return: whether that works. */
static bool backend_map(struct backend *backend)
{
    const char *reference = key_read(backend->frontend, "ring-ref");
    const char *port = key_read(backend->frontend, "event-channel");
    const char *protocol = key_read(backend->frontend, "protocol");

    if (!reference || !port)
        return false;
    if (!protocol || !strcmp(protocol, "x86_64-abi"))
        backend->x86_32 = false;
    else if (!strcmp(protocol, "x86_32-abi"))
        backend->x86_32 = true;
    else
        return false;
    backend->ring_reference = (uint32_t)strtoul(reference, NULL, 10);
    backend->ring = grants_map(backend->config.domid, backend->ring_reference, true);
    if (!backend->ring)
        return false;
    backend->port = (uint32_t)strtoul(port, NULL, 10);
    if (events_bind(backend->config.domid, backend->port, backend_notified, backend))
        return true;
    grants_unmap(backend->ring_reference, true);
    backend->ring = NULL;
    return false;
}

static void backend_connect(struct backend *backend)
{
    if (backend->ring || !backend_kind_may_connect(backend))
        return; /* does not report it */
    if (!backend_map(backend)) {
        backend_set_state(backend, XenbusStateClosing);
        return;
    }
    backend->connects++;
    backend->consumed = backend->produced = 0;
    backend->notified = true; /* reads the ring once without a notification */
    backend_kind_connected(backend);
    backend_set_state(backend, XenbusStateConnected);
}

static void backend_release(struct backend *backend)
{
    backend_io_release(backend);
    grants_unmap(backend->ring_reference, true);
    events_unbind(backend->port, backend);
    backend->ring = NULL;
}

bool backend_disconnect(struct backend *backend)
{
    if (!backend->ring)
        return true;
    if (backend_io_in_flight(backend))
        return false;
    if (backend->config.keeps_pages)
        return true;
    backend_release(backend);
    return true;
}

/* React to the frontend's state. Return: false to be called again. */
static bool backend_react(struct backend *backend, int state)
{
    switch (state) {
    case XenbusStateInitialising:
        if (backend_kind_reopens(backend))
            backend_set_state(backend, XenbusStateInitWait);
        return true;
    case XenbusStateInitialised:
    case XenbusStateConnected:
        backend_connect(backend);
        return true;
    case XenbusStateClosing:
        backend_set_state(backend, XenbusStateClosing);
        return true;
    case XenbusStateClosed:
        if (backend_disconnect(backend))
            backend->busy = 0;
        else if (backend->config.stays_busy)
            backend->busy = store_written(backend->frontend, "state");
        else
            return false;
        backend_set_state(backend, XenbusStateClosed);
        backend->gone = backend_kind_is_freed(backend);
        return true;
    default:
        return true;
    }
}

void backend_forget(struct backend *backend)
{
    memset(backend->pending, 0, sizeof(backend->pending));
    backend->held_count = 0;
    backend->ring = NULL;
    backend->gone = false;
    backend->busy = 0;
    backend->seen = backend->next = XenbusStateInitialising;
}

void backend_vanish(struct backend *backend)
{
    if (backend->ring)
        backend_release(backend);
    tree_remove(&store_tree, backend->path);
    backend->gone = true;
}

/* Whether the backend misses the event of this state. It does until the state is written again. */
static bool backend_misses(struct backend *backend, int state)
{
    unsigned written = store_written(backend->frontend, "state");

    if (backend->config.misses & 1u << state) {
        backend->config.misses &= ~(1u << state);
        backend->missed = written;
    }
    return backend->missed && backend->missed == written;
}

/* What a watch on the frontend's state does. */
static void backend_poll(struct backend *backend)
{
    int state = state_of(backend->frontend);

    if (state != backend->seen && backend_misses(backend, state)) {
        backend->polled = store_tree.generation;
        return;
    }
    bool again = backend->busy && store_written(backend->frontend, "state") != backend->busy;
    if (again && state == backend->seen) {
        backend->busy = 0;
        backend_react(backend, state);
    }
    if (state != backend->seen && state != backend->next) {
        backend->next = state;
        backend->react_us = clock_now_us() + backend->config.latency_us;
    }
    backend->polled = store_tree.generation;
}

void backend_run(struct backend *backend)
{
    if (backend->gone)
        return;
    if (backend->polled != store_tree.generation)
        backend_poll(backend);
    if (backend->next != backend->seen && clock_now_us() >= backend->react_us &&
        ((backend->config.ignores & 1u << backend->next) || backend_react(backend, backend->next)))
        backend->seen = backend->next;
    if (backend->ring)
        backend_io_run(backend);
}
