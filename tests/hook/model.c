/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <xen/grant_table.h>
#include <xen/memory.h>

#include <xen/io/xenbus.h>

#include "access.h"
#include "clock.h"
#include "log.h"
#include "model_events.h"
#include "store_call.h"
#include "store_thread.h"
#include "xen/base/handover.h"

#define NODES_MAX   4096u
#define REMOTE_PORT MODEL_REMOTE_PORT
#define LOCAL_PORT  MODEL_LOCAL_PORT

struct model model;
struct xen model_xen;

static uint64_t now_ms;
static uint32_t backend_domid;
/* The event channel of each disk. */
#define PORT "9"

static char report[4096]; /* what the daemon has logged */

/* What Xen has of each guest. */
static struct guest {
    bool exists;
    grant_entry_v1_t grants[MODEL_GRANTS];
    struct ioreq page[XEN_PAGE_BYTES / sizeof(struct ioreq)];
    bool notified[MODEL_CPUS]; /* the processor has had an event since its request */
} guests[MODEL_GUESTS];

/* What each backend has seen: how often the frontend's state was written. */
static unsigned events_seen[MODEL_GUESTS][MODEL_DISKS];

static void model_die(const char *what)
{
    fprintf(stderr, "model: %s\n", what);
    abort();
}

static unsigned guest_of(uint32_t domid)
{
    if (domid < MODEL_DOMID || domid >= MODEL_DOMID + MODEL_GUESTS)
        model_die("a call for a domain that is none of the guests");
    return domid - MODEL_DOMID;
}

uint64_t clock_ms(void)
{
    return now_ms;
}

/**** xenstore ****/

struct tree {
    struct node {
        char *path, *value;
        size_t path_length; /* most paths differ in it: a search is quick */
        size_t length; /* of the value, which may have zero bytes, and has one more behind it */
        unsigned writes;
    } nodes[NODES_MAX];
    unsigned count, changes;
};
static struct tree committed, working;
static unsigned working_since;

static void tree_clear(struct tree *tree)
{
    for (unsigned i = 0; i < tree->count; i++) {
        free(tree->nodes[i].path);
        free(tree->nodes[i].value);
    }
    tree->count = 0;
}

static struct node *tree_find(struct tree *tree, const char *path)
{
    size_t length = strlen(path);

    for (unsigned i = 0; i < tree->count; i++)
        if (tree->nodes[i].path_length == length && !memcmp(tree->nodes[i].path, path, length))
            return &tree->nodes[i];
    return NULL;
}

static char *value_copy(const char *value, size_t length)
{
    char *copy = malloc(length + 1);

    memcpy(copy, value, length);
    copy[length] = 0;
    return copy;
}

static void tree_write(struct tree *tree, const char *path, const char *value, size_t length)
{
    struct node *node = tree_find(tree, path);

    if (!node) {
        if (tree->count == NODES_MAX)
            model_die("too many nodes");
        node = &tree->nodes[tree->count++];
        node->path = strdup(path);
        node->path_length = strlen(path);
        node->value = NULL;
        node->writes = 0;
    }
    free(node->value);
    node->value = value_copy(value, length);
    node->length = length;
    node->writes++;
    tree->changes++;
}

static bool path_is_below(const char *path, const char *parent)
{
    size_t length = strlen(parent);

    return !strncmp(path, parent, length) && (path[length] == '/' || !path[length]);
}

static void tree_remove(struct tree *tree, const char *path)
{
    for (unsigned i = 0; i < tree->count;) {
        if (!path_is_below(tree->nodes[i].path, path)) {
            i++;
            continue;
        }
        free(tree->nodes[i].path);
        free(tree->nodes[i].value);
        tree->nodes[i] = tree->nodes[--tree->count];
    }
    tree->changes++;
}

static void tree_copy(struct tree *to, const struct tree *from)
{
    tree_clear(to);
    for (unsigned i = 0; i < from->count; i++) {
        to->nodes[i].path = strdup(from->nodes[i].path);
        to->nodes[i].path_length = from->nodes[i].path_length;
        to->nodes[i].value = value_copy(from->nodes[i].value, from->nodes[i].length);
        to->nodes[i].length = from->nodes[i].length;
        to->nodes[i].writes = from->nodes[i].writes;
    }
    to->count = from->count;
    to->changes = from->changes;
}

