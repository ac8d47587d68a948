/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bytes.h"
#include "error.h"
#include "evtchn.h"
#include "platform.h"
#include "vbd_share.h"

#define SECTORS_A_PAGE (PAGE_BYTES / SECTOR_BYTES)

/* Between two looks at the state of a backend that does not respond. */
#define LOOK_FOR_BACKEND_MS 1000

/* The backend broke the protocol or fell silent: nothing it does later may reach our data. */
static int vbd_break(struct vbd *vbd, const char *why, int error)
{
    log_error("%s: %s, %u requests in flight\n", vbd->vdev.name, why,
              blkif_ring_in_flight(&vbd->ring));
    vbd->routine = 0;
    vbd_close_unflushed(vbd);
    return error;
}

/* Whether no response can come any more, @waited_ms into the wait; xenstore is only asked once a
 * second, next at *@look_ms. */
static bool vbd_backend_has_gone(struct vbd *vbd, uint32_t waited_ms, uint32_t *look_ms)
{
    if (!vbd_is_shared(vbd))
        return true;
    if (waited_ms < *look_ms)
        return false;
    *look_ms = waited_ms + LOOK_FOR_BACKEND_MS;
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

static int vbd_put(struct vbd *vbd, struct blkif_request *request)
{
    /* The handle of a disk is its device number; backends ignore it by now. */
    request->handle = 0;
    return blkif_ring_put(&vbd->ring, request);
}

/* Show the backend what was put and wait for all responses. Return: the first error of one. */
static int vbd_complete(struct vbd *vbd)
{
    struct blkif_response response;
    uint32_t look_ms = LOOK_FOR_BACKEND_MS;
    struct wait wait;
    int result = 0;

    /* After a restore the port is not ours either: to notify it might reach somebody else. */
    if (!vbd_is_shared(vbd))
        return vbd_break(vbd, "its grants are gone", -XEN_ENOTCONN);
    if (blkif_ring_push(&vbd->ring)) {
        int error = evtchn_notify(vbd->port);
        if (error)
            return vbd_break(vbd, "its event channel does not work", error);
    }
    wait_begin(&wait, vbd->vdev.name, "its backend's response", vbd->core->options.io_limit_ms);
    while (blkif_ring_in_flight(&vbd->ring)) {
        int taken = blkif_ring_take(&vbd->ring, &response);

        if (taken < 0)
            return vbd_break(vbd, "its backend breaks the ring protocol", -XEN_EBADMSG);
        if (!taken) {
            if (vbd_backend_has_gone(vbd, wait.waited_ms, &look_ms))
                return vbd_break(vbd, "its backend has gone", -XEN_ENOTCONN);
            if (!wait_turn(&wait))
                return vbd_break(vbd, "its backend does not respond", -XEN_ETIMEDOUT);
            continue;
        }
        if (response.status == BLKIF_RSP_OKAY || result)
            continue;
        result = response.status == BLKIF_RSP_EOPNOTSUPP ? -XEN_EOPNOTSUPP : -XEN_EIO;
        log_error("%s: operation %u failed with status %d\n", vbd->vdev.name, response.operation,
                  response.status);
    }
    return result;
}

/*
 * Move @count sectors from @sector on between the disk and the start of the pool. Both are
 * multiples of the disk's blocks, and the pool is large enough.
 */
static int vbd_batch(struct vbd *vbd, uint8_t operation, uint64_t sector, uint32_t count)
{
    uint32_t page = 0;

    while (count) {
        struct blkif_request request = {.operation = operation, .sector_number = sector};

        while (count && request.nr_segments < BLKIF_MAX_SEGMENTS_PER_REQUEST) {
            struct blkif_request_segment *segment = &request.seg[request.nr_segments++];
            uint32_t sectors = count < SECTORS_A_PAGE ? count : SECTORS_A_PAGE;

            segment->gref = vbd->pool_refs[page++];
            segment->first_sect = 0;
            segment->last_sect = (uint8_t)(sectors - 1);
            sector += sectors;
            count -= sectors;
        }
        int error = vbd_put(vbd, &request);
        if (error)
            return vbd_break(vbd, "its ring is full", error);
    }
    return vbd_complete(vbd);
}

/* Where a part of a transfer lies: what the caller wants, and the blocks around it. */
struct part {
    uint64_t start;  /* first sector of the blocks */
    uint32_t length; /* sectors of the blocks */
    uint32_t skip;   /* sectors before the wanted ones */
    uint32_t wanted; /* sectors wanted */
};

/* The largest part of a transfer that the pool can hold. */
static struct part vbd_part(const struct vbd *vbd, uint64_t sector, uint32_t count)
{
    uint32_t mask = vbd->block_sectors - 1;
    uint32_t room = vbd->pool_pages * SECTORS_A_PAGE;
    struct part part = {.skip = (uint32_t)sector & mask, .wanted = count};

    part.start = sector - part.skip;
    if (part.wanted > room - part.skip)
        part.wanted = room - part.skip;
    part.length = (part.skip + part.wanted + mask) & ~mask;
    return part;
}

int vbd_check(const struct vbd *vbd, uint64_t sector, uint32_t count)
{
    if (vbd->state != VBD_CONNECTED)
        return -XEN_ENOTCONN;
    return sector < vbd->sectors && count <= vbd->sectors - sector ? 0 : -XEN_EINVAL;
}

/* What a transfer is asked to do. */
struct transfer {
    uint8_t operation; /* BLKIF_OP_* */
    uint64_t sector;
    uint32_t count;
    const void *from; /* of a write */
    vbd_take *take;   /* where the data goes, of a write besides the disk */
    void *context;    /* for take */
};

static int vbd_read_once(struct vbd *vbd, const struct transfer *transfer)
{
    uint64_t sector = transfer->sector;
    uint32_t count = transfer->count;
    int error = vbd_check(vbd, sector, count);

    while (!error && count) {
        struct part part = vbd_part(vbd, sector, count);

        error = vbd_batch(vbd, BLKIF_OP_READ, part.start, part.length);
        if (error)
            break;
        transfer->take(transfer->context, sector, vbd->pool + part.skip * SECTOR_BYTES,
                       part.wanted);
        sector += part.wanted;
        count -= part.wanted;
    }
    return error;
}

static int vbd_write_once(struct vbd *vbd, const struct transfer *transfer)
{
    const uint8_t *from = transfer->from;
    uint64_t sector = transfer->sector;
    uint32_t count = transfer->count;
    int error = vbd_check(vbd, sector, count);

    if (!error && vbd->read_only)
        return -XEN_EROFS;
    while (!error && count) {
        struct part part = vbd_part(vbd, sector, count);

        /* What is written of a block beside the wanted sectors is what is there. */
        if (part.length != part.wanted)
            error = vbd_batch(vbd, BLKIF_OP_READ, part.start, part.length);
        if (error)
            break;
        sectors_copy(vbd->pool + part.skip * SECTOR_BYTES, from, part.wanted);
        transfer->take(transfer->context, sector, vbd->pool + part.skip * SECTOR_BYTES,
                       part.wanted);
        error = vbd_batch(vbd, BLKIF_OP_WRITE, part.start, part.length);
        from += part.wanted * SECTOR_BYTES;
        sector += part.wanted;
        count -= part.wanted;
    }
    return error;
}

int vbd_flush_once(struct vbd *vbd)
{
    struct blkif_request request = {.operation = BLKIF_OP_FLUSH_DISKCACHE};

    if (vbd->state != VBD_CONNECTED)
        return -XEN_ENOTCONN;
    if (!vbd->can_flush || vbd->read_only)
        return 0;
    int error = vbd_put(vbd, &request);
    return error ? error : vbd_complete(vbd);
}

static int vbd_transfer_once(struct vbd *vbd, const struct transfer *transfer)
{
    switch (transfer->operation) {
    case BLKIF_OP_READ:
        return vbd_read_once(vbd, transfer);
    case BLKIF_OP_WRITE:
        return vbd_write_once(vbd, transfer);
    default:
        return vbd_flush_once(vbd);
    }
}

/* Connect a disk again whose connection went away beneath us. Return: whether it worked. */
static bool vbd_connect_again(struct vbd *vbd)
{
    /* It may be gone for good: that must not cost the limit of a connection. */
    if (vbd_read_backend(vbd) ||
        xenbus_read_state(&vbd->core->store, vbd->backend) <= XenbusStateUnknown)
        return false;
    log_info("%s: connecting again\n", vbd->vdev.name);
    return vbd_connect(vbd) == 0;
}

/*
 * What the backend has said to be done is done, also by a backend before; the rest of a transfer is
 * not known to be, and all of it may be done twice: it moves the same bytes to the same places.
 */
static int vbd_transfer(struct vbd *vbd, const struct transfer *transfer)
{
    bool connected = vbd->state == VBD_CONNECTED;
    int error = vbd_transfer_once(vbd, transfer);

    /* Who breaks the protocol or is silent would do so again. */
    if (!connected || vbd->state == VBD_CONNECTED || error == -XEN_EBADMSG ||
        error == -XEN_ETIMEDOUT || !vbd_connect_again(vbd))
        return error;
    return vbd_transfer_once(vbd, transfer);
}

int vbd_fetch(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_take *take, void *context)
{
    const struct transfer transfer = {.operation = BLKIF_OP_READ,
                                      .sector = sector,
                                      .count = count,
                                      .take = take,
                                      .context = context};

    return vbd_transfer(vbd, &transfer);
}

/* Where the sectors from @start on are to go. */
struct read_buffer {
    uint64_t start;
    uint8_t *to;
};

static void vbd_take_to_buffer(void *context, uint64_t sector, const void *data, uint32_t count)
{
    const struct read_buffer *buffer = context;

    sectors_copy(buffer->to + (uint32_t)(sector - buffer->start) * SECTOR_BYTES, data, count);
}

int vbd_read(struct vbd *vbd, uint64_t sector, uint32_t count, void *buffer)
{
    struct read_buffer to = {.start = sector, .to = buffer};

    return vbd_fetch(vbd, sector, count, vbd_take_to_buffer, &to);
}

int vbd_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer, vbd_take *take,
              void *context)
{
    const struct transfer transfer = {.operation = BLKIF_OP_WRITE,
                                      .sector = sector,
                                      .count = count,
                                      .from = buffer,
                                      .take = take,
                                      .context = context};

    return vbd_transfer(vbd, &transfer);
}

int vbd_flush(struct vbd *vbd)
{
    const struct transfer transfer = {.operation = BLKIF_OP_FLUSH_DISKCACHE};

    return vbd_transfer(vbd, &transfer);
}
