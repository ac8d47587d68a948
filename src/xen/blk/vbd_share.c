/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_share.h"

#include "xen/base/bytes.h"
#include "xen/base/handover.h"
#include "xen/base/platform.h"
#include "xen/hv/evtchn.h"

/* Number of times that a conflicting transaction is tried. */
#define COMMIT_TRIES 10

#define KEY_NUMBER_BYTES 12

/* vbd_write_keys has the values in the same order. */
static const char *const published_keys[] = {HANDOVER_KEYS};

#define PUBLISHED_KEYS (sizeof(published_keys) / sizeof(published_keys[0]))

int vbd_share(struct vbd *vbd)
{
    struct grant_table *grants = &vbd->core->grants;

    blkif_ring_init(&vbd->ring, vbd->ring_page);
    uint32_t first = grant_find_run(grants, 1 + vbd->pool_pages);
    /* After a restore there seem to be no free references at the old mapping of the table. */
    if (first == GRANT_NONE && core_renew(vbd->core) == 0)
        first = grant_find_run(grants, 1 + vbd->pool_pages);
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
    if (vbd->ring_ref == GRANT_NONE || !grant_is_recorded(&vbd->core->grants, vbd->ring_ref))
        return false;
    return vbd_grant_stands(vbd) || (core_renew(vbd->core) == 0 && vbd_grant_stands(vbd));
}

bool vbd_pages_are_shared(const struct vbd *vbd, uint32_t pages)
{
    for (uint32_t i = 0; i < pages; i++)
        if (!grant_stands(&vbd->core->grants, vbd->pool_refs[i],
                          platform_frame(vbd->pool + i * PAGE_BYTES)))
            return false;
    return true;
}

/* End the grant of one page. Return: whether it ended; *@reference is then GRANT_NONE. */
static bool vbd_end_grant(struct vbd *vbd, uint32_t *reference, const void *page)
{
    if (grant_end(&vbd->core->grants, *reference, platform_frame(page)))
        return false;
    *reference = GRANT_NONE;
    return true;
}

static void vbd_close_port(struct vbd *vbd)
{
    evtchn_close(vbd->port);
    vbd->closed_port = vbd->port;
    vbd->port = 0;
}

bool vbd_unshare(struct vbd *vbd)
{
    /* A port does not tell its owner: if the grants are gone, its number may be in use by another
     * owner. */
    if (vbd->port && vbd_is_shared(vbd))
        vbd_close_port(vbd);
    vbd_forget_port(vbd);
    return vbd_end_grants(vbd);
}

void vbd_forget_port(struct vbd *vbd)
{
    struct core *core = vbd->core;

    /* The daemon ends the grants, too, but it cannot close a port of the guest's. It may have
     * closed the disk for a system that notifies it only once, and would claim the ports again with
     * the next mark of mode hook. */
    if (vbd->port && core->mode == MODE_HOOK) {
        if (evtchn_stands(vbd->port, vbd->backend_id))
            core_become_strict(core);
        else
            core_note_move(core);
    }
    /* The grant of the ring stands, so the port is still ours. */
    if (vbd->port && vbd_grant_stands(vbd))
        vbd_close_port(vbd);
    vbd->port = 0;
}

bool vbd_end_grants(struct vbd *vbd)
{
    bool all = vbd_end_grant(vbd, &vbd->ring_ref, vbd->ring_page);
    for (uint32_t i = 0; i < vbd->pool_pages; i++)
        if (!vbd_end_grant(vbd, &vbd->pool_refs[i], vbd->pool + i * PAGE_BYTES))
            all = false;
    return all;
}

/* Return the first error of several requests, or 0. */
static int vbd_first_error(const int *results, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (results[i])
            return results[i];
    return 0;
}

static int vbd_write_keys(struct vbd *vbd, uint32_t transaction)
{
    struct xenstore *store = &vbd->core->store;
    char ring_ref[KEY_NUMBER_BYTES], port[KEY_NUMBER_BYTES], mark[HANDOVER_MARK_BYTES];
    /* The pages are always the same, so the backend may keep them mapped (feature-persistent). It
     * may do so anyhow while they are granted, and it saves most of its work on a request. */
    const char *const values[PUBLISHED_KEYS] = {ring_ref, port, XEN_IO_PROTO_ABI_NATIVE, "1", mark};
    int results[PUBLISHED_KEYS + 1];

    platform_snprintf(ring_ref, sizeof(ring_ref), "%u", vbd->ring_ref);
    platform_snprintf(port, sizeof(port), "%u", vbd->port);
    platform_snprintf(mark, sizeof(mark), "%s %u %u %u %u %u %u",
                      handover_mode_names[vbd->core->mode], vbd->ring_ref, 1 + vbd->pool_pages,
                      vbd->port, platform_frame(vbd->ring_page), platform_frame(vbd->pool),
                      vbd->core->unplug_magic);
    for (unsigned i = 0; i < PUBLISHED_KEYS; i++)
        xenstore_post_write(store, transaction, vbd->frontend, published_keys[i], values[i],
                            &results[i]);
    xenbus_post_state(store, transaction, vbd->frontend, XenbusStateInitialised,
                      &results[PUBLISHED_KEYS]);
    xenstore_collect(store);
    return vbd_first_error(results, PUBLISHED_KEYS + 1);
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
        /* A restore before the transaction began leaves references to nothing; a later one leaves
         * no transaction. */
        error = vbd_is_shared(vbd) ? vbd_write_keys(vbd, transaction) : -XEN_ENOTCONN;
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
    /* The mark is removed last: without it the directory is restored, or a new one. */
    return xenstore_read(&vbd->core->store, XENSTORE_NO_TRANSACTION, vbd->frontend, HANDOVER_MARK,
                         mark, sizeof(mark)) == -XEN_ENOENT;
}

bool vbd_store_is_gone(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;

    return xenstore_is_closed(store) && (xenstore_find(store) || xenstore_is_closed(store));
}

/* Post the requests that have not succeeded yet. */
static void vbd_post_unpublish(struct vbd *vbd, enum xenbus_state state, int *results)
{
    struct xenstore *store = &vbd->core->store;

    for (unsigned i = 0; i < PUBLISHED_KEYS; i++)
        if (results[i])
            xenstore_post_remove(store, XENSTORE_NO_TRANSACTION, vbd->frontend, published_keys[i],
                                 &results[i]);
    if (results[PUBLISHED_KEYS])
        xenbus_post_state(store, XENSTORE_NO_TRANSACTION, vbd->frontend, state,
                          &results[PUBLISHED_KEYS]);
}

int vbd_unpublish(struct vbd *vbd, enum xenbus_state state)
{
    struct xenstore *store = &vbd->core->store;
    int results[PUBLISHED_KEYS + 1], error = -XEN_EAGAIN;

    for (unsigned i = 0; i < PUBLISHED_KEYS + 1; i++)
        results[i] = error;
    for (int tries = 0; error && tries < VBD_CLOSE_TRIES; tries++) {
        bool closed = xenstore_is_closed(store);

        if (vbd_store_is_gone(vbd))
            break;
        /* After a restore no backend has pages of ours, and the directory is another one. */
        if (closed)
            state = XenbusStateInitialising;
        vbd_post_unpublish(vbd, state, results);
        xenstore_collect(store);
        error = vbd_first_error(results, PUBLISHED_KEYS + 1);
    }
    return error;
}