static struct tree *tree_of(xs_transaction_t transaction)
{
    return transaction == XBT_NULL ? &committed : &working;
}

/* The daemon may write its own keys and those of the guests' frontends. */
static void write_check(const char *path)
{
    static const char *const allowed[] = {HANDOVER_HOOK, HANDOVER_CLAIM};
    static const char disks[] = "device/vbd/";
    unsigned domid = 0;
    int length = 0;

    if (path_is_below(path, "/local/domain/0/xenpv-hookd"))
        return;
    if (sscanf(path, "/local/domain/%u/%n", &domid, &length) != 1 || !length)
        model_die(path);
    path += length;
    if (guests[guest_of(domid)].exists && !strncmp(path, disks, strlen(disks)) &&
        path[strlen(disks) + strspn(path + strlen(disks), "0123456789")] == '/')
        return;
    for (unsigned i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        if (path_is_below(path, allowed[i]))
            return;
    model_die(path);
}

const char *model_read(const char *path)
{
    struct node *node = tree_find(&committed, path);

    return node ? node->value : NULL;
}

unsigned model_writes(const char *path)
{
    const struct node *node = tree_find(&committed, path);

    return node ? node->writes : 0;
}

void model_write_bytes(const char *path, const void *value, size_t length)
{
    tree_write(&committed, path, value, length);
    model_changed(path, false);
}

void model_write(const char *path, const char *value)
{
    model_write_bytes(path, value, strlen(value));
}

void model_remove(const char *path)
{
    tree_remove(&committed, path);
    model_changed(path, true);
}

bool model_call_fails(void)
{
    if (!model.store_fails_at || --model.store_fails_at)
        return false;
    errno = model.store_error;
    return true;
}

bool model_read_fails(void)
{
    if (model_call_fails())
        return true;
    if (!model.read_failures)
        return false;
    model.read_failures--;
    errno = ENOMEM;
    return true;
}

void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *length)
{
    if (model_read_fails())
        return NULL;
    struct node *node = tree_find(tree_of(t), path);
    char *value = node ? value_copy(node->value, node->length) : NULL;

    (void)h;
    if (node && length)
        *length = (unsigned)node->length;
    if (model.at_read)
        model.at_read(path);
    errno = ENOENT;
    return value;
}

bool xs_write(struct xs_handle *h, xs_transaction_t t, const char *path, const void *data,
              unsigned int length)
{
    (void)h;
    write_check(path);
    if (model_call_fails())
        return false;
    tree_write(tree_of(t), path, data, length);
    if (t == XBT_NULL)
        model_changed(path, false);
    return true;
}

bool xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path)
{
    (void)h;
    write_check(path);
    if (model_call_fails())
        return false;
    errno = ENOENT;
    bool found = tree_find(tree_of(t), path);
    tree_remove(tree_of(t), path);
    if (t == XBT_NULL && found)
        model_changed(path, true);
    return found;
}

bool xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path)
{
    (void)h, (void)t;
    write_check(path);
    return !model_call_fails();
}

bool xs_set_permissions(struct xs_handle *h, xs_transaction_t t, const char *path,
                        struct xs_permissions *permissions, unsigned int count)
{
    (void)h, (void)t, (void)permissions, (void)count;
    write_check(path);
    return !model_call_fails();
}

/* As libxenstore, return one block: the pointers, then the names. */
char **xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *count)
{
    if (model_read_fails())
        return NULL;
    char **names = calloc(1, NODES_MAX * (sizeof(char *) + 64)), *at;
    size_t length = strlen(path);

    (void)h, (void)t;
    if (model.at_directory)
        model.at_directory(path);
    at = (char *)(names + NODES_MAX);
    *count = 0;
    for (unsigned i = 0; i < committed.count; i++) {
        const char *below = committed.nodes[i].path;
        bool known = false;

        if (!path_is_below(below, path) || !below[length])
            continue;
        snprintf(at, 64, "%.*s", (int)strcspn(below + length + 1, "/"), below + length + 1);
        for (unsigned j = 0; j < *count; j++)
            known |= !strcmp(names[j], at);
        if (known)
            continue;
        names[(*count)++] = at;
        at += 64;
    }
    return names;
}

