/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_io.h"

#include "vbd_share.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/hv/evtchn.h"

/* Time between two polls of the state of a backend that does not respond. */
#define BACKEND_POLL_MS 1000

/* From now on nothing that the backend does may reach our data. */
static void vbd_io_break(struct vbd *vbd, const char *why, int error)
{
    log_error("%s: %s, %u requests in flight\n", vbd->vdev.name, why,
              blkif_ring_in_flight(&vbd->ring));
    vbd->connects_since_fault = 0;
    vbd->broken = true;
    vbd->io.result = error;
}

static void vbd_io_put_request(struct vbd *vbd, struct blkif_request *request)
{
    /* The handle is the device number of the disk; current backends ignore it. */
    request->handle = 0;
    if (blkif_ring_put(&vbd->ring, request))
        vbd_io_break(vbd, "its ring is full", -XEN_EBADMSG);
}

void vbd_io_put(struct vbd *vbd, uint8_t operation, uint64_t sector, uint32_t count)
{
    uint32_t page = 0;

    while (count) {
        struct blkif_request request = {.operation = operation, .sector_number = sector};

        while (count && request.nr_segments < BLKIF_MAX_SEGMENTS_PER_REQUEST) {
            struct blkif_request_segment *segment = &request.seg[request.nr_segments++];
            uint32_t sectors = count < SECTORS_PER_PAGE ? count : SECTORS_PER_PAGE;

            segment->gref = vbd->pool_refs[page++];
            segment->first_sect = 0;
            segment->last_sect = (uint8_t)(sectors - 1);
            sector += sectors;
            count -= sectors;
        }
        vbd_io_put_request(vbd, &request);
    }
    vbd->io.pages = page;
}

void vbd_io_put_flush(struct vbd *vbd)
{
    struct blkif_request request = {.operation = BLKIF_OP_FLUSH_DISKCACHE};

    vbd_io_put_request(vbd, &request);
    vbd->io.pages = 0;
}

void vbd_io_begin(struct vbd *vbd)
{
    struct vbd_io *io = &vbd->io;

    wait_begin(&io->wait, vbd->vdev.name, "its backend's response", core_io_limit(vbd->core));
    io->poll_ms = BACKEND_POLL_MS;
    if (vbd->broken)
        return;
    io->result = 0;
    /* After a restore the port is not ours either: notifying it might reach another domain. With a
     * reference that another driver has taken, the backend would use that driver's page. */
    if (!vbd_is_shared(vbd) || !vbd_pages_are_shared(vbd, io->pages))
        vbd_io_break(vbd, "its grants are gone", -XEN_ENOTCONN);
    else if (blkif_ring_push(&vbd->ring) && evtchn_notify(vbd->port))
        vbd_io_break(vbd, "its event channel does not work", -XEN_ENOTCONN);
}

/* Check whether no response can come any more. Polls xenstore only once a second. */
static bool vbd_backend_has_gone(struct vbd *vbd)
{
    struct vbd_io *io = &vbd->io;

    if (!vbd_is_shared(vbd))
        return true;
    if (io->wait.waited_ms < io->poll_ms)
        return false;
    io->poll_ms = io->wait.waited_ms + BACKEND_POLL_MS;
    switch (xenbus_read_state(&vbd->core->store, vbd->backend)) {
    case XenbusStateUnknown:
    case XenbusStateInitialising:
    case XenbusStateInitWait:
    case XenbusStateClosed:
        return true;
    default:
        return false;
    }
}

/* Record the first error only. */
static void vbd_io_complete(struct vbd *vbd, const struct blkif_response *response)
{
    if (response->status == BLKIF_RSP_OKAY || vbd->io.result)
        return;
    vbd->io.result = response->status == BLKIF_RSP_EOPNOTSUPP ? -XEN_EOPNOTSUPP : -XEN_EIO;
    log_error("%s: its backend failed operation %u with status %d\n", vbd->vdev.name,
              response->operation, response->status);
}

bool vbd_io_pending(struct vbd *vbd)
{
    struct blkif_response response;

    while (!vbd->broken && blkif_ring_in_flight(&vbd->ring)) {
        int taken = blkif_ring_take(&vbd->ring, &response);

        if (taken > 0)
            vbd_io_complete(vbd, &response);
        /* After a migration the page of the ring may be older than what was taken from it. */
        else if (taken < 0 && vbd_is_shared(vbd))
            vbd_io_break(vbd, "its backend breaks the ring protocol", -XEN_EBADMSG);
        else if (taken < 0 || vbd_backend_has_gone(vbd))
            vbd_io_break(vbd, "its backend is gone", -XEN_ENOTCONN);
        else if (wait_turn(&vbd->io.wait))
            return true;
        else
            vbd_io_break(vbd, "its backend does not respond", -XEN_ETIMEDOUT);
    }
    return false;
}
