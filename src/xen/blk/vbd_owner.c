/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_owner.h"

#include "vbd_share.h"
#include "xen/base/handover.h"

/* Check whether a read has shown what the key holds, even if that is nothing, nonsense or too long.
 * @result: its length or error. */
static bool vbd_answer_is_conclusive(int result)
{
    return result >= 0 || result == -XEN_ENOENT || result == -XEN_EINVAL || result == -XEN_E2BIG;
}

/* The keys that show the owner: a new one writes them again, and the daemon removes the mark when
 * it closes the disk for us. */
struct owner {
    int mark; /* its length, or an error */
    int error;
    uint64_t port;
};

static struct owner vbd_read_owner(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    char found[HANDOVER_MARK_BYTES];
    struct xenbus_number read;
    struct owner owner = {0};

    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, vbd->frontend, HANDOVER_MARK, found,
                       sizeof(found), &owner.mark);
    xenbus_post_number(store, &read, vbd->frontend, "event-channel");
    xenstore_collect(store);
    owner.error = xenbus_number(&read, UINT32_MAX, &owner.port);
    return owner;
}

bool vbd_is_ours(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    struct owner owner = vbd_read_owner(vbd);

    /* A request to the old port closes the client: the guest was restored, so ask at the new one.
     */
    if (xenstore_is_closed(store) && !vbd_store_is_gone(vbd))
        owner = vbd_read_owner(vbd);
    /* Without an answer, assume that it is still ours. */
    if (xenstore_is_closed(store) || !vbd_answer_is_conclusive(owner.mark) ||
        !vbd_answer_is_conclusive(owner.error))
        return true;
    return owner.mark >= 0 && !owner.error && owner.port == vbd->port;
}
