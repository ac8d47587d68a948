/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_owner.h"

#include "vbd_share.h"
#include "xen/base/error.h"
#include "xen/base/handover.h"
#include "xen/hv/evtchn.h"

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

/* Check whether a key has our number, or our close has removed it, but could not write the state.
 */
static bool vbd_key_is_left(const struct vbd *vbd, const struct xenbus_number *read, uint32_t ours)
{
    uint64_t number;

    if (read->length == -XEN_ENOENT)
        return vbd->untold;
    return !xenbus_number(read, UINT32_MAX, &number) && number == ours;
}

/* Any driver in use has an event channel, which is open, and names it here or in the directory of a
 * queue. Ours was closed. Not inlined: its stack frame would be part of that of a close. */
__attribute__((noinline)) bool vbd_is_left_open(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    struct xenbus_number ring, port, queues;

    xenbus_post_number(store, &ring, vbd->frontend, "ring-ref");
    xenbus_post_number(store, &port, vbd->frontend, "event-channel");
    xenbus_post_number(store, &queues, vbd->frontend, "multi-queue-num-queues");
    xenstore_collect(store);
    return queues.length == -XEN_ENOENT && vbd_key_is_left(vbd, &ring, vbd->ring_ref) &&
           vbd_key_is_left(vbd, &port, vbd->closed_port) &&
           (port.length < 0 || !evtchn_stands(vbd->closed_port, vbd->backend_id));
}
