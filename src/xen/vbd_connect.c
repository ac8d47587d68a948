/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bytes.h"
#include "error.h"
#include "platform.h"
#include "vbd_share.h"

/* Domains have numbers below DOMID_FIRST_RESERVED. */
#define DOMID_MOST (DOMID_FIRST_RESERVED - 1)

int vbd_read_backend(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    char backend[XENBUS_PATH_BYTES];
    struct xenbus_number read;
    uint64_t backend_id;
    int length;

    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, vbd->frontend, "backend", backend,
                       sizeof(backend), &length);
    xenbus_post_number(store, &read, vbd->frontend, "backend-id");
    xenstore_collect(store);
    if (length <= 0)
        return length ? length : -XEN_EINVAL;
    int error = xenbus_number(&read, DOMID_MOST, &backend_id);
    if (error)
        return error;
    if (!bytes_equal(vbd->backend, backend, (uint32_t)length + 1))
        vbd->probe.done = false;
    bytes_copy(vbd->backend, backend, sizeof(backend));
    vbd->backend_id = (uint16_t)backend_id;
    return 0;
}

int vbd_init(struct vbd *vbd, struct core *core, const struct vdev *vdev, const char *frontend)
{
    bytes_zero(vbd, sizeof(*vbd));
    vbd->core = core;
    vbd->vdev = *vdev;
    platform_snprintf(vbd->frontend, sizeof(vbd->frontend), "%s", frontend);

    int error = vbd_read_backend(vbd);
    if (error) {
        log_error("%s: skipped: its backend: %s\n", vdev->name, error_name(error));
        return error;
    }
    return 0;
}

int vbd_alloc(struct vbd *vbd, uint32_t pages)
{
    if (pages > VBD_POOL_PAGES_MOST)
        pages = VBD_POOL_PAGES_MOST;
    vbd->ring_page = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);
    /* With less memory a disk is only slower. */
    for (; vbd->ring_page && pages && !vbd->pool; pages /= 2) {
        vbd->pool_pages = pages;
        vbd->pool = platform_alloc_reserved(pages * PAGE_BYTES, PAGE_BYTES);
    }
    if (vbd->pool)
        return 0;
    log_error("%s: skipped: no memory for its ring and bounce pages\n", vbd->vdev.name);
    return -XEN_ENOMEM;
}

/* All at once: xenstored reads the state first, so the others are as they are with that state. */
static void vbd_look(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    struct vbd_look *look = &vbd->look;

    xenbus_post_number(store, &look->state, vbd->backend, "state");
    if (vbd->state == VBD_AWAIT_INIT)
        vbd_probe_post(&vbd->probe, store, vbd->backend);
    if (vbd->state == VBD_AWAIT_CONNECTED) {
        xenbus_post_number(store, &look->sectors, vbd->backend, "sectors");
        xenbus_post_number(store, &look->sector_bytes, vbd->backend, "sector-size");
        xenbus_post_number(store, &look->info, vbd->backend, "info");
        xenbus_post_number(store, &look->flush, vbd->backend, "feature-flush-cache");
        xenstore_post_read(store, XENSTORE_NO_TRANSACTION, vbd->backend, "mode", look->mode,
                           sizeof(look->mode), &look->mode_length);
    }
    xenstore_collect(store);
}

static int vbd_take_properties(struct vbd *vbd)
{
    const struct vbd_look *look = &vbd->look;
    uint64_t sector_bytes = SECTOR_BYTES, info = 0, flush = 0;

    int error = xenbus_number(&look->sectors, UINT64_MAX, &vbd->sectors);
    if (error)
        return error;
    error = xenbus_number(&look->sector_bytes, UINT32_MAX, &sector_bytes);
    if (error && error != -XEN_ENOENT)
        return error;
    error = xenbus_number(&look->info, UINT32_MAX, &info);
    if (error && error != -XEN_ENOENT)
        return error;
    error = xenbus_number(&look->flush, 1, &flush);
    if (error && error != -XEN_ENOENT && error != -XEN_EINVAL)
        return error;

    if (!vbd_probe_knows_units(&vbd->probe, sector_bytes)) {
        log_error("%s: left alone: its backend, %s, may count in units of its sector-size, %u\n",
                  vbd->vdev.name, vbd_kind_facts(vbd->probe.kind)->name, (uint32_t)sector_bytes);
        return -XEN_EOPNOTSUPP;
    }
    vbd->block_sectors = (uint32_t)sector_bytes / SECTOR_BYTES;
    if (!vbd->sectors || sector_bytes < SECTOR_BYTES || sector_bytes > PAGE_BYTES ||
        (sector_bytes & (sector_bytes - 1)) || (vbd->sectors & (vbd->block_sectors - 1))) {
        log_error("%s: cannot be: 0x%x%08x sectors, sector-size %u\n", vbd->vdev.name,
                  (uint32_t)(vbd->sectors >> 32), (uint32_t)vbd->sectors, (uint32_t)sector_bytes);
        return -XEN_EINVAL;
    }
    vbd->read_only = info & VDISK_READONLY;
    /* What cannot be read, or does not fit, may say so. */
    vbd->shared_writable = look->mode_length < 0 && look->mode_length != -XEN_ENOENT;
    for (int i = 0; i < look->mode_length; i++)
        vbd->shared_writable |= look->mode[i] == '!';
    vbd->can_flush = flush;
    return 0;
}