xs_transaction_t xs_transaction_start(struct xs_handle *h)
{
    (void)h;
    if (model_call_fails())
        return XBT_NULL;
    tree_copy(&working, &committed);
    working_since = committed.changes;
    if (model.at_transaction)
        model.at_transaction();
    return 1;
}

/* Report the changes of a transaction, once it has ended. */
static void report_changes(struct tree *before, struct tree *after)
{
    for (unsigned i = 0; i < after->count; i++) {
        const struct node *old = tree_find(before, after->nodes[i].path);

        /* As xenstored, also if the value is the same. */
        if (!old || old->writes != after->nodes[i].writes)
            model_changed(after->nodes[i].path, false);
    }
    for (unsigned i = 0; i < before->count; i++)
        if (!tree_find(after, before->nodes[i].path))
            model_changed(before->nodes[i].path, true);
}

bool xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort)
{
    (void)h, (void)t;
    if (model_call_fails())
        return false;
    /* After a live update that has not waited, the transaction is unknown. */
    if (model.lost_transactions) {
        model.lost_transactions--;
        errno = ENOENT;
        return false;
    }
    if (abort)
        return true;
    if (working_since != committed.changes || model.conflicts) {
        model.conflicts -= model.conflicts != 0;
        errno = EAGAIN;
        return false;
    }
    if (model_has_connection())
        report_changes(&committed, &working);
    tree_copy(&committed, &working);
    committed.changes++;
    return true;
}

/**** The thread that calls libxenstore ****/

static bool store_is_stopped, store_has_stopped, store_has_ended;
static uint64_t store_returns_ms; /* when the waiting call returns */
static void (*waiting_call)(void *context);
static void *waiting_context;

static void pause_at_once(uint64_t end_ms, bool (*is_over)(void))
{
    if (!is_over())
        now_ms = end_ms;
}

model_pause *model_pause_function = pause_at_once;

int store_thread_start(void)
{
    return 0;
}

static bool store_has_returned(void)
{
    if (waiting_call && !store_is_stopped && now_ms >= store_returns_ms) {
        waiting_call(waiting_context);
        waiting_call = NULL;
    }
    return !waiting_call;
}

bool store_thread_is_busy(void)
{
    return !store_has_returned();
}

bool store_thread_run(void (*function)(void *context), void *context, uint64_t limit_ms)
{
    if (waiting_call)
        model_die("a second call of libxenstore");
    if (store_has_ended) {
        struct store_call *call = context;

        call->good = false;
        call->error = EBADF;
        return true;
    }
    if (model.store_stops_at && !--model.store_stops_at)
        store_is_stopped = store_has_stopped = true;
    waiting_call = function;
    waiting_context = context;
    store_returns_ms = now_ms + model.store_ms;
    if (store_has_returned())
        return true;
    bool in_time = !store_is_stopped && model.store_ms <= limit_ms;
    model_pause_function(in_time ? store_returns_ms : now_ms + limit_ms, store_has_returned);
    return store_has_returned();
}

bool model_store_is_stopped(void)
{
    return store_is_stopped;
}

bool model_store_has_stopped(void)
{
    return store_has_stopped;
}

void model_store_end(void)
{
    store_has_ended = true;
}

bool model_store_has_ended(void)
{
    return store_has_ended;
}

void model_store_continue(void)
{
    void (*function)(void *context) = waiting_call;

    store_is_stopped = false;
    waiting_call = NULL;
    model.store_stops_at = 0;
    if (function)
        function(waiting_context);
}

/**** The ioreq server ****/

