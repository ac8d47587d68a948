/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bytes.h"
#include "error.h"
#include "evtchn.h"
#include "log.h"
#include "platform.h"
#include "vbd.h"

/* A commit that others keep disturbing is tried this often. */
#define COMMIT_TRIES 10

/* Between two looks at the backend's state, which cost a round trip each. */
#define LOOK_EVERY_MS 2

#define KEY_NUMBER_BYTES 12

/* libxl's directories need some 40 bytes. */
#define DOMID_MOST 0x7fef

/* All that publishing writes beside the state, and so all that closing removes. */
static const char *const published_keys[] = {"ring-ref", "event-channel", "protocol"};

#define PUBLISHED_KEYS (sizeof(published_keys) / sizeof(published_keys[0]))

int vbd_init(struct vbd *vbd, struct core *core, const struct vdev *vdev, const char *frontend)
{
    uint64_t backend_id = 0;

    bytes_zero(vbd, sizeof(*vbd));
    vbd->core = core;
    vbd->vdev = *vdev;
    platform_snprintf(vbd->frontend, sizeof(vbd->frontend), "%s", frontend);

    int error = xenstore_read(&core->store, XENSTORE_NO_TRANSACTION, frontend, "backend",
                              vbd->backend, sizeof(vbd->backend));
    if (error >= 0)
        error = xenbus_read_number(&core->store, frontend, "backend-id", DOMID_MOST, &backend_id);
    if (error) {
        log_error("%s: skipped: its backend: %s\n", vdev->name, error_name(error));
        return error;
    }
    vbd->backend_id = (uint16_t)backend_id;

    vbd->pool_pages = core->options.pool_pages;
    if (vbd->pool_pages > VBD_POOL_PAGES_MOST)
        vbd->pool_pages = VBD_POOL_PAGES_MOST;
    vbd->ring_page = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);
    vbd->pool = platform_alloc_reserved(vbd->pool_pages * PAGE_BYTES, PAGE_BYTES);
    if (!vbd->ring_page || !vbd->pool || !vbd->pool_pages) {
        log_error("%s: skipped: no memory for its ring and bounce pages\n", vdev->name);
        return -XEN_ENOMEM;
    }
    return 0;
}

/**** What is shared with the backend ****/

/* End all grants. Return: false if the backend still has one of the pages mapped. */
static bool vbd_unshare(struct vbd *vbd)
{
    struct grant_table *grants = &vbd->core->grants;
    bool all = true;

    if (grant_end(grants, vbd->ring_ref))
        all = false;
    else
        vbd->ring_ref = GRANT_NONE;
    for (uint32_t i = 0; i < vbd->pool_pages; i++) {
        if (grant_end(grants, vbd->pool_refs[i]))
            all = false;
        else
            vbd->pool_refs[i] = GRANT_NONE;
    }
    if (vbd->port)
        evtchn_close(vbd->port);
    vbd->port = 0;
    return all;
}

static int vbd_share(struct vbd *vbd)
{
    struct grant_table *grants = &vbd->core->grants;

    blkif_ring_init(&vbd->ring, vbd->ring_page);
    vbd->ring_ref = grant_access(grants, vbd->backend_id, platform_frame(vbd->ring_page), false);
    if (vbd->ring_ref == GRANT_NONE)
        return -XEN_ENOSPC;
    for (uint32_t i = 0; i < vbd->pool_pages; i++) {
        vbd->pool_refs[i] = grant_access(grants, vbd->backend_id,
                                         platform_frame(vbd->pool + i * PAGE_BYTES), false);
        if (vbd->pool_refs[i] == GRANT_NONE)
            return -XEN_ENOSPC;
    }
    return evtchn_alloc(vbd->backend_id, &vbd->port);
}

/**** xenstore ****/

static int vbd_write_keys(struct vbd *vbd, uint32_t transaction)
{
    struct xenstore *store = &vbd->core->store;
    char number[KEY_NUMBER_BYTES];

    platform_snprintf(number, sizeof(number), "%u", vbd->ring_ref);
    int error = xenstore_write(store, transaction, vbd->frontend, "ring-ref", number);
    if (error)
        return error;
    platform_snprintf(number, sizeof(number), "%u", vbd->port);
    error = xenstore_write(store, transaction, vbd->frontend, "event-channel", number);
    if (error)
        return error;
    error = xenstore_write(store, transaction, vbd->frontend, "protocol", XEN_IO_PROTO_ABI_NATIVE);
    if (error)
        return error;
    return xenbus_write_state(store, transaction, vbd->frontend, XenbusStateInitialised);
}

