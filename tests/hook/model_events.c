/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "model_events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "children.h"
#include "model.h"

#define WATCHES_MAX 256u
#define EVENTS_MAX  1024u
#define DOMAINS_MAX 16u
#define PORTS_MAX   64u
#define TEXT_BYTES  128

struct watch {
    char path[TEXT_BYTES], token[TEXT_BYTES];
};

enum model_absent model_absent;
bool model_store_floods, model_ports_flood;
unsigned model_reaps;

static struct watch watches[WATCHES_MAX], events[EVENTS_MAX];
static unsigned watch_count, event_count;
static bool introduced[DOMAINS_MAX], ports_pending[PORTS_MAX], ports_masked[PORTS_MAX];
/* The files that the daemon polls: readable while there is an event. */
static int store_pipe[2] = {-1, -1}, port_pipe[2] = {-1, -1};

static void events_die(const char *what)
{
    fprintf(stderr, "model: %s\n", what);
    abort();
}

static void pipe_show(const int ends[2], bool readable)
{
    char byte = 0;

    if (ends[0] < 0)
        return;
    while (read(ends[0], &byte, 1) == 1)
        ;
    if (readable && write(ends[1], &byte, 1) != 1)
        events_die("a pipe is broken");
}

static bool pipe_open(int ends[2])
{
    return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0;
}

/**** Watches ****/

bool model_has_connection(void)
{
    return store_pipe[0] >= 0;
}

struct xs_handle *xs_open(unsigned long flags)
{
    errno = ENOENT;
    if (model_absent == ABSENT_STORE)
        return NULL;
    /* Without the flag it is a client that only reads. */
    if (flags == XS_UNWATCH_FILTER && !pipe_open(store_pipe))
        return NULL;
    /* The watches of an earlier connection ended with it. */
    watch_count = event_count = 0;
    return (struct xs_handle *)store_pipe;
}

int xs_fileno(struct xs_handle *h)
{
    (void)h;
    return store_pipe[0];
}

void model_watch_event(const char *path, const char *token)
{
    if (event_count == EVENTS_MAX)
        events_die("too many events of watches");
    struct watch *event = &events[event_count++];
    snprintf(event->path, TEXT_BYTES, "%s", path);
    snprintf(event->token, TEXT_BYTES, "%s", token);
    pipe_show(store_pipe, true);
}

static bool is_below(const char *path, const char *parent)
{
    size_t length = strlen(parent);

    return !strncmp(path, parent, length) && (path[length] == '/' || !path[length]);
}

void model_changed(const char *path, bool removed)
{
    for (unsigned i = 0; i < watch_count; i++)
        if (is_below(path, watches[i].path))
            model_watch_event(path, watches[i].token);
        else if (removed && is_below(watches[i].path, path))
            model_watch_event(watches[i].path, watches[i].token);
}

static struct watch *watch_find(const char *path, const char *token)
{
    for (unsigned i = 0; i < watch_count; i++)
        if (!strcmp(watches[i].path, path) && !strcmp(watches[i].token, token))
            return &watches[i];
    return NULL;
}

/* As xenstored, report one event at once. */
bool xs_watch(struct xs_handle *h, const char *path, const char *token)
{
    (void)h;
    if (model_call_fails())
        return false;
    if (!model_has_connection())
        return true;
    errno = model_absent == ABSENT_WATCHES ? EACCES : EEXIST;
    if (model_absent == ABSENT_WATCHES || watch_find(path, token))
        return false;
    if (watch_count == WATCHES_MAX)
        events_die("too many watches");
    snprintf(watches[watch_count].path, TEXT_BYTES, "%s", path);
    snprintf(watches[watch_count++].token, TEXT_BYTES, "%s", token);
    model_watch_event(path, token);
    return true;
}