int xendevicemodel_modified_memory(xendevicemodel_handle *h, domid_t domid, uint64_t first,
                                   uint32_t count)
{
    (void)h, (void)domid;
    for (uint64_t frame = first; frame < first + count && frame < MODEL_FRAMES; frame++)
        model.dirty[frame] = true;
    return 0;
}

int xendevicemodel_create_ioreq_server(xendevicemodel_handle *h, domid_t domid, int buffered,
                                       ioservid_t *id)
{
    struct model_guest *guest = &model.guests[guest_of(domid)];

    (void)h, (void)buffered;
    if (model.at_create)
        model.at_create();
    errno = ENOSPC;
    if (model.no_server)
        return -1;
    if (guest->server_exists)
        model_die("a second server");
    memset(guests[guest_of(domid)].page, 0, sizeof(guests->page));
    guest->server_exists = true;
    *id = 1;
    return 0;
}

int xendevicemodel_set_ioreq_server_state(xendevicemodel_handle *h, domid_t domid, ioservid_t id,
                                          int enabled)
{
    unsigned guest = guest_of(domid);

    (void)h;
    errno = ENOENT;
    if (id != 1 || !model.guests[guest].server_exists)
        return -1;
    if (!enabled && model.at_disable)
        model.at_disable();
    for (unsigned cpu = 0; enabled && cpu < MODEL_CPUS; cpu++)
        guests[guest].page[cpu].vp_eport = REMOTE_PORT + cpu;
    model.guests[guest].server_enabled = enabled;
    if (enabled && model.at_enable)
        model.at_enable();
    return 0;
}

int xendevicemodel_map_io_range_to_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                ioservid_t id, int is_mmio, uint64_t start,
                                                uint64_t end)
{
    (void)h, (void)id, (void)is_mmio, (void)start, (void)end;
    errno = ENOMEM;
    if (model.map_failures && model.map_failures--)
        return -1;
    model.guests[guest_of(domid)].ports_taken = true;
    return 0;
}

int xendevicemodel_unmap_io_range_from_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                    ioservid_t id, int is_mmio, uint64_t start,
                                                    uint64_t end)
{
    (void)h, (void)id, (void)is_mmio, (void)start, (void)end;
    if (model.at_unmap)
        model.at_unmap();
    model.guests[guest_of(domid)].ports_taken = false;
    return 0;
}

int xendevicemodel_destroy_ioreq_server(xendevicemodel_handle *h, domid_t domid, ioservid_t id)
{
    unsigned guest = guest_of(domid);

    (void)h;
    if (id != 1)
        model_die("a server with a number that was not created is destroyed");
    if (model.at_destroy)
        model.at_destroy();
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        if (guests[guest].page[cpu].state != STATE_IOREQ_NONE)
            model_die("the server is destroyed while a processor waits");
    model.guests[guest].server_exists = model.guests[guest].ports_taken = false;
    model.guests[guest].server_enabled = false;
    return 0;
}

static unsigned local_port(unsigned guest, unsigned cpu)
{
    return LOCAL_PORT + guest * MODEL_CPUS + cpu;
}

xenevtchn_port_or_error_t xenevtchn_bind_interdomain(xenevtchn_handle *h, uint32_t domid,
                                                     evtchn_port_t remote)
{
    unsigned local = local_port(guest_of(domid), remote - REMOTE_PORT);

    (void)h;
    errno = ENOMEM;
    if (model.bind_failures && model.bind_failures--)
        return -1;
    /* Xen signals a new channel at once, for events that came before. */
    model_port_event(local);
    return (int)local;
}

int xenevtchn_unbind(xenevtchn_handle *h, evtchn_port_t port)
{
    (void)h, (void)port;
    return 0;
}

static void answer_collect(unsigned guest, unsigned cpu)
{
    struct ioreq *slot = &guests[guest].page[cpu];

    if (model.paused || !guests[guest].notified[cpu] || slot->state != STATE_IORESP_READY)
        return;
    model.guests[guest].answers[cpu] = slot->data;
    model.guests[guest].answered[cpu]++;
    model.guests[guest].answered_ms = now_ms;
    slot->state = STATE_IOREQ_NONE;
}

