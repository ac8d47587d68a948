/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disk_close.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include <xen/xen.h>

#include <xen/io/xenbus.h>

#include "clock.h"
#include "device.h"
#include "grants.h"
#include "log.h"
#include "store_call.h"
#include "xen/base/handover.h"

/* A transaction that conflicts with another client's is repeated, but not for ever. */
#define TRANSACTION_TRIES 16

/* Time until a backend that does not follow is told again, and one that says Closed, but uses
 * grants. */
#define TOLD_MS   1000u
#define IN_USE_MS 200u

static const char *const keys[] = {HANDOVER_KEYS};

static void frontend_path(char *path, uint32_t domid, uint32_t number)
{
    snprintf(path, STORE_PATH_BYTES, "/local/domain/%u/device/vbd/%u", domid, number);
}

static bool mark_read(const struct xen *xen, xs_transaction_t transaction, const char *frontend,
                      struct mark *mark)
{
    char text[HANDOVER_MARK_BYTES];

    return store_read(xen->store, transaction, frontend, HANDOVER_MARK, text, sizeof(text)) &&
           mark_parse(text, mark);
}

bool disk_wants_hook(const struct xen *xen, uint32_t domid, uint32_t number, uint32_t *magic)
{
    char frontend[STORE_PATH_BYTES];
    struct mark mark;
    uint32_t state;

    frontend_path(frontend, domid, number);
    bool wants = mark_read(xen, XBT_NULL, frontend, &mark) && mark.hook &&
                 store_read_u32(xen->store, XBT_NULL, frontend, "state", &state) &&
                 (state == XenbusStateInitialised || state == XenbusStateConnected);
    if (wants)
        *magic = mark.magic;
    return wants;
}

/* The guest can write the key "backend" in its own directory. So the path comes from libxl's part
 * of xenstore, or the backend itself must name this frontend. Return: false with errno; ENOENT if
 * there is none. */
static bool backend_find(struct disk_close *disk, const struct xen *xen)
{
    char toolstack[STORE_PATH_BYTES], back_link[STORE_PATH_BYTES];

    snprintf(toolstack, sizeof(toolstack), "/libxl/%u/device/vbd/%u", disk->domid, disk->number);
    if (store_read(xen->store, XBT_NULL, toolstack, "backend", disk->backend,
                   sizeof(disk->backend)))
        return backend_path_parse(disk->backend, disk->domid, disk->number, &disk->backend_domid);
    return errno == ENOENT &&
           store_read(xen->store, XBT_NULL, disk->frontend, "backend", disk->backend,
                      sizeof(disk->backend)) &&
           backend_path_parse(disk->backend, disk->domid, disk->number, &disk->backend_domid) &&
           store_read(xen->store, XBT_NULL, disk->backend, "frontend", back_link,
                      sizeof(back_link)) &&
           !strcmp(back_link, disk->frontend);
}

/* Set device, or device_unread with errno. Only a kernel backend in this domain needs the drop:
 * other backends here use the page cache, as QEMU does. No guest can write to the backend's
 * directory, where the toolstack's block script writes the device. */
static void device_find(struct disk_close *disk, const struct xen *xen)
{
    char own[STORE_PATH_BYTES], text[32];

    snprintf(own, sizeof(own), "/local/domain/%u/backend/vbd/%u/%u", xen->domid, disk->domid,
             disk->number);
    disk->device_unread = false;
    if (strcmp(disk->backend, own))
        return;
    bool is_read = store_read(xen->store, XBT_NULL, own, "physical-device", text, sizeof(text));
    disk->device_unread = !is_read && errno != ENOENT;
    if (!disk->device_unread && !(is_read && device_parse(text, &disk->device)))
        log_error("domain %u: vbd %u: cannot find the block device of its backend: page cache not "
                  "dropped",
                  disk->domid, disk->number);
}

/* Return: -1 if there is no backend any more. */
static int backend_state(const struct disk_close *disk, const struct xen *xen)
{
    uint32_t state;

    /* A failure of xenstored is not taken for a backend that is gone. */
    if (!store_read_u32(xen->store, XBT_NULL, disk->backend, "state", &state))
        return errno == ENOENT ? -1 : XenbusStateUnknown;
    return state <= XenbusStateReconfigured ? (int)state : XenbusStateUnknown;
}

