/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_connection.h"

#include "vbd_io.h"
#include "vbd_owner.h"
#include "vbd_properties.h"
#include "vbd_share.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/size.h"
#include "xen/hv/hypercall.h"

static const char *const vbd_state_names[] = {
    [VBD_CLOSED] = "closed",
    [VBD_AWAIT_INIT] = "awaiting InitWait",
    [VBD_AWAIT_CONNECTED] = "awaiting Connected",
    [VBD_CONNECTED] = "connected",
    [VBD_FLUSHING] = "flushing",
    [VBD_AWAIT_CLOSING] = "awaiting Closing",
    [VBD_AWAIT_CLOSED] = "awaiting Closed",
    [VBD_AWAIT_REINIT] = "awaiting InitWait again",
    [VBD_LOST] = "lost",
};

static void vbd_enter(struct vbd *vbd, enum vbd_state state)
{
    log_debug("%s: %s -> %s\n", vbd->vdev.name, vbd_state_names[vbd->state],
              vbd_state_names[state]);
    vbd->state = state;
}

/* The backend reacts only to a state it can see, so retry. */
static int vbd_write_state(struct vbd *vbd, enum xenbus_state state)
{
    struct xenstore *store = &vbd->core->store;
    int error = -XEN_EAGAIN;

    for (int tries = 0; error && tries < VBD_CLOSE_TRIES && !vbd_store_is_gone(vbd); tries++)
        error = xenbus_write_state(store, XENSTORE_NO_TRANSACTION, vbd->frontend, state);
    vbd->untold = error;
    return error;
}

/* For a disk that is not connected. Not retried: after a restore in this wait the directory is
 * another one, which nothing asks to close. */
static void vbd_write_closed(struct vbd *vbd)
{
    xenbus_write_state(&vbd->core->store, XENSTORE_NO_TRANSACTION, vbd->frontend,
                       XenbusStateClosed);
}

/* Begin to wait for the backend. Log nothing for a disk that could not be opened the last time: it
 * is retried with each call. */
static void vbd_begin_to_wait(struct vbd *vbd, const char *what, uint32_t limit_ms)
{
    wait_begin(&vbd->wait, vbd->vdev.name, what, limit_ms);
    vbd->wait.silent = vbd->failures;
}

/**** Closing ****/

/* @all: whether all shared pages were reclaimed; if not, the backend has the rest until it releases
 * them. */
static void vbd_end(struct vbd *vbd, bool all)
{
    vbd_enter(vbd, all ? VBD_CLOSED : VBD_LOST);
    vbd->closes_renewed = false;
    /* Without the pages the backend performs no write any more. */
    if (all)
        vbd->writing = vbd->untold = false;
    core_detach(vbd->core);
}

static void vbd_end_closed(struct vbd *vbd)
{
    vbd_end(vbd, true);
    LOG_AT(vbd_log_level(vbd), "%s: closed\n", vbd->vdev.name);
}

/* Reclaim what was shared, and restore the directory. @followed: whether the backend has released
 * it; if not, it is not expected to. */
static void vbd_reclaim(struct vbd *vbd, bool followed)
{
    bool all = vbd_unshare(vbd);

    int error = vbd_unpublish(vbd, all ? XenbusStateInitialising : XenbusStateClosed);
    if (!all) {
        /* These pages belong to the backend until it releases them: never use them again. */
        log_error("%s: its backend still holds our pages: not used until it releases them\n",
                  vbd->vdev.name);
        vbd->connects_since_fault = 0;
        vbd->untold |= error != 0;
        vbd_end(vbd, false);
    } else if (followed && !error) {
        vbd_enter(vbd, VBD_AWAIT_REINIT);
    } else {
        vbd_end_closed(vbd);
    }
}

/* End a connection whose directory is unused: the guest was restored, or something else has closed
 * the disk. */
static void vbd_end_renewed(struct vbd *vbd)
{
    vbd_end(vbd, vbd_unshare(vbd));
    vbd_forget_backend(vbd);
    log_info("%s: something else has closed it already\n", vbd->vdev.name);
}