static void vbd_give_up(struct vbd *vbd, const char *step, int error)
{
    /* A restore in the middle of it: the next step begins again, with what is left of the time. */
    if (vbd->state == VBD_AWAIT_CONNECTED && vbd_was_closed(vbd) && vbd_unshare(vbd)) {
        core_detach(vbd->core);
        vbd->state = VBD_AWAIT_INIT;
        return;
    }
    log_error("%s: not used: %s: %s, after %u ms\n", vbd->vdev.name, step, error_name(error),
              platform_elapsed_ms(vbd->wait.since));
    vbd->routine = 0;
    vbd_close_begin_unflushed(vbd);
}

void vbd_connect_begin(struct vbd *vbd)
{
    if (vbd->state == VBD_LOST)
        vbd_close_begin_unflushed(vbd);
    /* To connect begins with the wait in which that close ends. */
    if (vbd->state == VBD_AWAIT_REINIT) {
        core_detach(vbd->core);
        vbd->state = VBD_CLOSED;
    }
    if (vbd->state != VBD_CLOSED)
        return;
    int error = core_find(vbd->core);
    if (error) {
        log_error("%s: not used: %s\n", vbd->vdev.name, error_name(error));
        return;
    }
    vbd->state = VBD_AWAIT_INIT;
    wait_begin(&vbd->wait, vbd->vdev.name, "its backend", vbd->core->options.connect_limit_ms);
}

/* Only once the backend is free: an operating system that has the disk has the grant table too, and
 * mapping it here would take it from there. Return: 0 or an error, with nothing shared. */
static int vbd_attach_and_share(struct vbd *vbd)
{
    int error = core_attach(vbd->core);

    if (error)
        return error;
    error = vbd_share(vbd);
    if (error) {
        vbd->state = vbd_unshare(vbd) ? VBD_AWAIT_INIT : VBD_LOST;
        core_detach(vbd->core);
    }
    return error;
}

static void vbd_step_init(struct vbd *vbd, int backend_state)
{
    /* After a migration the backend is another one. */
    if (backend_state == XenbusStateUnknown)
        vbd_read_backend(vbd);
    enum vbd_verdict verdict = vbd_probe_judge(&vbd->probe, vbd->backend, backend_state);
    if (verdict == VBD_LEFT_ALONE) {
        log_error("%s: left alone: its backend %s is of a kind that is not known to be ready again "
                  "after a close\n",
                  vbd->vdev.name, vbd->backend);
        vbd->state = VBD_CLOSED;
    }
    if (verdict != VBD_MAY_BE_USED || backend_state != XenbusStateInitWait)
        return;
    int error = vbd_attach_and_share(vbd);
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

static void vbd_log_connected(const struct vbd *vbd)
{
    static const char units[][4] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    uint64_t size = vbd->sectors >> 1;
    unsigned unit = 0;

    /* The log has no numbers of 64 bits. */
    for (; size > UINT32_MAX; unit++)
        size >>= 10;
    LOG_AT(vbd_log_level(vbd), "%s: connected in %u ms: backend %s, %u %s, %s%s\n", vbd->vdev.name,
           platform_elapsed_ms(vbd->wait.since), vbd->backend, (uint32_t)size, units[unit],
           vbd->read_only ? "read-only" : "read-write",
           vbd->block_sectors > 1 ? ", blocks larger than a sector" : "");
}

static void vbd_step_connected(struct vbd *vbd, int backend_state)
{
    if (!vbd_is_shared(vbd)) {
        vbd_give_up(vbd, "its grants are gone", -XEN_ENOTCONN);
        return;
    }
    if (backend_state == XenbusStateClosing || backend_state == XenbusStateClosed) {
        vbd_give_up(vbd, "its backend refused", -XEN_ECONNREFUSED);
        return;
    }
    if (backend_state != XenbusStateConnected)
        return;
    int error = vbd_take_properties(vbd);
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
    vbd->connects++;
    vbd->routine++;
    vbd_log_connected(vbd);
}

/* One step of the two states on the way to a connection. With a frame of its own, because that of
 * vbd_step lies below each wait of a close, and the stack of the caller is small. */
__attribute__((noinline)) static void vbd_connect_step(struct vbd *vbd)
{
    vbd_look(vbd);
    int backend_state = xenbus_state(&vbd->core->store, &vbd->look.state);

    /* An error is no answer, and the next look may get one; not without xenstore. */
    if (backend_state < 0 && vbd_store_is_gone(vbd))
        vbd_give_up(vbd, "its backend's state", backend_state);
    else if (vbd->state == VBD_AWAIT_INIT)
        vbd_step_init(vbd, backend_state);
    else
        vbd_step_connected(vbd, backend_state);

    bool pending = vbd->state == VBD_AWAIT_INIT || vbd->state == VBD_AWAIT_CONNECTED;
    if (!pending || wait_turn(&vbd->wait))
        return;
    log_error("%s: its backend %s is in state %s\n", vbd->vdev.name, vbd->backend,
              xenbus_state_name(backend_state));
    vbd_give_up(vbd, "its backend did not follow", -XEN_ETIMEDOUT);
}

bool vbd_is_at_rest(const struct vbd *vbd)
{
    return vbd->state == VBD_CLOSED || vbd->state == VBD_CONNECTED || vbd->state == VBD_LOST;
}

bool vbd_step(struct vbd *vbd)
{
    switch (vbd->state) {
    case VBD_AWAIT_INIT:
    case VBD_AWAIT_CONNECTED:
        vbd_connect_step(vbd);
        break;
    default:
        vbd_close_step(vbd);
        break;
    }
    return !vbd_is_at_rest(vbd);
}

int vbd_connect(struct vbd *vbd)
{
    vbd_connect_begin(vbd);
    while (vbd_step(vbd))
        wait_rest(VBD_LOOK_EVERY_MS);
    return vbd->state == VBD_CONNECTED ? 0 : -XEN_ENOTCONN;
}
