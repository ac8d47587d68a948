/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_share.h"

#include "bytes.h"
#include "evtchn.h"
#include "handover.h"
#include "platform.h"

/* A commit that others keep disturbing is tried this often. */
#define COMMIT_TRIES 10

/* Between two looks at the backend's state, which cost a round trip each. */
#define LOOK_EVERY_MS 2

#define KEY_NUMBER_BYTES 12

/* All that publishing writes beside the state, and so all that closing removes. The mark goes last:
 * whoever finds one of the others knows whose it is. */
static const char *const published_keys[] = {"ring-ref", "event-channel", "protocol",
                                             HANDOVER_MARK};

#define PUBLISHED_KEYS (sizeof(published_keys) / sizeof(published_keys[0]))

int vbd_share(struct vbd *vbd)
{
    struct grant_table *grants = &vbd->core->grants;

    blkif_ring_init(&vbd->ring, vbd->ring_page);
    uint32_t first = grant_find_run(grants, 1 + vbd->pool_pages);
    if (first == GRANT_NONE)
        return -XEN_ENOSPC;
    vbd->ring_ref = first;
    grant_access(grants, first, vbd->backend_id, platform_frame(vbd->ring_page), false);
    for (uint32_t i = 0; i < vbd->pool_pages; i++) {
        vbd->pool_refs[i] = first + 1 + i;
        grant_access(grants, vbd->pool_refs[i], vbd->backend_id,
                     platform_frame(vbd->pool + i * PAGE_BYTES), false);
    }
    return evtchn_alloc(vbd->backend_id, &vbd->port);
}

static bool vbd_grant_stands(const struct vbd *vbd)
{
    return grant_stands(&vbd->core->grants, vbd->ring_ref, platform_frame(vbd->ring_page));
}

bool vbd_is_shared(struct vbd *vbd)
{
    if (vbd->ring_ref == GRANT_NONE)
        return false;
    return vbd_grant_stands(vbd) || (core_renew(vbd->core) == 0 && vbd_grant_stands(vbd));
}

/* Take one page back. Return: whether it could be; *@reference is none then. */
static bool vbd_take_page(struct vbd *vbd, uint32_t *reference, const void *page)
{
    if (grant_end(&vbd->core->grants, *reference, platform_frame(page)))
        return false;
    *reference = GRANT_NONE;
    return true;
}

bool vbd_unshare(struct vbd *vbd)
{
    /* A port has no mark of its owner: when the grants are seen to be gone its number may be
     * another's. */
    if (vbd->port && (vbd_is_shared(vbd) || !vbd->core->grants.usable))
        evtchn_close(vbd->port);
    vbd->port = 0;

    bool all = vbd_take_page(vbd, &vbd->ring_ref, vbd->ring_page);
    for (uint32_t i = 0; i < vbd->pool_pages; i++)
        if (!vbd_take_page(vbd, &vbd->pool_refs[i], vbd->pool + i * PAGE_BYTES))
            all = false;
    return all;
}

static int vbd_write_keys(struct vbd *vbd, uint32_t transaction)
{
    struct xenstore *store = &vbd->core->store;
    char number[KEY_NUMBER_BYTES], mark[HANDOVER_MARK_BYTES];

    platform_snprintf(mark, sizeof(mark), "%s %u %u", vbd->core->mode, vbd->ring_ref,
                      1 + vbd->pool_pages);
    int error = xenstore_write(store, transaction, vbd->frontend, HANDOVER_MARK, mark);
    if (error)
        return error;
    platform_snprintf(number, sizeof(number), "%u", vbd->ring_ref);
    error = xenstore_write(store, transaction, vbd->frontend, "ring-ref", number);
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

int vbd_publish(struct vbd *vbd)
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

bool vbd_was_closed(struct vbd *vbd)
{
    char mark[HANDOVER_MARK_BYTES];

    if (vbd_is_shared(vbd))
        return false;
    /* The mark is the last to go: the directory is as if nobody had opened it, or a new one. */
    return xenstore_read(&vbd->core->store, XENSTORE_NO_TRANSACTION, vbd->frontend, HANDOVER_MARK,
                         mark, sizeof(mark)) == -XEN_ENOENT;
}

bool vbd_store_is_gone(struct vbd *vbd)
{
    const struct xenstore_ring *ring = &vbd->core->store.ring;

    return ring->closed && (core_renew(vbd->core) || ring->closed);
}

void vbd_unpublish(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;

    for (unsigned i = 0; i < PUBLISHED_KEYS; i++) {
        int error = -XEN_EAGAIN;

        for (int tries = 0; error && tries < VBD_TIDY_TRIES; tries++)
            error =
                xenstore_remove(store, XENSTORE_NO_TRANSACTION, vbd->frontend, published_keys[i]);
    }
}

void vbd_rest(struct vbd *vbd)
{
    uint32_t since = platform_clock();

    while (platform_elapsed_ms(since) < LOOK_EVERY_MS && wait_turn(&vbd->wait))
        ;
}