int xenevtchn_notify(xenevtchn_handle *h, evtchn_port_t port)
{
    unsigned guest = (port - LOCAL_PORT) / MODEL_CPUS, cpu = (port - LOCAL_PORT) % MODEL_CPUS;

    (void)h;
    if (guest >= MODEL_GUESTS || guests[guest].page[cpu].state != STATE_IORESP_READY)
        model_die("an answer to no request");
    guests[guest].notified[cpu] = true;
    answer_collect(guest, cpu);
    return 0;
}

static void guest_request(unsigned guest, unsigned cpu, const struct ioreq *request)
{
    struct ioreq *slot = &guests[guest].page[cpu];
    uint32_t port = slot->vp_eport;

    if (slot->state != STATE_IOREQ_NONE || !model.guests[guest].server_enabled)
        return;
    *slot = *request;
    slot->vp_eport = port;
    slot->state = STATE_IOREQ_READY;
    guests[guest].notified[cpu] = false;
    model_port_event(local_port(guest, cpu));
}

void model_request(unsigned cpu, const struct ioreq *request)
{
    guest_request(0, cpu, request);
}

bool model_is_waiting(unsigned cpu)
{
    return guests[0].page[cpu].state != STATE_IOREQ_NONE;
}

void model_guest_port_access(unsigned guest, unsigned cpu, bool write, unsigned port, unsigned size,
                             uint64_t data)
{
    struct ioreq request = {.type = IOREQ_TYPE_PIO,
                            .dir = write ? IOREQ_WRITE : IOREQ_READ,
                            .addr = port,
                            .size = size,
                            .count = 1,
                            .data = data};

    guest_request(guest, cpu, &request);
}

void model_port_access(unsigned cpu, bool write, unsigned port, unsigned size, uint64_t data)
{
    model_guest_port_access(0, cpu, write, port, size, data);
}

/**** Paths of the disks ****/

static const char *frontend_of(unsigned guest, unsigned disk, const char *key)
{
    static char paths[8][128];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, 128, "/local/domain/%u/device/vbd/%u%s%s", MODEL_DOMID + guest,
             51776 + disk * 16, *key ? "/" : "", key);
    return path;
}

static const char *backend_of(unsigned guest, unsigned disk, const char *key)
{
    static char paths[8][128];
    static unsigned next;
    char *path = paths[next++ % 8];

    snprintf(path, 128, "/local/domain/%u/backend/vbd/%u/%u%s%s", backend_domid,
             MODEL_DOMID + guest, 51776 + disk * 16, *key ? "/" : "", key);
    return path;
}

const char *model_frontend(unsigned disk, const char *key)
{
    return frontend_of(0, disk, key);
}

const char *model_backend(unsigned disk, const char *key)
{
    return backend_of(0, disk, key);
}

/**** Memory of the guest, its grant table, the page of the ioreq server ****/

xenforeignmemory_resource_handle *
xenforeignmemory_map_resource(xenforeignmemory_handle *h, domid_t domid, unsigned int type,
                              unsigned int id, unsigned long frame, unsigned long frames,
                              void **address, int protection, int flags)
{
    grant_entry_v1_t *grants = guests[guest_of(domid)].grants;

    (void)h, (void)protection, (void)flags;
    errno = type == XENMEM_resource_ioreq_server ? ENOENT : EINVAL;
    if (type == XENMEM_resource_ioreq_server) {
        *address = guests[guest_of(domid)].page;
        return model.guests[guest_of(domid)].server_exists ? *address : NULL;
    }
    if (id == XENMEM_resource_grant_table_id_status && !model.grants_version_2)
        return NULL;
    if (id != XENMEM_resource_grant_table_id_status &&
        (frame + frames) * XEN_PAGE_BYTES > sizeof(guests->grants))
        return NULL;
    *address = (uint8_t *)grants + frame * XEN_PAGE_BYTES;
    return (void *)grants;
}

int xenforeignmemory_unmap_resource(xenforeignmemory_handle *h,
                                    xenforeignmemory_resource_handle *resource)
{
    (void)h, (void)resource;
    return 0;
}