static void vbd_begin_closing(struct vbd *vbd)
{
    vbd->broken = false;
    if (vbd_was_closed(vbd)) {
        vbd_end_renewed(vbd);
        return;
    }
    vbd_begin_to_wait(vbd, "its backend to close", vbd->core->options.close_limit_ms);
    vbd_enter(vbd, VBD_AWAIT_CLOSING);
    if (vbd_write_state(vbd, XenbusStateClosing))
        vbd_reclaim(vbd, false);
}

/* Check whether a frontend uses the directory: a close leaves it Closed. */
static bool vbd_is_taken(int frontend_state)
{
    return frontend_state == XenbusStateInitialised || frontend_state == XenbusStateConnected ||
           frontend_state == XenbusStateClosing;
}

/* Minimum time between two attempts to make the backend of a lost disk release its pages. */
#define TELL_AGAIN_MS 1000

/* Linux' blkback that is told to close while its device has requests becomes Closed without
 * releasing the pages (xen_blkif_disconnect: EBUSY), and looks again only at the next event of our
 * state. Writing the state again causes one. */
static void vbd_tell_again(struct vbd *vbd)
{
    struct instant now = instant_now();

    if (!instant_exceeds(&vbd->told_again, &now, TELL_AGAIN_MS))
        return;
    vbd->told_again = now;
    vbd_write_closed(vbd);
}

/* Begin the close of a lost disk again: its backend was not told of it, or not by us. */
static void vbd_close_again(struct vbd *vbd)
{
    vbd_begin_to_wait(vbd, "its backend to close", vbd->core->options.close_limit_ms);
    vbd_enter(vbd, VBD_AWAIT_CLOSED);
    if (vbd_write_state(vbd, XenbusStateClosed))
        vbd_end(vbd, false);
}

/* The backend may have released a lost disk's pages since. If the directory is still as the close
 * left it, restore it for the next frontend; do not touch another owner's. */
static void vbd_close_lost(struct vbd *vbd)
{
    /* core_find notices a restore if no disk is open, vbd_store_is_gone if another one is. */
    core_find(vbd->core);
    int frontend_state = xenbus_read_state(&vbd->core->store, vbd->frontend);
    if (frontend_state < 0 && !vbd_store_is_gone(vbd))
        frontend_state = xenbus_read_state(&vbd->core->store, vbd->frontend);
    bool taken = vbd_is_taken(frontend_state);
    /* An operating system that uses the disk has the grant table mapped elsewhere, and mapping it
     * here would remove that. An error is no answer. */
    if (frontend_state < 0 || (taken && !vbd_is_left_open(vbd)) || core_attach(vbd->core))
        return;
    if (vbd_is_shared(vbd) && (taken || (vbd->untold && frontend_state == XenbusStateClosed))) {
        vbd_close_again(vbd);
        return;
    }
    if (!vbd_unshare(vbd)) {
        /* End this before waiting for xenstored: this call may be abandoned there. */
        vbd_end(vbd, false);
        if (frontend_state == XenbusStateClosed)
            vbd_tell_again(vbd);
        return;
    }
    vbd_begin_to_wait(vbd, "its backend to be ready again", vbd->core->options.close_limit_ms);
    /* Enter the state before waiting for xenstored: this call may be abandoned there. */
    vbd_enter(vbd, VBD_AWAIT_REINIT);
    if (frontend_state != XenbusStateClosed || vbd_write_state(vbd, XenbusStateInitialising))
        vbd_end(vbd, true);
    else
        log_info("%s: its backend has released our pages\n", vbd->vdev.name);
}

static void vbd_log_unflushed(const struct vbd *vbd, int error)
{
    log_error("%s: the last writes may not be on stable storage: %s\n", vbd->vdev.name,
              error_name(error));
}

/* Flush first if there were writes and the backend can flush, and wait for what an abandoned call
 * has left in flight: Linux' blkback that is busy at the close keeps the pages. If the backend has
 * gone away, the flush may be done over another connection; if it does not respond, it would not
 * respond to a flush. */
static void vbd_begin_flushing(struct vbd *vbd)
{
    bool flushes = vbd->unflushed && vbd->can_flush;
    bool gone = vbd->broken && vbd->io.result == -XEN_ENOTCONN;

    vbd->flush_error = flushes && gone ? -XEN_ENOTCONN : 0;
    if (flushes && vbd->broken && !gone)
        vbd_log_unflushed(vbd, vbd->io.result);
    if (vbd->broken || (!flushes && !blkif_ring_in_flight(&vbd->ring))) {
        vbd_begin_closing(vbd);
        return;
    }
    if (flushes) {
        vbd_io_put_flush(vbd);
        vbd_io_begin(vbd);
    }
    vbd_enter(vbd, VBD_FLUSHING);
}

