/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "log.h"
#include "vbd_share.h"

/* The last state written may be the next owner's first: as for the keys, try again. */
static int vbd_write_state(struct vbd *vbd, enum xenbus_state state)
{
    struct xenstore *store = &vbd->core->store;
    int error = -XEN_EAGAIN;

    for (int tries = 0; error && tries < VBD_TIDY_TRIES; tries++)
        error = xenbus_write_state(store, XENSTORE_NO_TRANSACTION, vbd->frontend, state);
    return error;
}

/* The backend let go, or will not: take back what is shared, leave the directory as it was. */
static void vbd_take_back(struct vbd *vbd, bool followed)
{
    bool all = vbd_unshare(vbd);

    vbd_unpublish(vbd);
    int error = vbd_write_state(vbd, XenbusStateInitialising);
    if (!all) {
        /* These pages are the backend's until it lets go: never to be used again. */
        log_error("%s: its backend still holds pages of ours; given up\n", vbd->vdev.name);
        vbd->state = VBD_LOST;
        return;
    }
    vbd->state = followed && !error ? VBD_AWAIT_REINIT : VBD_CLOSED;
    if (vbd->state == VBD_CLOSED)
        log_info("%s: closed\n", vbd->vdev.name);
}

void vbd_close_begin(struct vbd *vbd)
{
    if (vbd->state == VBD_CONNECTED)
        vbd_flush(vbd);
    switch (vbd->state) {
    case VBD_AWAIT_INIT:
        /* Nothing was published, and at most a few pages granted that nobody knows of. */
        vbd->state = vbd_unshare(vbd) ? VBD_CLOSED : VBD_LOST;
        break;
    case VBD_AWAIT_CONNECTED:
    case VBD_CONNECTED:
        wait_begin(&vbd->wait, vbd->vdev.name, "its backend to close",
                   vbd->core->options.close_limit_ms);
        vbd->state = VBD_AWAIT_CLOSING;
        if (vbd_write_state(vbd, XenbusStateClosing))
            vbd_take_back(vbd, false);
        break;
    case VBD_LOST:
        /* The backend may have let go since. */
        if (vbd_unshare(vbd))
            vbd->state = VBD_CLOSED;
        break;
    default:
        break;
    }
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
        vbd->state = VBD_CLOSED;
        log_info("%s: closed\n", vbd->vdev.name);
        break;
    }
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
    if (!vbd->core->store.ring.closed && wait_turn(&vbd->wait))
        return;
    log_error("%s: its backend stays in state %s\n", vbd->vdev.name,
              xenbus_state_name(backend_state));
    if (vbd->state == VBD_AWAIT_REINIT)
        vbd->state = VBD_CLOSED;
    else
        vbd_take_back(vbd, false);
}

void vbd_close(struct vbd *vbd)
{
    vbd_close_begin(vbd);
    while (vbd_step(vbd))
        vbd_rest(vbd);
}