/* Whether the keys of the connection are those that the mark names. If not, errno is ENOENT unless
 * xenstored has failed. */
static bool connection_is_marked(const struct disk_close *disk, const struct xen *xen,
                                 xs_transaction_t transaction)
{
    uint32_t ring, port;

    return store_read_u32(xen->store, transaction, disk->frontend, "ring-ref", &ring) &&
           ring == disk->mark.first &&
           store_read_u32(xen->store, transaction, disk->frontend, "event-channel", &port) &&
           port == disk->mark.port;
}

enum change {
    CHANGE_DONE,
    CHANGE_REFUSED, /* the disk is not as the daemon has left it */
    CHANGE_FAILED,  /* xenstored has failed, with errno: nothing is known */
};

/* The part of frontend_state_change in a transaction. */
static enum change frontend_state_write(const struct disk_close *disk, const struct xen *xen,
                                        xs_transaction_t transaction, uint32_t from, uint32_t to,
                                        bool remove_keys)
{
    char value[16];
    uint32_t state;

    snprintf(value, sizeof(value), "%u", to);
    bool good =
        store_read_u32(xen->store, transaction, disk->frontend, "state", &state) && state == from &&
        (to != XenbusStateClosing || from == to || connection_is_marked(disk, xen, transaction));
    for (unsigned i = 0; good && remove_keys && i < sizeof(keys) / sizeof(keys[0]); i++)
        good = store_remove(xen->store, transaction, disk->frontend, keys[i]);
    if (good && store_write(xen->store, transaction, disk->frontend, "state", value))
        return CHANGE_DONE;
    return errno == ENOENT ? CHANGE_REFUSED : CHANGE_FAILED;
}

/* In one transaction, change the frontend's state, and remove the firmware's keys if @remove_keys.
 * It is refused if the state is not @from, or the mark does not match a connection that is to be
 * closed. */
static enum change frontend_state_change(const struct disk_close *disk, const struct xen *xen,
                                         uint32_t from, uint32_t to, bool remove_keys)
{
    for (unsigned tries = 0; tries < TRANSACTION_TRIES; tries++) {
        xs_transaction_t transaction = store_transaction_start(xen->store);

        if (transaction == XBT_NULL)
            return CHANGE_FAILED;
        enum change change = frontend_state_write(disk, xen, transaction, from, to, remove_keys);
        int error = errno;
        if (store_transaction_end(xen->store, transaction, change != CHANGE_DONE)) {
            errno = error;
            return change;
        }
        /* Another client's change; or a live update of xenstored has lost the transaction, in
         * which case what was read in it may be wrong. */
        if (errno != EAGAIN && errno != ENOENT)
            return CHANGE_FAILED;
    }
    return CHANGE_REFUSED;
}

static void disk_close_wake(struct disk_close *disk, uint64_t at_ms)
{
    if (at_ms < disk->wake_ms)
        disk->wake_ms = at_ms;
}

/* xenstored has failed, so nothing is known: try again soon. */
static void disk_close_retry(struct disk_close *disk)
{
    disk_close_wake(disk, clock_ms() + CLOSE_UNREAD_MS);
}

/* Stop: the disk belongs to the operating system now. */
static void disk_close_cancel(struct disk_close *disk)
{
    log_info("domain %u: vbd %u: left alone: its driver uses or closes it", disk->domid,
             disk->number);
    disk->state = CLOSE_DONE;
}

/* Return: false with errno if xenstored fails: try again. */
static bool disk_close_advance(struct disk_close *disk, const struct xen *xen,
                               enum close_state next, uint32_t from, uint32_t to, bool remove_keys)
{
    switch (frontend_state_change(disk, xen, from, to, remove_keys)) {
    case CHANGE_DONE:
        disk->state = next;
        disk->told_ms = clock_ms();
        return true;
    case CHANGE_REFUSED:
        disk_close_cancel(disk);
        return true;
    default:
        disk_close_retry(disk);
        return false;
    }
}

