/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_medium.h"

#include "vbd_share.h"
#include "xen/base/error.h"

/* The parameters of the hash FNV-1a for 32 bits. */
#define HASH_START 2166136261u
#define HASH_PRIME 16777619u

static uint32_t medium_hash(const char *text)
{
    uint32_t hash = HASH_START;

    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * HASH_PRIME;
    return hash;
}

/* Check whether "params" names an image: "aio:" and "" are what libxl writes for an empty drive. */
static bool medium_has_image(const char *params)
{
    const char *last = params;

    while (*last && last[1])
        last++;
    return *last && *last != ':';
}

/* One that is too long names an image, but not which. */
static uint32_t medium_identify(const struct vbd_probe *probe)
{
    return medium_hash(probe->params_length == -XEN_E2BIG ? "" : probe->params);
}

static bool medium_is_missing(int error)
{
    /* As for a directory that is gone: see xenbus_state. */
    return error == -XEN_ENOENT || error == -XEN_EACCES;
}

enum vbd_medium vbd_read_medium(struct vbd *vbd, uint32_t *identity)
{
    struct xenstore *store = &vbd->core->store;
    struct vbd_probe *probe = &vbd->probe;
    struct xenbus_number read;

    /* The probe's buffer: the stack is small. A probe that is not done reads it again. */
    xenbus_post_number(store, &read, vbd->backend, "state");
    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, vbd->backend, "params", probe->params,
                       sizeof(probe->params), &probe->params_length);
    xenstore_collect(store);
    int state = xenbus_state(store, &read), length = probe->params_length;

    if (state < 0 || xenstore_is_closed(store))
        return VBD_MEDIUM_UNKNOWN;
    if (state == XenbusStateUnknown || state == XenbusStateClosing || state == XenbusStateClosed)
        return VBD_MEDIUM_ABSENT;
    if (length < 0 && length != -XEN_E2BIG)
        return medium_is_missing(length) ? VBD_MEDIUM_ABSENT : VBD_MEDIUM_UNKNOWN;
    if (length != -XEN_E2BIG && !medium_has_image(probe->params))
        return VBD_MEDIUM_ABSENT;
    *identity = medium_identify(probe);
    return VBD_MEDIUM_PRESENT;
}

static enum vbd_medium vbd_look_for_medium(struct vbd *vbd, uint32_t *identity)
{
    int error = vbd_read_backend(vbd);

    if (medium_is_missing(error))
        return VBD_MEDIUM_ABSENT;
    return error ? VBD_MEDIUM_UNKNOWN : vbd_read_medium(vbd, identity);
}

enum vbd_medium vbd_read_medium_again(struct vbd *vbd, uint32_t *identity)
{
    /* Without an open disk nothing else would notice a restore. */
    core_find(vbd->core);
    enum vbd_medium found = vbd_look_for_medium(vbd, identity);
    /* A restore has lost the requests: ask the new xenstored. */
    if (xenstore_is_closed(&vbd->core->store) && !vbd_store_is_gone(vbd))
        found = vbd_look_for_medium(vbd, identity);
    return found;
}

bool vbd_medium_of_connection(const struct vbd *vbd, uint32_t *identity)
{
    if (vbd->probe.params_length < 0 && vbd->probe.params_length != -XEN_E2BIG)
        return false;
    *identity = medium_identify(&vbd->probe);
    return true;
}

void vbd_forget_medium(struct vbd *vbd)
{
    vbd->probe.done = false;
    vbd->learned_sectors = 0;
    vbd->sectors = 0;
}