void vbd_close_begin(struct vbd *vbd)
{
    vbd->closes_renewed = false;
    switch (vbd->state) {
    case VBD_AWAIT_INIT:
        vbd_enter(vbd, VBD_CLOSED);
        break;
    case VBD_AWAIT_CONNECTED:
        vbd_begin_closing(vbd);
        break;
    case VBD_CONNECTED:
        vbd_begin_flushing(vbd);
        break;
    case VBD_LOST:
        vbd_close_lost(vbd);
        break;
    default:
        break;
    }
}

static void vbd_step_flushing(struct vbd *vbd)
{
    if (vbd_io_pending(vbd))
        return;
    if (vbd->unflushed)
        vbd->flush_error = vbd->io.result;
    /* A flush without a response may be repeated over another connection. */
    if (!vbd->broken)
        vbd->unflushed = vbd->writing = false;
    if (vbd->flush_error)
        vbd_log_unflushed(vbd, vbd->flush_error);
    vbd_begin_closing(vbd);
}

/* Check whether the backend has reached the state that the current step waits for. */
static bool vbd_has_followed(const struct vbd *vbd, int backend_state)
{
    switch (vbd->state) {
    case VBD_AWAIT_CLOSING:
        /* A backend whose directory is gone gets no further than that. */
        return backend_state == XenbusStateClosing || backend_state == XenbusStateClosed ||
               backend_state == XenbusStateUnknown;
    case VBD_AWAIT_CLOSED:
        return backend_state == XenbusStateClosed || backend_state == XenbusStateUnknown;
    default:
        return backend_state == XenbusStateInitWait || backend_state == XenbusStateUnknown;
    }
}

/* Nothing is shared with a backend any more: connect within the remaining time. */
static void vbd_begin_again(struct vbd *vbd)
{
    vbd->closes_renewed = false;
    core_detach(vbd->core);
    vbd_enter(vbd, VBD_AWAIT_INIT);
}

static void vbd_close_next(struct vbd *vbd)
{
    switch (vbd->state) {
    case VBD_AWAIT_CLOSING:
        vbd_enter(vbd, VBD_AWAIT_CLOSED);
        if (vbd_write_state(vbd, XenbusStateClosed))
            vbd_reclaim(vbd, false);
        break;
    case VBD_AWAIT_CLOSED:
        vbd_reclaim(vbd, true);
        break;
    default:
        if (vbd->closes_renewed)
            vbd_begin_again(vbd);
        else
            vbd_end_closed(vbd);
        break;
    }
}

/* A backend that is still Closed after a second may have missed the event of our state, as tapback
 * sometimes does. Writing the state again causes another event, and does no harm if it did not miss
 * the first. */
static void vbd_rewrite_state(struct vbd *vbd, int backend_state)
{
    uint32_t seconds = vbd->wait.waited_ms / 1000;

    if (seconds == vbd->rewritten_s)
        return;
    vbd->rewritten_s = seconds;
    if (seconds && vbd->state == VBD_AWAIT_REINIT && backend_state == XenbusStateClosed)
        vbd_write_state(vbd, XenbusStateInitialising);
}

/* A restore replaces the backend and its directory. Return: whether the new backend has seen no
 * state of this close, and so needs no further one. With a frame of its own, as
 * vbd_step_connecting. */
__attribute__((noinline)) static bool vbd_was_renewed(struct vbd *vbd, int *backend_state)
{
    struct xenstore *store = &vbd->core->store;

    if (*backend_state != XenbusStateUnknown || vbd_read_backend(vbd))
        return false;
    *backend_state = xenbus_read_state(store, vbd->backend);
    return *backend_state > XenbusStateUnknown && vbd->state != VBD_AWAIT_REINIT &&
           xenbus_read_state(store, vbd->frontend) == XenbusStateInitialising;
}