/* Tell the backend all at once what it needs to connect. */
static int vbd_publish(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    int error = -XEN_EAGAIN;

    for (int tries = 0; error == -XEN_EAGAIN && tries < COMMIT_TRIES; tries++) {
        uint32_t transaction;

        error = xenstore_transaction_start(store, &transaction);
        if (error)
            return error;
        error = vbd_write_keys(vbd, transaction);
        if (error) {
            xenstore_transaction_abort(store, transaction);
            return error;
        }
        error = xenstore_transaction_commit(store, transaction);
    }
    return error;
}

/* Read what the backend says of the disk once it is connected. */
static int vbd_read_properties(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    uint64_t sector_bytes = SECTOR_BYTES, info = 0, flush = 0;

    int error = xenbus_read_number(store, vbd->backend, "sectors", UINT64_MAX, &vbd->sectors);
    if (error)
        return error;
    error = xenbus_read_number(store, vbd->backend, "sector-size", UINT32_MAX, &sector_bytes);
    if (error && error != -XEN_ENOENT)
        return error;
    error = xenbus_read_number(store, vbd->backend, "info", UINT32_MAX, &info);
    if (error && error != -XEN_ENOENT)
        return error;
    error = xenbus_read_number(store, vbd->backend, "feature-flush-cache", 1, &flush);
    if (error && error != -XEN_ENOENT && error != -XEN_EINVAL)
        return error;

    vbd->block_sectors = (uint32_t)sector_bytes / SECTOR_BYTES;
    if (!vbd->sectors || sector_bytes < SECTOR_BYTES || sector_bytes > PAGE_BYTES ||
        (sector_bytes & (sector_bytes - 1)) || (vbd->sectors & (vbd->block_sectors - 1))) {
        log_error("%s: cannot be: %x%08x sectors, sector-size %u\n", vbd->vdev.name,
                  (uint32_t)(vbd->sectors >> 32), (uint32_t)vbd->sectors, (uint32_t)sector_bytes);
        return -XEN_EINVAL;
    }
    vbd->read_only = info & VDISK_READONLY;
    vbd->can_flush = flush;
    return 0;
}

/**** Connecting ****/

static void vbd_give_up(struct vbd *vbd, const char *step, int error)
{
    log_error("%s: not used: %s: %s, after %u ms\n", vbd->vdev.name, step, error_name(error),
              platform_elapsed_ms(vbd->wait.since));
    vbd_close(vbd);
}

void vbd_connect_begin(struct vbd *vbd)
{
    vbd->state = VBD_AWAIT_INIT;
    wait_begin(&vbd->wait, vbd->vdev.name, "its backend", vbd->core->options.connect_limit_ms);
}

static void vbd_step_init(struct vbd *vbd, int backend_state)
{
    if (backend_state != XenbusStateInitWait)
        return;
    int error = vbd_share(vbd);
    if (error) {
        vbd_give_up(vbd, "sharing its pages", error);
        return;
    }
    /* From here on the backend may act on what it reads, whatever becomes of the commit. */
    vbd->state = VBD_AWAIT_CONNECTED;
    error = vbd_publish(vbd);
    if (error)
        vbd_give_up(vbd, "publishing", error);
}

static void vbd_step_connected(struct vbd *vbd, int backend_state)
{
    if (backend_state == XenbusStateClosing || backend_state == XenbusStateClosed) {
        vbd_give_up(vbd, "its backend refused", -XEN_ECONNREFUSED);
        return;
    }
    if (backend_state != XenbusStateConnected)
        return;
    int error = vbd_read_properties(vbd);
    if (error) {
        vbd_give_up(vbd, "reading its properties", error);
        return;
    }
    error = xenbus_write_state(&vbd->core->store, XENSTORE_NO_TRANSACTION, vbd->frontend,
                               XenbusStateConnected);
    if (error) {
        vbd_give_up(vbd, "reporting to be connected", error);
        return;
    }
    vbd->state = VBD_CONNECTED;
    log_info("%s: connected in %u ms: backend %s, %u KiB, %s%s\n", vbd->vdev.name,
             platform_elapsed_ms(vbd->wait.since), vbd->backend, (uint32_t)(vbd->sectors >> 1),
             vbd->read_only ? "read-only" : "read-write",
             vbd->block_sectors > 1 ? ", blocks larger than a sector" : "");
}

