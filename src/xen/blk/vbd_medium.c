/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_medium.h"

#include "vbd_share.h"
#include "xen/base/error.h"

/* Check whether "params" names an image: "aio:" and "" are what libxl writes for an empty drive. */
static bool medium_has_image(const struct digest *params)
{
    return params->last && params->last != ':';
}

static bool medium_is_missing(int error)
{
    /* As for a directory that is gone: see xenbus_state. */
    return error == -XEN_ENOENT || error == -XEN_EACCES;
}

/* Return what "params" says. @length: of its value, or an error. */
static enum vbd_medium medium_of_params(const struct digest *params, int length, uint32_t *identity)
{
    if (length < 0)
        return medium_is_missing(length) ? VBD_MEDIUM_ABSENT : VBD_MEDIUM_UNKNOWN;
    if (!medium_has_image(params))
        return VBD_MEDIUM_ABSENT;
    *identity = params->hash;
    return VBD_MEDIUM_PRESENT;
}

enum vbd_medium vbd_read_medium(struct vbd *vbd, uint32_t *identity)
{
    struct xenstore *store = &vbd->core->store;
    struct xenbus_number read, online;
    struct digest params;
    uint64_t is_online;
    int length;

    xenbus_post_number(store, &read, vbd->backend, "state");
    xenbus_post_number(store, &online, vbd->backend, "online");
    xenstore_post_digest(store, vbd->backend, "params", &params, &length);
    xenstore_collect(store);
    int state = xenbus_state(store, &read);

    if (state < 0 || xenstore_is_closed(store))
        return VBD_MEDIUM_UNKNOWN;
    if (state == XenbusStateUnknown)
        return VBD_MEDIUM_ABSENT;
    /* The daemon may be closing the connection, or a close has not ended. */
    if (state == XenbusStateClosing || state == XenbusStateClosed)
        return xenbus_number(&online, 1, &is_online) || is_online ? VBD_MEDIUM_CLOSING
                                                                  : VBD_MEDIUM_LEAVING;
    return medium_of_params(&params, length, identity);
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

enum vbd_medium vbd_medium_of_connection(const struct vbd *vbd, uint32_t *identity)
{
    return medium_of_params(&vbd->poll.params, vbd->poll.params_length, identity);
}

void vbd_forget_blocks(struct vbd *vbd)
{
    vbd->learned_sectors = 0;
}

void vbd_forget_medium(struct vbd *vbd)
{
    vbd->probe.done = false;
    vbd->learned_sectors = 0;
    vbd->sectors = 0;
}