static void vbd_step_closing(struct vbd *vbd)
{
    int backend_state = xenbus_read_state(&vbd->core->store, vbd->backend);

    if (vbd_was_renewed(vbd, &backend_state)) {
        vbd_end_renewed(vbd);
        return;
    }
    if (backend_state >= 0 && vbd_has_followed(vbd, backend_state)) {
        vbd_close_next(vbd);
        return;
    }
    /* An error is not an answer: keep waiting, unless xenstore is gone. */
    if (!vbd_store_is_gone(vbd) && wait_turn(&vbd->wait)) {
        vbd_rewrite_state(vbd, backend_state);
        return;
    }
    LOG_AT(vbd_failure_level(vbd), "%s: its backend stays in state %s\n", vbd->vdev.name,
           xenbus_state_name(backend_state));
    vbd->connects_since_fault = 0;
    if (vbd->state == VBD_AWAIT_REINIT)
        vbd_end_closed(vbd);
    else
        vbd_reclaim(vbd, false);
}

void vbd_forget(struct vbd *vbd)
{
    if (vbd->state != VBD_CONNECTED)
        return;
    bool all = vbd_end_grants(vbd);
    /* What has closed the disk has not flushed these writes. */
    if (vbd->unflushed)
        vbd->flush_error = -XEN_ENOTCONN;
    vbd_forget_port(vbd);
    vbd->broken = false;
    /* The next connection may be to another disk, even at the same path. */
    vbd->learned_sectors = 0;
    vbd_end(vbd, all);
}

/**** Connecting ****/

static void vbd_note_fault(struct vbd *vbd, enum vbd_fault_what what, int error)
{
    vbd->failures++;
    vbd->fault.what = what;
    vbd->fault.error = error;
    vbd->fault.after_ms = platform_elapsed_ms(vbd->wait.since);
}

/* The guest was restored in the middle of the step: repeat it. If our state Connected has reached
 * the new directory, its backend has found no ring there, and does not become ready without a
 * close. */
static void vbd_connect_renewed(struct vbd *vbd)
{
    if (xenbus_read_state(&vbd->core->store, vbd->frontend) != XenbusStateConnected) {
        vbd_begin_again(vbd);
        return;
    }
    vbd->closes_renewed = true;
    vbd_enter(vbd, VBD_AWAIT_CLOSING);
    if (vbd_write_state(vbd, XenbusStateClosing))
        vbd_reclaim(vbd, false);
}

static void vbd_fail(struct vbd *vbd, enum vbd_fault_what what, int error)
{
    if (vbd->state == VBD_AWAIT_CONNECTED && vbd_was_closed(vbd) && vbd_unshare(vbd)) {
        vbd_connect_renewed(vbd);
        return;
    }
    vbd_note_fault(vbd, what, error);
    uint32_t name = vbd->poll.image.name;
    /* The log has this line even if the one before says that the disk was detached. */
    bool news = what == VBD_FAULT_IMAGE && !(vbd->refused && name == vbd->refused_name);
    LOG_AT(news ? LOG_LEVEL_ERROR : vbd_failure_level(vbd), "%s: not used: %s: %s, after %u ms\n",
           vbd->vdev.name, vbd_fault_text(what), error_name(error), vbd->fault.after_ms);
    if (what == VBD_FAULT_IMAGE) {
        vbd->refused = true;
        vbd->refused_name = name;
    }
    /* From here on another name is another image, even if the guest was moved before. */
    if (what == VBD_FAULT_IMAGE || what == VBD_FAULT_DETACHED)
        vbd_end_renaming(vbd);
    vbd->connects_since_fault = 0;
    vbd_close_begin(vbd);
}

void vbd_connect_begin(struct vbd *vbd, uint32_t limit_ms)
{
    if (vbd->state == VBD_LOST) {
        vbd_close_lost(vbd);
        vbd->closes_renewed = vbd->state == VBD_AWAIT_CLOSED;
        if (vbd->closes_renewed && limit_ms < vbd->core->options.close_limit_ms)
            vbd_begin_to_wait(vbd, "its backend to close", limit_ms);
    }
    /* Connecting begins with the same wait as the end of that close. */
    if (vbd->state == VBD_AWAIT_REINIT) {
        core_detach(vbd->core);
        vbd_enter(vbd, VBD_CLOSED);
    }
    if (vbd->state != VBD_CLOSED)
        return;
    int error = core_find(vbd->core);
    if (error) {
        vbd->failures++;
        vbd->fault = (struct vbd_fault){.what = VBD_FAULT_XENSTORE, .error = error};
        LOG_AT(vbd_failure_level(vbd), "%s: not used: finding xenstore: %s\n", vbd->vdev.name,
               error_name(error));
        return;
    }
    vbd_enter(vbd, VBD_AWAIT_INIT);
    vbd_begin_to_wait(vbd, "its backend", limit_ms);
}