/* Each mapping is an allocation, so that the sanitizer detects accesses outside it. */
void *xenforeignmemory_map(xenforeignmemory_handle *h, uint32_t domid, int protection, size_t pages,
                           const xen_pfn_t frames[], int errors[])
{
    (void)h, (void)domid, (void)protection;
    if (pages != 1)
        model_die("more than a page is mapped");
    errors[0] = frames[0] < MODEL_FRAMES ? 0 : -EINVAL;
    uint8_t *copy = malloc(XEN_PAGE_BYTES + sizeof(xen_pfn_t));
    if (!errors[0])
        memcpy(copy, model.memory + frames[0] * XEN_PAGE_BYTES, XEN_PAGE_BYTES);
    memcpy(copy + XEN_PAGE_BYTES, &frames[0], sizeof(frames[0]));
    return copy;
}

int xenforeignmemory_unmap(xenforeignmemory_handle *h, void *address, size_t pages)
{
    xen_pfn_t frame;

    (void)h, (void)pages;
    memcpy(&frame, (uint8_t *)address + XEN_PAGE_BYTES, sizeof(frame));
    if (frame < MODEL_FRAMES)
        memcpy(model.memory + frame * XEN_PAGE_BYTES, address, XEN_PAGE_BYTES);
    free(address);
    return 0;
}

unsigned model_reference(unsigned disk, unsigned index)
{
    return 8 + disk * 17 + index;
}

unsigned model_frame(unsigned disk, unsigned index)
{
    return 0xf0000 + disk * 17 + index;
}

static void mark_write(unsigned guest, unsigned disk, const char *mode)
{
    char text[HANDOVER_MARK_BYTES];

    snprintf(text, sizeof(text), "%s %u 17 " PORT " %u %u %u", mode, model_reference(disk, 0),
             model_frame(disk, 0), model_frame(disk, 1), model.magic);
    model_write(frontend_of(guest, disk, HANDOVER_MARK), text);
}

void model_mark_write(unsigned disk, const char *mode)
{
    mark_write(0, disk, mode);
}

grant_entry_v1_t *model_grant(unsigned reference)
{
    return &guests[0].grants[reference];
}

/**** QEMU's monitor ****/

bool replay_start(struct replay *replay, uint32_t domid, const char *command)
{
    (void)domid;
    snprintf(model.command, sizeof(model.command), "%s", command);
    model.commands++;
    replay->process = now_ms < model.child_free_ms ? REPLAY_WAITS : 1;
    replay->deadline_ms = now_ms + REPLAY_LIMIT_MS;
    return true;
}

enum replay_state replay_poll(struct replay *replay, uint32_t domid, uint32_t *value)
{
    (void)domid;
    if (replay->process == REPLAY_WAITS && now_ms < replay->deadline_ms) {
        replay->process = now_ms < model.child_free_ms ? REPLAY_WAITS : 1;
        return REPLAY_RUNNING;
    }
    if (model.monitor_hangs && now_ms < replay->deadline_ms)
        return REPLAY_RUNNING;
    replay->process = 0;
    if (model.monitor_fails || model.monitor_hangs)
        return REPLAY_FAILED;
    if (model.monitor_says)
        access_reply_parse(model.monitor_says, value);
    return REPLAY_DONE;
}

void replay_abort(struct replay *replay)
{
    replay->process = 0;
}

/**** Dom0's page cache ****/

dev_t model_device(unsigned disk)
{
    return makedev(0xfd, 0x10a + disk);
}

/* The process number is the index of the drop plus 1. */
int page_cache_drop_start(struct page_cache_drop *drop, dev_t device)
{
    unsigned disk = device == model_device(1);
    const char *state = model_read(model_backend(disk, "state"));

    if (model.drop_start_error)
        return model.drop_start_error;
    if (model.drop_count == MODEL_DROPS)
        return EBUSY;
    model.drops[model.drop_count++] = (struct model_drop){
        .device = device, .since_ms = now_ms, .backend_state = state ? *state : 0};
    drop->process = (pid_t)model.drop_count;
    drop->device = device;
    return 0;
}

