/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads and writes of any sectors, made of requests that the bounce memory can hold.
 *
 * A live migration sends the guest's pages while it runs, and at the end those that were written
 * since. A page that the backend keeps mapped is written without that being noted. So after the
 * move the page of the ring may have come with a response on it, and the page of the pool without
 * the data. The grants do not come with the guest: as long as they stand after the data has been
 * copied, it was copied where the backend had put it. A save has the same gap: the backend goes on
 * while memory is written to the file.
 */
#include "vbd_transfer.h"

#include "vbd_io.h"
#include "vbd_share.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"

#define SECTORS_A_PAGE (PAGE_BYTES / SECTOR_BYTES)

int vbd_check(const struct vbd *vbd, uint64_t sector, uint32_t count)
{
    if (vbd->state != VBD_CONNECTED || vbd->broken)
        return -XEN_ENOTCONN;
    return sector < vbd->sectors && count <= vbd->sectors - sector ? 0 : -XEN_EINVAL;
}

/* Move sectors between the disk and the start of the pool. */
static int vbd_batch(struct vbd *vbd, uint8_t operation, uint64_t sector, uint32_t count)
{
    vbd_io_put(vbd, operation, sector, count);
    vbd_io_begin(vbd);
    while (vbd_io_pending(vbd))
        ;
    return vbd->io.result;
}

/* What was copied out of the pool only counts if this is 0. */
static int vbd_confirm_copy(struct vbd *vbd)
{
    if (vbd_is_shared(vbd))
        return 0;
    log_error("%s: its grants went away beneath a read\n", vbd->vdev.name);
    vbd->connects_since_fault = 0;
    vbd->broken = true;
    return -XEN_ENOTCONN;
}

/**** Blocks ****/

static bool vbd_block_is_unknown(const struct vbd *vbd)
{
    return vbd->state == VBD_CONNECTED && !vbd->broken && !vbd->learned_sectors;
}

/* Take what a read of the first @sectors has shown. */
static void vbd_learn(struct vbd *vbd, uint32_t sectors)
{
    if (vbd->io.result)
        return;
    vbd->learned_sectors = vbd->block_sectors = sectors;
    if (sectors > 1)
        log_info("%s: reads and writes blocks of %u bytes only\n", vbd->vdev.name,
                 sectors * SECTOR_BYTES);
}

/* Begin to read the smallest that the blocks may be, of @sectors or more. */
static void vbd_try_blocks(struct vbd *vbd, uint32_t sectors)
{
    vbd->trying = 0;
    if (sectors < vbd->block_sectors)
        sectors = vbd->block_sectors;
    if (!vbd_block_is_unknown(vbd) || sectors > SECTORS_A_PAGE || sectors > vbd->sectors)
        return;
    vbd->trying = sectors;
    vbd_io_put(vbd, BLKIF_OP_READ, 0, sectors);
    vbd_io_begin(vbd);
}

/* Go on with a disk that is tried. */
static void vbd_continue_trying(struct vbd *vbd)
{
    if (vbd_io_pending(vbd))
        return;
    vbd_learn(vbd, vbd->trying);
    vbd_try_blocks(vbd, 2 * vbd->trying);
}

/* A disk does not wait for another one that does not answer: they have one limit together. */
void vbd_learn_blocks(struct vbd *const vbds[], unsigned count)
{
    bool more = true;

    for (unsigned i = 0; i < count; i++)
        vbd_try_blocks(vbds[i], 1);
    while (more) {
        more = false;
        for (unsigned i = 0; i < count; i++) {
            if (vbds[i]->trying)
                vbd_continue_trying(vbds[i]);
            more |= vbds[i]->trying;
        }
    }
}

/*
 * A disk on a loop device may say 512 and be able to do 4096 only: its reads and writes of less
 * fail. That is found out by reading. A write that failed is never tried again as a larger one: it
 * may have been done, and so be done twice over what somebody else writes. Return: 0, or the error
 * of the reads.
 */
static int vbd_learn_block(struct vbd *vbd)
{
    if (!vbd_block_is_unknown(vbd))
        return 0;
    vbd_learn_blocks(&vbd, 1);
    return vbd->learned_sectors ? 0 : vbd->io.result;
}

/* Whether a transfer is of whole pages, and so of whole blocks whatever these are. */
static bool vbd_covers_whole_pages(uint64_t sector, uint32_t count)
{
    return !(((uint32_t)sector | count) & (SECTORS_A_PAGE - 1));
}

/**** Parts ****/

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
    /* A disk that says 512 may end in the middle of a block that was learned. */
    if (part.length > vbd->sectors - part.start)
        part.length = (uint32_t)(vbd->sectors - part.start);
    return part;
}

int vbd_transfer_read(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_sink *sink,
                      void *context)
{
    int error = vbd_check(vbd, sector, count);

    /* Where that fails, what is wanted may be readable all the same. */
    if (!error && count && !vbd_covers_whole_pages(sector, count) && vbd_learn_block(vbd) &&
        vbd->broken)
        error = vbd->io.result;
    while (!error && count) {
        struct part part = vbd_part(vbd, sector, count);

        error = vbd_batch(vbd, BLKIF_OP_READ, part.start, part.length);
        if (error)
            break;
        sink(context, sector, vbd->pool + part.skip * SECTOR_BYTES, part.wanted);
        error = vbd_confirm_copy(vbd);
        sector += part.wanted;
        count -= part.wanted;
    }
    return error;
}

/* One part of a write. What is written of a block beside the wanted sectors is what is there; those
 * of another connection do not count, which the batch looks at before it begins. */
static int vbd_write_part(struct vbd *vbd, const struct part *part, const void *from,
                          vbd_sink *sink, void *context)
{
    uint8_t *pool = vbd->pool + part->skip * SECTOR_BYTES;

    if (part->length != part->wanted) {
        int error = vbd_batch(vbd, BLKIF_OP_READ, part->start, part->length);
        if (error)
            return error;
    }
    sectors_copy(pool, from, part->wanted);
    sink(context, part->start + part->skip, pool, part->wanted);
    vbd->unflushed = vbd->writing = true;
    int error = vbd_batch(vbd, BLKIF_OP_WRITE, part->start, part->length);
    vbd->writing = vbd->broken;
    return error;
}

int vbd_transfer_write(struct vbd *vbd, uint64_t sector, uint32_t count, const void *buffer,
                       vbd_sink *sink, void *context)
{
    const uint8_t *from = buffer;
    int error = vbd_check(vbd, sector, count);

    vbd->writing = false;
    if (!error && vbd->read_only)
        return -XEN_EROFS;
    if (!error && count && !vbd_covers_whole_pages(sector, count))
        error = vbd_learn_block(vbd);
    while (!error && count) {
        struct part part = vbd_part(vbd, sector, count);

        error = vbd_write_part(vbd, &part, from, sink, context);
        from += part.wanted * SECTOR_BYTES;
        sector += part.wanted;
        count -= part.wanted;
    }
    return error;
}

int vbd_transfer_flush(struct vbd *vbd)
{
    int error = vbd_check(vbd, 0, 0);

    if (error)
        return error;
    if (!vbd->unflushed || !vbd->can_flush)
        return 0;
    vbd_io_put_flush(vbd);
    vbd_io_begin(vbd);
    while (vbd_io_pending(vbd))
        ;
    /* A flush that failed has told so; nothing more is known by doing it again. */
    if (!vbd->broken)
        vbd->unflushed = false;
    return vbd->io.result;
}