/* Continue the close of an earlier daemon from the state that it has left. */
static bool disk_close_resume(struct disk_close *disk, uint32_t state)
{
    if (state == XenbusStateClosing)
        disk->state = CLOSE_AWAIT_CLOSING;
    else if (state == XenbusStateClosed)
        disk->state = CLOSE_AWAIT_CLOSED;
    else
        return false;
    return true;
}

/* An operating system may use the firmware's references, or even its port, for a connection of its
 * own, and leave the mark. The frame of the ring then shows whose it is. Return: 1 or 0; -1 with
 * errno if xenstored fails. */
static int connection_is_firmwares(const struct disk_close *disk, const struct xen *xen,
                                   uint32_t state)
{
    if (state != XenbusStateInitialised && state != XenbusStateConnected)
        return 0;
    if (!connection_is_marked(disk, xen, XBT_NULL))
        return errno == ENOENT ? 0 : -1;
    int has_ring = grants_have_ring(xen, disk->domid, disk->backend_domid, &disk->mark);
    if (has_ring < 0)
        log_error("domain %u: vbd %u: cannot read its grants: %s", disk->domid, disk->number,
                  strerror(errno));
    return has_ring > 0;
}

static void disk_close_token(const struct disk_close *disk, char token[32])
{
    snprintf(token, 32, "%u/%u", disk->domid, disk->number);
}

/* Whether a close has to begin, or may have begun. */
static bool is_to_close(const struct mark *mark, uint32_t state, enum close_reason reason,
                        bool resume)
{
    if (reason == CLOSE_FOR_ACCESS)
        return true;
    if (resume && (state == XenbusStateClosing || state == XenbusStateClosed))
        return true;
    return reason == CLOSE_TO_LEAVE && mark->hook && state == XenbusStateConnected;
}

static void drop_failure_report(const struct disk_close *disk, int error)
{
    log_error("domain %u: vbd %u: cannot drop the page cache of device %u:%u: %s", disk->domid,
              disk->number, major(disk->device), minor(disk->device), strerror(error));
}

static void drop_start(struct disk_close *disk)
{
    int error = disk->device ? page_cache_drop_start(&disk->drop, disk->device) : 0;

    if (error)
        drop_failure_report(disk, error);
}

/* The daemon that has closed the disk, and removed its mark, may have been killed before the drop
 * was done. Another drop does no harm. Return: whether there is something to drop. */
static bool drop_repeat(struct disk_close *disk, const struct xen *xen)
{
    uint32_t state;

    if (!store_read_u32(xen->store, XBT_NULL, disk->frontend, "state", &state) ||
        state != XenbusStateInitialising || !backend_find(disk, xen))
        return false;
    device_find(disk, xen);
    if (disk->device_unread)
        return false;
    drop_start(disk);
    memset(&disk->mark, 0, sizeof(disk->mark));
    disk->state = CLOSE_DONE;
    disk->closed = true;
    errno = ENOENT;
    return disk->device;
}

static bool state_is_watched(const struct xen *xen, const char *directory, const char *token)
{
    return store_watch(xen->store, directory, "state", token) || errno == EEXIST;
}

/* The close has begun: prepare for its steps. */
static void disk_close_prepare(struct disk_close *disk, const struct xen *xen)
{
    char token[32];

    disk_close_token(disk, token);
    disk->told_ms = clock_ms();
    device_find(disk, xen);
    bool backend = state_is_watched(xen, disk->backend, token);
    bool frontend = state_is_watched(xen, disk->frontend, token);
    disk->unwatched = !backend || !frontend;
}