/* With XS_UNWATCH_FILTER no event of the watch comes after this. */
bool xs_unwatch(struct xs_handle *h, const char *path, const char *token)
{
    struct watch *watch = watch_find(path, token);
    unsigned kept = 0;

    (void)h;
    errno = ENOENT;
    if (!watch)
        return !model_has_connection();
    *watch = watches[--watch_count];
    for (unsigned i = 0; i < event_count; i++)
        if (!is_below(events[i].path, path) || strcmp(events[i].token, token))
            events[kept++] = events[i];
    event_count = kept;
    pipe_show(store_pipe, event_count);
    return true;
}

/* As libxenstore, return one block: two pointers, then the texts. */
char **xs_check_watch(struct xs_handle *h)
{
    (void)h;
    errno = model_store_has_ended() ? EINVAL : EAGAIN;
    if (!event_count)
        return NULL;
    struct {
        char *parts[2];
        struct watch event;
    } *block = malloc(sizeof(*block));
    block->event = events[0];
    block->parts[XS_WATCH_PATH] = block->event.path;
    block->parts[XS_WATCH_TOKEN] = block->event.token;
    memmove(events, events + 1, --event_count * sizeof(events[0]));
    if (model_store_floods)
        model_watch_event(block->event.path, block->event.token);
    pipe_show(store_pipe, event_count);
    return block->parts;
}

unsigned model_watches(void)
{
    return watch_count;
}

void model_store_lost(void)
{
    close(store_pipe[1]);
}

/**** Domains ****/

void model_introduce(uint32_t domid, bool is_introduced)
{
    introduced[domid] = is_introduced;
    model_changed(is_introduced ? "@introduceDomain" : "@releaseDomain", false);
}

bool xs_is_domain_introduced(struct xs_handle *h, unsigned int domid)
{
    (void)h;
    return !model_read_fails() && domid < DOMAINS_MAX && introduced[domid];
}

/**** Event channels ****/

static bool port_is_reported(unsigned port)
{
    return ports_pending[port] && !ports_masked[port];
}

static void ports_show(void)
{
    bool any = false;

    for (unsigned port = 0; port < PORTS_MAX; port++)
        any |= port_is_reported(port);
    pipe_show(port_pipe, any);
}

xenevtchn_handle *xenevtchn_open(struct xentoollog_logger *logger, unsigned int flags)
{
    (void)logger, (void)flags;
    errno = ENOENT;
    if (model_absent == ABSENT_EVENTS || !pipe_open(port_pipe))
        return NULL;
    return (xenevtchn_handle *)port_pipe;
}

int xenevtchn_fd(xenevtchn_handle *h)
{
    (void)h;
    return port_pipe[0];
}

void model_port_event(evtchn_port_t port)
{
    ports_pending[port] = true;
    ports_show();
}

xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle *h)
{
    (void)h;
    for (unsigned port = 0; port < PORTS_MAX; port++) {
        if (!port_is_reported(port))
            continue;
        ports_pending[port] = model_ports_flood;
        ports_masked[port] = true;
        ports_show();
        return (int)port;
    }
    errno = EAGAIN;
    return -1;
}

int xenevtchn_unmask(xenevtchn_handle *h, evtchn_port_t port)
{
    (void)h;
    ports_masked[port] = false;
    ports_show();
    return 0;
}

void model_ports_lost(void)
{
    close(port_pipe[1]);
}

/**** The loop's other handles and its children ****/

xendevicemodel_handle *xendevicemodel_open(struct xentoollog_logger *logger, unsigned int flags)
{
    (void)logger, (void)flags;
    errno = ENOENT;
    return model_absent == ABSENT_DEVICE_MODEL ? NULL : (xendevicemodel_handle *)&model_absent;
}

xenforeignmemory_handle *xenforeignmemory_open(struct xentoollog_logger *logger, unsigned int flags)
{
    (void)logger, (void)flags;
    errno = ENOENT;
    return model_absent == ABSENT_MEMORY ? NULL : (xenforeignmemory_handle *)&model_absent;
}

void children_reap(void)
{
    model_reaps++;
}