int page_cache_drop_poll(struct page_cache_drop *drop)
{
    struct model_drop *its = &model.drops[drop->process - 1];

    if (now_ms - its->since_ms < model.drop_ms)
        return EINPROGRESS;
    its->ended = true;
    drop->process = 0;
    return model.drop_error;
}

void page_cache_drop_abandon(struct page_cache_drop *drop)
{
    if (drop->process)
        model.drops[drop->process - 1].abandoned = true;
    drop->process = 0;
}

/**** The keys of the host ****/

static void disk_begin(unsigned guest, unsigned disk)
{
    char text[64];

    snprintf(text, sizeof(text), "/libxl/%u/device/vbd/%u/backend", MODEL_DOMID + guest,
             51776 + disk * 16);
    model_write(text, backend_of(guest, disk, ""));
    model_write(frontend_of(guest, disk, "backend"), backend_of(guest, disk, ""));
    snprintf(text, sizeof(text), "%u", backend_domid);
    model_write(frontend_of(guest, disk, "backend-id"), text);
    model_write(frontend_of(guest, disk, "state"), "4");
    snprintf(text, sizeof(text), "%u", model_reference(disk, 0));
    model_write(frontend_of(guest, disk, "ring-ref"), text);
    model_write(frontend_of(guest, disk, "event-channel"), PORT);
    model_write(frontend_of(guest, disk, "protocol"), "x86_32-abi");
    model_write(frontend_of(guest, disk, "feature-persistent"), "1");
    mark_write(guest, disk, "hook");
    model_write(backend_of(guest, disk, "frontend"), frontend_of(guest, disk, ""));
    model_write(backend_of(guest, disk, "state"), "4");
    for (unsigned i = 0; i < 17; i++)
        guests[guest].grants[model_reference(disk, i)] = (grant_entry_v1_t){
            .flags = GTF_permit_access,
            .domid = (domid_t)backend_domid,
            .frame = model_frame(disk, i),
        };
    snprintf(text, sizeof(text), "%x:%x", major(model_device(disk)), minor(model_device(disk)));
    model_write(backend_of(guest, disk, "physical-device"), text);
}

void model_disk_open(unsigned disk)
{
    disk_begin(0, disk);
}

static void guest_begin(unsigned guest)
{
    uint32_t domid = MODEL_DOMID + guest;
    char path[64], identity[64];

    guests[guest].exists = true;
    guests[guest].grants[0] = guests[guest].grants[1] =
        (grant_entry_v1_t){.flags = GTF_permit_access, .domid = 0, .frame = 1};
    snprintf(path, sizeof(path), "/local/domain/%u/vm", domid);
    snprintf(identity, sizeof(identity), "/vm/%08x-3c20-4838-9cec-e0d77924357b",
             0xf2979861 + guest);
    model_write(path, identity);
    snprintf(path, sizeof(path), "/local/domain/%u/hvmloader/bios", domid);
    model_write(path, "seabios");
    snprintf(path, sizeof(path), "/local/domain/0/device-model/%u", domid);
    model_write(path, "");
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        disk_begin(guest, disk);
}

uint32_t model_guest_add(unsigned guest)
{
    guest_begin(guest);
    return MODEL_DOMID + guest;
}

void model_begin(void)
{
    memset(&model, 0, sizeof(model));
    model.magic = HANDOVER_UNPLUG_MAGIC;
    memset(guests, 0, sizeof(guests));
    memset(events_seen, 0, sizeof(events_seen));
    report[0] = 0;
    backend_domid = 3;
    tree_clear(&committed);
    tree_clear(&working);
    guest_begin(0);
}

void model_backends_make_local(void)
{
    model_remove("/local/domain/3");
    backend_domid = model_xen.domid;
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        disk_begin(0, disk);
}

void model_end(void)
{
    tree_clear(&committed);
    tree_clear(&working);
}

/* As blkback, which says Closed while it has requests in flight, and looks again whether it can
 * release the grants only at an event of the frontend's state. */