bool disk_close_begin(struct disk_close *disk, const struct xen *xen, uint32_t domid,
                      uint32_t number, enum close_reason reason, bool resume)
{
    uint32_t state;

    memset(disk, 0, sizeof(*disk));
    disk->domid = domid;
    disk->number = number;
    frontend_path(disk->frontend, domid, number);
    if (!mark_read(xen, XBT_NULL, disk->frontend, &disk->mark))
        return errno == ENOENT && resume && drop_repeat(disk, xen);
    bool has_state = store_read_u32(xen->store, XBT_NULL, disk->frontend, "state", &state);
    if (has_state && !is_to_close(&disk->mark, state, reason, resume))
        return false;
    if (!has_state || !backend_find(disk, xen)) {
        if (errno != ENOENT)
            return false;
        log_error("domain %u: vbd %u: not closed: it has a mark, but no valid state or backend",
                  domid, number);
        disk->state = CLOSE_DONE;
        return true;
    }
    int is_ours = connection_is_firmwares(disk, xen, state);
    if (is_ours < 0 || (is_ours && !disk_close_advance(disk, xen, CLOSE_AWAIT_CLOSING, state,
                                                       XenbusStateClosing, false)))
        return false;
    if (!is_ours && (!resume || !disk_close_resume(disk, state)))
        disk_close_cancel(disk);
    if (disk->state != CLOSE_DONE)
        disk_close_prepare(disk, xen);
    return true;
}

static bool drop_is_done(struct disk_close *disk)
{
    int error = disk->drop.process ? page_cache_drop_poll(&disk->drop) : 0;

    if (error == EINPROGRESS)
        return false;
    if (error)
        drop_failure_report(disk, error);
    return true;
}

/* The state of the frontend that the last step has written. */
static const uint32_t written[] = {
    [CLOSE_AWAIT_CLOSING] = XenbusStateClosing,
    [CLOSE_AWAIT_CLOSED] = XenbusStateClosed,
    [CLOSE_AWAIT_REINIT] = XenbusStateInitialising,
};

/* A backend that does not follow may have missed the event of this state, as tapback does at times,
 * or needs another one to release the grants. So write the state again, which does no harm. Not
 * more often: this causes an event for the daemon, too. */
static void disk_close_tell_again(struct disk_close *disk, const struct xen *xen)
{
    uint32_t state = written[disk->state], interval_ms = disk->used ? IN_USE_MS : TOLD_MS;
    uint64_t now = clock_ms();

    if (now >= disk->told_ms + interval_ms) {
        /* If another driver has the disk, the next step finds out. */
        frontend_state_change(disk, xen, state, state, false);
        disk->told_ms = now;
    }
    disk_close_wake(disk, disk->told_ms + interval_ms);
}

static void grants_in_use_report(const struct disk_close *disk)
{
    log_error("domain %u: vbd %u: domain %u still uses %d of its grants", disk->domid, disk->number,
              disk->backend_domid, disk->used);
}

/* The backend says Closed, or is @gone: end the grants. Return: whether it has released them, or
 * never will. */
static bool grants_are_released(struct disk_close *disk, const struct xen *xen, bool gone)
{
    int used = grants_end(xen, disk->domid, disk->backend_domid, &disk->mark);

    if (used < 0)
        log_error("domain %u: vbd %u: cannot end its grants: %s", disk->domid, disk->number,
                  strerror(errno));
    disk->used = used > 0 ? used : 0;
    if (disk->used && gone)
        grants_in_use_report(disk);
    return !disk->used || gone;
}

/* The backend has closed: once it has released the connection, remove the keys. */
static void disk_close_clean(struct disk_close *disk, const struct xen *xen, bool gone)
{
    if (disk->device_unread)
        return;
    if (!disk->released && !grants_are_released(disk, xen, gone))
        return;
    if (!disk->released)
        drop_start(disk);
    disk->released = true;
    disk->used = 0;
    disk_close_advance(disk, xen, CLOSE_AWAIT_REINIT, XenbusStateClosed, XenbusStateInitialising,
                       true);
}

/* Whether the frontend's state is what the last step has written. If not, the backend does not
 * follow this daemon, but the driver that has written another state. */
static bool frontend_is_unchanged(const struct disk_close *disk, const struct xen *xen)
{
    uint32_t state;

    return store_read_u32(xen->store, XBT_NULL, disk->frontend, "state", &state) &&
           state == written[disk->state];
}