/* Call this only once the backend is free: an operating system that has the disk also has the grant
 * table mapped, and mapping it here would move it. Return: 0, or an error with nothing shared;
 * after a restore, nothing is known of the backend any more. */
static int vbd_attach_and_share(struct vbd *vbd)
{
    int error = core_attach(vbd->core);

    if (error)
        return error;
    error = vbd_share(vbd);
    /* A restore from here on ends the grants, and is noticed by that. */
    if (!error && vbd->incarnation != hypercall_incarnation()) {
        vbd_forget_backend(vbd);
        error = -XEN_EAGAIN;
    }
    if (error) {
        vbd_enter(vbd, vbd_unshare(vbd) ? VBD_AWAIT_INIT : VBD_LOST);
        core_detach(vbd->core);
    }
    return error;
}

void vbd_let_go(struct vbd *vbd)
{
    /* In any other state the frontend is not ours. */
    if (xenbus_read_state(&vbd->core->store, vbd->frontend) == XenbusStateInitialising)
        vbd_write_closed(vbd);
}

/* Check whether the toolstack asks for the disk, or has it. It waits until the frontend is Closed.
 */
static bool vbd_follows_detach(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    struct xenbus_number read;
    uint64_t online;

    xenbus_post_number(store, &read, vbd->backend, "online");
    xenstore_collect(store);
    if (xenbus_number(&read, 1, &online) || online)
        return false;
    vbd_let_go(vbd);
    return true;
}

/* Check whether the toolstack has detached the disk, or does so. If the directory of the backend is
 * gone, also read its path: after a migration it is another one. */
__attribute__((noinline)) static bool vbd_is_detached(struct vbd *vbd, int backend_state)
{
    switch (backend_state) {
    case XenbusStateUnknown:
        return vbd_read_backend(vbd) == -XEN_ENOENT;
    case XenbusStateClosing:
    case XenbusStateClosed:
        return vbd_follows_detach(vbd);
    default:
        return false;
    }
}

static void vbd_step_init(struct vbd *vbd, int backend_state)
{
    if (vbd_is_detached(vbd, backend_state)) {
        /* If it is attached again, it may have another image. */
        vbd_forget_backend(vbd);
        vbd_fail(vbd, VBD_FAULT_DETACHED, -XEN_ENOENT);
        return;
    }
    if (!vbd->poll.details && !vbd->probe.done)
        return;
    enum vbd_verdict verdict = vbd_probe_judge(&vbd->probe, vbd->backend, backend_state);
    if (verdict == VBD_LEFT_ALONE) {
        log_error("%s: left alone: its backend %s is of a kind that is not known to be ready again "
                  "after a close\n",
                  vbd->vdev.name, vbd->backend);
        vbd_note_fault(vbd, VBD_FAULT_KIND, -XEN_EOPNOTSUPP);
        vbd_enter(vbd, VBD_CLOSED);
    }
    if (verdict != VBD_MAY_BE_USED || backend_state != XenbusStateInitWait)
        return;
    int error = vbd_attach_and_share(vbd);
    /* After a restore, probe the backend before anything is written for it. */
    if (error && !vbd->probe.done && vbd->state == VBD_AWAIT_INIT)
        return;
    if (error) {
        vbd_fail(vbd, VBD_FAULT_SHARING, error);
        return;
    }
    /* From here on the backend may act on what it reads, even if the commit fails. */
    vbd_enter(vbd, VBD_AWAIT_CONNECTED);
    error = vbd_publish(vbd);
    if (error)
        vbd_fail(vbd, VBD_FAULT_PUBLISHING, error);
}

