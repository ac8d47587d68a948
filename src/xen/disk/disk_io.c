/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disk_io.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_run.h"
#include "xen/blk/vbd_share.h"
#include "xen/blk/vbd_transfer.h"

int disk_io_connect_within(struct vbd *vbd, uint32_t limit_ms)
{
    vbd_connect_begin(vbd, limit_ms);
    vbd_run(&vbd, 1);
    return vbd->state == VBD_CONNECTED ? 0 : -XEN_ENOTCONN;
}

int disk_io_connect(struct vbd *vbd)
{
    return disk_io_connect_within(vbd, vbd->core->options.connect_limit_ms);
}

bool disk_io_is_free(struct vbd *vbd)
{
    /* After a restore xenstore is elsewhere, and the backend is a different one. */
    return core_find(vbd->core) == 0 && vbd_read_backend(vbd) == 0 &&
           xenbus_read_state(&vbd->core->store, vbd->backend) == XenbusStateInitWait;
}

int disk_io_close(struct vbd *vbd)
{
    vbd->flush_error = 0;
    vbd_close_begin(vbd);
    vbd_run(&vbd, 1);
    return vbd->flush_error;
}

/* Reconnect a disk whose connection broke, to repeat @operation. Return: whether it worked. */
static bool disk_io_connect_again(struct vbd *vbd, uint8_t operation)
{
    int state = vbd_read_backend(vbd);

    if (!state)
        state = xenbus_read_state(&vbd->core->store, vbd->backend);
    if (state == -XEN_ENOENT || state == XenbusStateUnknown)
        vbd_end_renaming(vbd);
    /* The backend may be gone for good: do not spend the limit of a connection on it. */
    if (state <= XenbusStateUnknown)
        return false;
    log_info("%s: connecting again\n", vbd->vdev.name);
    if (disk_io_connect(vbd))
        return false;
    /* Another image may have come in under the name of the old one. It may be read; a write that
     * was meant for the old one fails. */
    return operation == BLKIF_OP_READ || !vbd->replaced;
}

/* A transfer to perform. */
struct transfer {
    uint8_t operation; /* BLKIF_OP_* */
    uint64_t sector;
    uint32_t count;
    const void *from; /* of a write */
    vbd_sink *sink;   /* gets the data, of a write in addition to the disk */
    void *context;    /* for sink */
};

static int disk_io_once(struct vbd *vbd, const struct transfer *transfer)
{
    switch (transfer->operation) {
    case BLKIF_OP_READ:
        return vbd_transfer_read(vbd, transfer->sector, transfer->count, transfer->sink,
                                 transfer->context);
    case BLKIF_OP_WRITE:
        return vbd_transfer_write(vbd, transfer->sector, transfer->count, transfer->from,
                                  transfer->sink, transfer->context);
    default:
        return vbd_transfer_flush(vbd);
    }
}

static int disk_io_transfer(struct vbd *vbd, const struct transfer *transfer)
{
    int error = disk_io_once(vbd, transfer);

    if (!vbd_is_broken(vbd))
        return error;
    disk_io_close(vbd);
    if (error != -XEN_ENOTCONN || !disk_io_connect_again(vbd, transfer->operation))
        return error;
    error = disk_io_once(vbd, transfer);
    if (vbd_is_broken(vbd))
        disk_io_close(vbd);
    return error;
}

int disk_io_fetch(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_sink *sink, void *context)
{
    const struct transfer transfer = {.operation = BLKIF_OP_READ,
                                      .sector = sector,
                                      .count = count,
                                      .sink = sink,
                                      .context = context};

    return disk_io_transfer(vbd, &transfer);
}

/* Where the sectors from @start on go. */
struct read_buffer {
    uint64_t start;
    uint8_t *to;
};

static void read_buffer_put(void *context, uint64_t sector, const void *data, uint32_t count)
{
    const struct read_buffer *buffer = context;

    sectors_copy(buffer->to + (uint32_t)(sector - buffer->start) * SECTOR_BYTES, data, count);
}

int disk_io_read(struct vbd *vbd, uint64_t sector, uint32_t count, void *buffer)
{
    struct read_buffer to = {.start = sector, .to = buffer};

    return disk_io_fetch(vbd, sector, count, read_buffer_put, &to);
}

int disk_io_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer,
                  vbd_sink *sink, void *context)
{
    const struct transfer transfer = {.operation = BLKIF_OP_WRITE,
                                      .sector = sector,
                                      .count = count,
                                      .from = buffer,
                                      .sink = sink,
                                      .context = context};

    return disk_io_transfer(vbd, &transfer);
}

int disk_io_flush(struct vbd *vbd)
{
    const struct transfer transfer = {.operation = BLKIF_OP_FLUSH_DISKCACHE};

    return disk_io_transfer(vbd, &transfer);
}
