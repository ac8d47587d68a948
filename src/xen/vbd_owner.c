/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bytes.h"
#include "error.h"
#include "handover.h"
#include "log.h"
#include "platform.h"
#include "vbd_share.h"

bool vbd_is_ours(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    char found[HANDOVER_MARK_BYTES];
    uint64_t port = 0;

    /* One who takes over writes the keys anew; whoever closes for us removes the mark. */
    int length = xenstore_read(store, XENSTORE_NO_TRANSACTION, vbd->frontend, HANDOVER_MARK, found,
                               sizeof(found));
    int error = xenbus_read_number(store, vbd->frontend, "event-channel", UINT32_MAX, &port);
    /* Without an answer nothing is known, and nothing can be done either. */
    if (store->ring.closed)
        return true;
    return length >= 0 && !error && port == vbd->port;
}

void vbd_forget(struct vbd *vbd)
{
    if (vbd->state != VBD_CONNECTED)
        return;
    bool all = vbd_take_pages(vbd);
    /* The port may have been closed and be another one's by now. */
    vbd->port = 0;
    vbd->state = all ? VBD_CLOSED : VBD_LOST;
    core_detach(vbd->core);
}
