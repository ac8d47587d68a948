/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_share.h"

/* Whoever is to follow has to see it: as for the keys, try again. */
static int vbd_write_state(struct vbd *vbd, enum xenbus_state state)
{
    struct xenstore *store = &vbd->core->store;
    int error = -XEN_EAGAIN;

    for (int tries = 0; error && tries < VBD_TIDY_TRIES && !vbd_store_is_gone(vbd); tries++)
        error = xenbus_write_state(store, XENSTORE_NO_TRANSACTION, vbd->frontend, state);
    return error;
}

/* All that is shared has been taken back; or the rest is the backend's until it lets go. */
static void vbd_end(struct vbd *vbd, bool all)
{
    vbd->state = all ? VBD_CLOSED : VBD_LOST;
    core_detach(vbd->core);
}

static void vbd_end_closed(struct vbd *vbd)
{
    vbd_end(vbd, true);
    LOG_AT(vbd_log_level(vbd), "%s: closed\n", vbd->vdev.name);
}

/* The backend let go, or will not: take back what is shared, leave the directory as it was. */
static void vbd_take_back(struct vbd *vbd, bool followed)
{
    bool all = vbd_unshare(vbd);

    int error = vbd_unpublish(vbd, all ? XenbusStateInitialising : XenbusStateClosed);
    if (!all) {
        /* These pages are the backend's until it lets go: never to be used again. */
        log_error("%s: its backend still holds pages of ours; given up\n", vbd->vdev.name);
        vbd->routine = 0;
        vbd_end(vbd, false);
    } else if (followed && !error) {
        vbd->state = VBD_AWAIT_REINIT;
    } else {
        vbd_end_closed(vbd);
    }
}

static void vbd_close_connection(struct vbd *vbd)
{
    if (vbd_was_closed(vbd)) {
        vbd_end(vbd, vbd_unshare(vbd));
        log_info("%s: was closed by others\n", vbd->vdev.name);
        return;
    }
    wait_begin(&vbd->wait, vbd->vdev.name, "its backend to close",
               vbd->core->options.close_limit_ms);
    vbd->state = VBD_AWAIT_CLOSING;
    if (vbd_write_state(vbd, XenbusStateClosing))
        vbd_take_back(vbd, false);
}

/* The backend of a lost disk may have let go since. If the directory is as it was left then, the
 * next frontend is to find it like any other; somebody else's is not touched. */
static void vbd_close_lost(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;

    /* What comes of it matters to the directory alone. Both notice a restore: with no disk open,
     * and with another one open. */
    core_find(vbd->core);
    if (core_attach(vbd->core))
        return;
    vbd_is_shared(vbd);
    bool all = vbd_unshare(vbd);
    if (!all || xenbus_read_state(store, vbd->frontend) != XenbusStateClosed ||
        vbd_write_state(vbd, XenbusStateInitialising)) {
        vbd_end(vbd, all);
        return;
    }
    log_info("%s: its backend has let go\n", vbd->vdev.name);
    wait_begin(&vbd->wait, vbd->vdev.name, "its backend to be ready again",
               vbd->core->options.close_limit_ms);
    vbd->state = VBD_AWAIT_REINIT;
}

void vbd_close_begin_unflushed(struct vbd *vbd)
{
    switch (vbd->state) {
    case VBD_AWAIT_INIT:
        vbd->state = VBD_CLOSED;
        break;
    case VBD_AWAIT_CONNECTED:
    case VBD_CONNECTED:
        vbd_close_connection(vbd);
        break;
    case VBD_LOST:
        vbd_close_lost(vbd);
        break;
    default:
        break;
    }
}

void vbd_close_begin(struct vbd *vbd)
{
    if (vbd->state == VBD_CONNECTED)
        vbd_flush_once(vbd);
    vbd_close_begin_unflushed(vbd);
}

/* Where the backend has got to on the way that we want it to go. */
static bool vbd_has_followed(const struct vbd *vbd, int backend_state)
{
    switch (vbd->state) {
    case VBD_AWAIT_CLOSING:
        /* A backend whose directory is gone will not do more than that. */
        return backend_state == XenbusStateClosing || backend_state == XenbusStateClosed ||
               backend_state == XenbusStateUnknown;
    case VBD_AWAIT_CLOSED:
        return backend_state == XenbusStateClosed || backend_state == XenbusStateUnknown;
    default:
        return backend_state == XenbusStateInitWait || backend_state == XenbusStateUnknown;
    }
}

static void vbd_close_next(struct vbd *vbd)
{
    switch (vbd->state) {
    case VBD_AWAIT_CLOSING:
        vbd->state = VBD_AWAIT_CLOSED;
        if (vbd_write_state(vbd, XenbusStateClosed))
            vbd_take_back(vbd, false);
        break;
    case VBD_AWAIT_CLOSED:
        vbd_take_back(vbd, true);
        break;
    default:
        vbd_end_closed(vbd);
        break;
    }
}

/* A backend that is Closed still, after a second, may have missed the event of our state: to write
 * it again is another event, which changes nothing for one that has not. */
static void vbd_tell_again(struct vbd *vbd, int backend_state)
{
    uint32_t seconds = vbd->wait.waited_ms / 1000;

    if (seconds == vbd->told_again)
        return;
    vbd->told_again = seconds;
    if (seconds && vbd->state == VBD_AWAIT_REINIT && backend_state == XenbusStateClosed)
        vbd_write_state(vbd, XenbusStateInitialising);
}

void vbd_close_step(struct vbd *vbd)
{
    if (vbd->state != VBD_AWAIT_CLOSING && vbd->state != VBD_AWAIT_CLOSED &&
        vbd->state != VBD_AWAIT_REINIT)
        return;

    int backend_state = xenbus_read_state(&vbd->core->store, vbd->backend);
    if (backend_state >= 0 && vbd_has_followed(vbd, backend_state)) {
        vbd_close_next(vbd);
        return;
    }
    /* An error is no answer; only without xenstore none will come. */
    if (!vbd_store_is_gone(vbd) && wait_turn(&vbd->wait)) {
        vbd_tell_again(vbd, backend_state);
        return;
    }
    log_error("%s: its backend stays in state %s\n", vbd->vdev.name,
              xenbus_state_name(backend_state));
    vbd->routine = 0;
    if (vbd->state == VBD_AWAIT_REINIT)
        vbd_end_closed(vbd);
    else
        vbd_take_back(vbd, false);
}

static void vbd_close_finish(struct vbd *vbd)
{
    while (!vbd_is_at_rest(vbd)) {
        vbd_close_step(vbd);
        if (!vbd_is_at_rest(vbd))
            wait_rest(VBD_LOOK_EVERY_MS);
    }
}

void vbd_close(struct vbd *vbd)
{
    vbd_close_begin(vbd);
    vbd_close_finish(vbd);
}

void vbd_close_unflushed(struct vbd *vbd)
{
    vbd_close_begin_unflushed(vbd);
    vbd_close_finish(vbd);
}
