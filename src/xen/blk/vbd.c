/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/hv/hypercall.h"

/* Domain IDs are below DOMID_FIRST_RESERVED. */
#define DOMID_MAX (DOMID_FIRST_RESERVED - 1)

void vbd_forget_backend(struct vbd *vbd)
{
    vbd->incarnation = hypercall_incarnation();
    vbd->probe.done = false;
    vbd->learned_sectors = 0;
}

static void vbd_set_backend(struct vbd *vbd, const char *backend, uint16_t backend_id)
{
    uint32_t bytes = string_length(backend) + 1;

    vbd->backend_id = backend_id;
    if (bytes_equal(vbd->backend, backend, bytes))
        return;
    bytes_copy(vbd->backend, backend, bytes);
    vbd_forget_backend(vbd);
}

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
    int error = xenbus_number(&read, DOMID_MAX, &backend_id);
    if (!error)
        vbd_set_backend(vbd, backend, (uint16_t)backend_id);
    return error;
}

int vbd_init(struct vbd *vbd, struct core *core, const struct vbd_device *device)
{
    bytes_zero(vbd, sizeof(*vbd));
    vbd->core = core;
    vbd->vdev = device->vdev;
    bytes_copy(vbd->frontend, device->frontend, sizeof(vbd->frontend));

    int error = vbd_read_backend(vbd);
    if (error) {
        log_error("%s: skipped: cannot read its backend: %s\n", vbd->vdev.name, error_name(error));
        return error;
    }
    return 0;
}

void vbd_end_renaming(struct vbd *vbd)
{
    vbd->image.incarnation = hypercall_incarnation();
}

bool vbd_is_raw(struct vbd *vbd)
{
    return vbd_probe_is_raw(&vbd->probe, &vbd->core->store, vbd->backend);
}

int vbd_alloc(struct vbd *vbd, uint32_t pages)
{
    if (pages > VBD_POOL_PAGES_MAX)
        pages = VBD_POOL_PAGES_MAX;
    vbd->ring_page = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);
    /* With less memory the disk is only slower. */
    for (; vbd->ring_page && pages && !vbd->pool; pages /= 2) {
        vbd->pool_pages = pages;
        vbd->pool = platform_alloc_reserved(pages * PAGE_BYTES, PAGE_BYTES);
    }
    if (vbd->pool)
        return 0;
    log_error("%s: skipped: no memory for its ring and bounce pages\n", vbd->vdev.name);
    return -XEN_ENOMEM;
}

void vbd_use_memory(struct vbd *vbd, void *memory, uint32_t pages)
{
    vbd->ring_page = memory;
    vbd->pool = (uint8_t *)memory + PAGE_BYTES;
    vbd->pool_pages = pages;
}

bool vbd_is_at_rest(const struct vbd *vbd)
{
    return vbd->state == VBD_CLOSED || vbd->state == VBD_CONNECTED || vbd->state == VBD_LOST;
}

bool vbd_is_broken(const struct vbd *vbd)
{
    return vbd->state == VBD_CONNECTED && vbd->broken;
}
