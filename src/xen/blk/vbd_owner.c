/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_owner.h"

#include "xen/base/handover.h"

/* Check whether a read has shown what the key holds, even if that is nothing, nonsense or too long.
 * @result: its length or error. */
static bool vbd_answer_is_conclusive(int result)
{
    return result >= 0 || result == -XEN_ENOENT || result == -XEN_EINVAL || result == -XEN_E2BIG;
}

bool vbd_is_ours(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    char found[HANDOVER_MARK_BYTES];
    struct xenbus_number read;
    uint64_t port = 0;
    int length;

    /* A new owner writes the keys again; the daemon removes the mark when it closes the disk for
     * us. */
    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, vbd->frontend, HANDOVER_MARK, found,
                       sizeof(found), &length);
    xenbus_post_number(store, &read, vbd->frontend, "event-channel");
    xenstore_collect(store);
    int error = xenbus_number(&read, UINT32_MAX, &port);
    /* Without an answer, assume that it is still ours. */
    if (xenstore_is_closed(store) || !vbd_answer_is_conclusive(length) ||
        !vbd_answer_is_conclusive(error))
        return true;
    return length >= 0 && !error && port == vbd->port;
}