static void disk_close_follow(struct disk_close *disk, const struct xen *xen)
{
    int state = backend_state(disk, xen);
    bool gone = state < 0;

    if (state == XenbusStateUnknown)
        disk_close_retry(disk);
    else
        disk->used = 0;
    if (store_is_down())
        return;
    if (disk->state == CLOSE_AWAIT_CLOSING &&
        (gone || state == XenbusStateClosing || state == XenbusStateClosed))
        disk_close_advance(disk, xen, CLOSE_AWAIT_CLOSED, XenbusStateClosing, XenbusStateClosed,
                           false);
    if (disk->state == CLOSE_AWAIT_CLOSED && (gone || state == XenbusStateClosed))
        disk_close_clean(disk, xen, gone);
    if (disk->state == CLOSE_AWAIT_REINIT && (gone || state == XenbusStateInitWait)) {
        disk->closed = true;
        disk->state = CLOSE_DONE;
    }
    if (disk->state != CLOSE_DONE)
        disk_close_tell_again(disk, xen);
}

bool disk_close_step(struct disk_close *disk, const struct xen *xen)
{
    disk->wake_ms = UINT64_MAX;
    if (disk->state != CLOSE_DONE) {
        if (disk->device_unread)
            device_find(disk, xen);
        if (disk->device_unread || disk->unwatched)
            disk_close_retry(disk);
        if (frontend_is_unchanged(disk, xen))
            disk_close_follow(disk, xen);
        else if (errno != ENOENT)
            disk_close_retry(disk);
        else
            disk_close_cancel(disk);
    }
    return drop_is_done(disk) && disk->state == CLOSE_DONE;
}

/* A drop that is killed cannot be repeated until its child has ended. */
bool disk_close_goes_on(const struct disk_close *disk, const struct xen *xen)
{
    uint32_t state;

    if (disk->state != CLOSE_DONE)
        return true;
    if (!disk->closed || !disk->drop.process)
        return false;
    if (!store_read_u32(xen->store, XBT_NULL, disk->frontend, "state", &state))
        return errno != ENOENT;
    return state == XenbusStateInitialising;
}

void disk_close_abandon(struct disk_close *disk, const struct xen *xen)
{
    char token[32];

    page_cache_drop_abandon(&disk->drop);
    disk_close_token(disk, token);
    store_unwatch(xen->store, disk->backend, "state", token);
    store_unwatch(xen->store, disk->frontend, "state", token);
}

static void not_closed_report(const struct disk_close *disk, const struct xen *xen,
                              const char *awaited)
{
    log_error("domain %u: vbd %u: not closed in time: its backend, in state %d, did not %s",
              disk->domid, disk->number, backend_state(disk, xen), awaited);
}

/* The backend says Closed, and uses grants at the limit. An operating system may connect with
 * others. The firmware goes on with the close: it does not use a disk whose backend has its pages,
 * and tells the backend again. */
static void disk_close_end_in_use(const struct disk_close *disk, const struct xen *xen,
                                  bool waiting)
{
    grants_in_use_report(disk);
    if (!waiting || frontend_state_change(disk, xen, XenbusStateClosed, XenbusStateInitialising,
                                          true) != CHANGE_DONE)
        not_closed_report(disk, xen, "release its grants");
    else if (disk->device)
        drop_failure_report(disk, ETIMEDOUT);
}

void disk_close_end(struct disk_close *disk, const struct xen *xen, bool waiting)
{
    static const char *const awaited[] = {
        [CLOSE_AWAIT_CLOSING] = "begin to close",
        [CLOSE_AWAIT_CLOSED] = "close",
        [CLOSE_AWAIT_REINIT] = "become ready again",
    };

    if (disk->state == CLOSE_AWAIT_CLOSED && disk->used && !store_is_down())
        disk_close_end_in_use(disk, xen, waiting);
    else if (disk->state != CLOSE_DONE && !store_is_down())
        not_closed_report(disk, xen, awaited[disk->state]);
    if (disk->drop.process)
        drop_failure_report(disk, ETIMEDOUT);
    disk_close_abandon(disk, xen);
    if (waiting && disk->mark.count)
        store_remove(xen->store, XBT_NULL, disk->frontend, HANDOVER_MARK);
}