bool vbd_connect_step(struct vbd *vbd)
{
    int backend_state = xenbus_read_state(&vbd->core->store, vbd->backend);

    if (backend_state < 0)
        vbd_give_up(vbd, "its backend's state", backend_state);
    else if (vbd->state == VBD_AWAIT_INIT)
        vbd_step_init(vbd, backend_state);
    else
        vbd_step_connected(vbd, backend_state);

    if (vbd->state != VBD_AWAIT_INIT && vbd->state != VBD_AWAIT_CONNECTED)
        return false;
    if (wait_turn(&vbd->wait))
        return true;
    log_error("%s: its backend %s is in state %s\n", vbd->vdev.name, vbd->backend,
              xenbus_state_name(backend_state));
    vbd_give_up(vbd, "its backend did not follow", -XEN_ETIMEDOUT);
    return false;
}

/* Let a little time pass, so that a wait is not a flood of requests. */
static void vbd_rest(struct vbd *vbd)
{
    uint32_t since = platform_clock();

    while (platform_elapsed_ms(since) < LOOK_EVERY_MS && wait_turn(&vbd->wait))
        ;
}

int vbd_connect(struct vbd *vbd)
{
    vbd_connect_begin(vbd);
    while (vbd_connect_step(vbd))
        vbd_rest(vbd);
    return vbd->state == VBD_CONNECTED ? 0 : -XEN_ENOTCONN;
}

/**** Closing ****/

/* Set our state and wait for the backend to reach @first or @second. */
static bool vbd_close_step(struct vbd *vbd, enum xenbus_state ours, enum xenbus_state first,
                           enum xenbus_state second)
{
    struct xenstore *store = &vbd->core->store;

    if (xenbus_write_state(store, XENSTORE_NO_TRANSACTION, vbd->frontend, ours))
        return false;
    wait_begin(&vbd->wait, vbd->vdev.name, "its backend to close",
               vbd->core->options.connect_limit_ms);
    for (;;) {
        int state = xenbus_read_state(store, vbd->backend);

        if (state == (int)first || state == (int)second)
            return true;
        if (state < 0 || !wait_turn(&vbd->wait)) {
            log_error("%s: its backend stays in state %s\n", vbd->vdev.name,
                      xenbus_state_name(state));
            return false;
        }
        vbd_rest(vbd);
    }
}

void vbd_close(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    bool published = vbd->state == VBD_AWAIT_CONNECTED || vbd->state == VBD_CONNECTED;

    if (vbd->state == VBD_CONNECTED)
        vbd_flush(vbd);
    /* The flush may have failed and closed the disk already. */
    if (vbd->state == VBD_CLOSED || vbd->state == VBD_LOST)
        return;
    vbd->state = VBD_CLOSED;
    bool followed =
        !published ||
        (vbd_close_step(vbd, XenbusStateClosing, XenbusStateClosing, XenbusStateClosed) &&
         vbd_close_step(vbd, XenbusStateClosed, XenbusStateClosed, XenbusStateClosed));
    if (!vbd_unshare(vbd)) {
        /* These pages are the backend's until it lets go: never to be used again. */
        log_error("%s: its backend still holds pages of ours; given up\n", vbd->vdev.name);
        vbd->state = VBD_LOST;
    }
    if (!published)
        return;
    for (unsigned i = 0; i < PUBLISHED_KEYS; i++)
        xenstore_remove(store, XENSTORE_NO_TRANSACTION, vbd->frontend, published_keys[i]);
    if (followed)
        vbd_close_step(vbd, XenbusStateInitialising, XenbusStateInitWait, XenbusStateInitWait);
    else
        xenbus_write_state(store, XENSTORE_NO_TRANSACTION, vbd->frontend, XenbusStateInitialising);
    log_info("%s: closed\n", vbd->vdev.name);
}