static void vbd_log_connected(const struct vbd *vbd)
{
    char size[SIZE_TEXT_BYTES];

    LOG_AT(vbd_log_level(vbd), "%s: connected in %u ms: backend %s, %s, %s%s\n", vbd->vdev.name,
           platform_elapsed_ms(vbd->wait.since), vbd->backend, size_format(vbd->sectors, size),
           vbd->read_only ? "read-only" : "read-write",
           vbd->block_sectors > 1 ? ", blocks larger than a sector" : "");
}

/* Where Xen does not tell the guest's incarnation, a restore just before the pages were shared goes
 * unnoticed: the backend is another one. Looks once a second. */
static void vbd_find_renewed(struct vbd *vbd, int backend_state)
{
    uint32_t seconds = vbd->wait.waited_ms / 1000;

    if (backend_state != XenbusStateUnknown || seconds == vbd->rewritten_s)
        return;
    vbd->rewritten_s = seconds;
    vbd_read_backend(vbd);
}

static void vbd_step_connected(struct vbd *vbd, int backend_state)
{
    if (!vbd_is_shared(vbd)) {
        vbd_fail(vbd, VBD_FAULT_GRANTS_GONE, -XEN_ENOTCONN);
        return;
    }
    vbd_find_renewed(vbd, backend_state);
    if (backend_state == XenbusStateClosing || backend_state == XenbusStateClosed) {
        vbd_fail(vbd, VBD_FAULT_REFUSED, -XEN_ECONNREFUSED);
        return;
    }
    if (backend_state != XenbusStateConnected || !vbd->poll.details)
        return;
    int error = vbd_parse_properties(vbd);
    if (error) {
        vbd_fail(vbd, vbd->fault.what, error);
        return;
    }
    error = xenbus_write_state(&vbd->core->store, XENSTORE_NO_TRANSACTION, vbd->frontend,
                               XenbusStateConnected);
    if (error) {
        vbd_fail(vbd, VBD_FAULT_WRITING_STATE, error);
        return;
    }
    /* A restore just before the write goes unnoticed by it: nothing was in flight. */
    if (!vbd_is_shared(vbd)) {
        vbd_fail(vbd, VBD_FAULT_GRANTS_GONE, -XEN_ENOTCONN);
        return;
    }
    vbd_enter(vbd, VBD_CONNECTED);
    vbd->failures = 0;
    vbd->fault.what = VBD_FAULT_NONE;
    vbd_keep_image(vbd);
    vbd->connects++;
    vbd->connects_since_fault++;
    vbd_log_connected(vbd);
}

/* Take one step towards a connection. Not inlined: its stack frame would become part of vbd_step's,
 * which is on the stack during each wait of a close, and the caller's stack is small. */
__attribute__((noinline)) static void vbd_step_connecting(struct vbd *vbd)
{
    int backend_state = vbd_poll_backend(vbd);

    /* An error is not an answer, and the next poll may get one, unless xenstore is gone. */
    if (backend_state < 0 && vbd_store_is_gone(vbd))
        vbd_fail(vbd, VBD_FAULT_READING_STATE, backend_state);
    else if (vbd->state == VBD_AWAIT_INIT)
        vbd_step_init(vbd, backend_state);
    else
        vbd_step_connected(vbd, backend_state);

    bool pending = vbd->state == VBD_AWAIT_INIT || vbd->state == VBD_AWAIT_CONNECTED;
    if (!pending || wait_turn(&vbd->wait))
        return;
    LOG_AT(vbd->failures ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR, "%s: its backend %s is in state %s\n",
           vbd->vdev.name, vbd->backend, xenbus_state_name(backend_state));
    vbd_fail(vbd, VBD_FAULT_SILENT, -XEN_ETIMEDOUT);
}

bool vbd_step(struct vbd *vbd)
{
    switch (vbd->state) {
    case VBD_AWAIT_INIT:
    case VBD_AWAIT_CONNECTED:
        vbd_step_connecting(vbd);
        break;
    case VBD_FLUSHING:
        vbd_step_flushing(vbd);
        break;
    case VBD_AWAIT_CLOSING:
    case VBD_AWAIT_CLOSED:
    case VBD_AWAIT_REINIT:
        vbd_step_closing(vbd);
        break;
    default:
        break;
    }
    return !vbd_is_at_rest(vbd);
}