static void backend_use(unsigned guest, unsigned disk, bool uses)
{
    for (unsigned i = 0; i < MODEL_GRANTS_IN_USE; i++) {
        grant_entry_v1_t *grant = &guests[guest].grants[model_reference(disk, i)];

        if (uses)
            grant->flags |= GTF_reading | GTF_writing;
        else
            grant->flags &= (uint16_t) ~(GTF_reading | GTF_writing);
    }
}

static void backend_disconnect(unsigned guest, unsigned disk)
{
    unsigned writes = model_writes(frontend_of(guest, disk, "state"));
    bool has_event = events_seen[guest][disk] != writes;

    events_seen[guest][disk] = writes;
    if (has_event)
        backend_use(guest, disk, now_ms < model.guests[guest].io_end_ms);
}

/* Return: whether the backend has had no event of the frontend's state, since it misses the first
 * one. */
static bool backend_misses(unsigned guest, unsigned disk, char state)
{
    unsigned writes = model_writes(frontend_of(guest, disk, "state"));

    if (model.guests[guest].missed[disk] != state)
        return false;
    if (!events_seen[guest][disk])
        events_seen[guest][disk] = writes;
    return events_seen[guest][disk] == writes;
}

/* As blkback, follow the frontend's state by one step. */
static void backend_step(unsigned guest, unsigned disk)
{
    const char *front = model_read(frontend_of(guest, disk, "state"));
    const char *back = model_read(backend_of(guest, disk, "state"));

    if (!front || !back || store_is_stopped ||
        model.guests[guest].backends[disk] == BACKEND_HANGS || backend_misses(guest, disk, *front))
        return;
    if (*front == '6' && model.guests[guest].backends[disk] == BACKEND_IS_BUSY)
        backend_disconnect(guest, disk);
    if (!strcmp(front, "5") && !strcmp(back, "4"))
        model_write(backend_of(guest, disk, "state"), "5");
    else if (model.guests[guest].backends[disk] == BACKEND_HANGS_AT_CLOSING)
        return;
    else if (!strcmp(front, "6") && strcmp(back, "2") && strcmp(back, "6"))
        model_write(backend_of(guest, disk, "state"), "6");
    else if (!strcmp(front, "1") && !strcmp(back, "6"))
        model_write(backend_of(guest, disk, "state"), "2");
}

void model_others_step(void)
{
    for (unsigned guest = 0; guest < MODEL_GUESTS && guests[guest].exists; guest++) {
        for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
            backend_step(guest, disk);
        for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
            answer_collect(guest, cpu);
    }
}

void model_time_pass(uint64_t ms)
{
    now_ms += ms;
}

struct domain *model_attend(void)
{
    return domain_new(&model_xen, MODEL_DOMID, MODEL_LIMIT_MS);
}

void model_run(struct domain *domain, unsigned ms)
{
    for (uint64_t end = now_ms + ms; now_ms < end; now_ms += model.tick_ms ? model.tick_ms : 5) {
        model_others_step();
        /* As if each change were an event. */
        domain->dirty = true;
        for (unsigned turns = 0; domain_step(domain, &model_xen, MODEL_LIMIT_MS) == 0; turns++)
            if (turns > 100)
                model_die("the daemon takes steps for ever");
    }
}

/**** The daemon's log, which is shown if a test fails ****/

static void report_line(const char *format, va_list arguments)
{
    size_t used = strlen(report);

    vsnprintf(report + used, sizeof(report) - used, format, arguments);
    strncat(report, "\n", sizeof(report) - strlen(report) - 1);
}

void log_show(void)
{
    fputs(report, stdout);
}

unsigned model_log_count(const char *text)
{
    unsigned count = 0;

    for (const char *found = report; (found = strstr(found, text)); found++)
        count++;
    return count;
}

void log_error(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report_line(format, arguments);
    va_end(arguments);
}

void log_info(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    report_line(format, arguments);
    va_end(arguments);
}

void log_detail(const char *format, ...)
{
    (void)format;
}
