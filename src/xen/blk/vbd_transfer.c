/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Reads and writes of any sectors, split into requests that fit the bounce memory.
 *
 * A live migration sends the guest's pages while the guest runs, and at the end those that were
 * written since. Writes to a page that the backend keeps mapped are not recorded. So after the
 * migration the page of the ring may have arrived with a response on it, and a page of the pool
 * without its data, or itself be older than the last responses. The grants do not migrate with the
 * guest: if they are still valid after the data has been copied, it was copied from where the
 * backend had put it. A save has the same gap: the backend continues while memory is written to the
 * file.
 */
#include "vbd_transfer.h"

#include "vbd_io.h"
#include "vbd_share.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"

int vbd_check(const struct vbd *vbd, uint64_t sector, uint32_t count)
{
    if (vbd->state != VBD_CONNECTED || vbd->broken)
        return -XEN_ENOTCONN;
    return sector < vbd->sectors && count <= vbd->sectors - sector ? 0 : -XEN_EINVAL;
}

/* Confirm what a batch has moved, and again what was copied out of the pool, which a live migration
 * may have copied before the data came: it is valid only if this returns 0. */
static int vbd_confirm(struct vbd *vbd)
{
    if (vbd_is_shared(vbd) && vbd_pages_are_shared(vbd, vbd->io.pages))
        return 0;
    log_error("%s: its grants disappeared during a transfer\n", vbd->vdev.name);
    vbd->connects_since_fault = 0;
    vbd->broken = true;
    vbd->io.result = -XEN_ENOTCONN;
    return vbd->io.result;
}

/* Move sectors between the disk and the start of the pool. */
static int vbd_batch(struct vbd *vbd, uint8_t operation, uint64_t sector, uint32_t count)
{
    vbd_io_put(vbd, operation, sector, count);
    vbd_io_begin(vbd);
    while (vbd_io_pending(vbd))
        ;
    return vbd->io.result ? vbd->io.result : vbd_confirm(vbd);
}

/**** Blocks ****/

static bool vbd_block_is_unknown(const struct vbd *vbd)
{
    return vbd->state == VBD_CONNECTED && !vbd->broken && !vbd->learned_sectors;
}

/* Note the result of a read of the first @sectors sectors. */
static void vbd_learn(struct vbd *vbd, uint32_t sectors)
{
    if (vbd->io.result)
        return;
    vbd->learned_sectors = vbd->block_sectors = sectors;
    if (sectors > 1)
        log_info("%s: only reads and writes blocks of %u bytes\n", vbd->vdev.name,
                 sectors * SECTOR_BYTES);
}

/* Begin to read the smallest possible block of at least @sectors sectors. */
static void vbd_try_blocks(struct vbd *vbd, uint32_t sectors)
{
    vbd->trying = 0;
    if (sectors < vbd->block_sectors)
        sectors = vbd->block_sectors;
    if (!vbd_block_is_unknown(vbd) || sectors > SECTORS_PER_PAGE || sectors > vbd->sectors)
        return;
    vbd->trying = sectors;
    vbd_io_put(vbd, BLKIF_OP_READ, 0, sectors);
    vbd_io_begin(vbd);
}

/* Continue with a disk whose block size is being tried. */
static void vbd_continue_trying(struct vbd *vbd)
{
    if (vbd_io_pending(vbd))
        return;
    vbd_learn(vbd, vbd->trying);
    vbd_try_blocks(vbd, 2 * vbd->trying);
}

/* A disk does not wait for one that does not respond: all share one limit. */
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

bool vbd_copy_first_sector(struct vbd *vbd, void *to)
{
    if (vbd->state != VBD_CONNECTED || vbd->broken || !vbd->learned_sectors)
        return false;
    sectors_copy(to, vbd->pool, 1);
    return vbd_is_shared(vbd);
}

/*
 * A disk on a loop device may report 512 bytes but only support 4096: shorter reads and writes
 * fail. The size is learned by reading. A failed write is never retried as a larger one: it may
 * have succeeded, and repeating it could overwrite what another writer wrote since. Return: 0, or
 * the error of the reads.
 */
static int vbd_learn_block(struct vbd *vbd)
{
    if (!vbd_block_is_unknown(vbd))
        return 0;
    vbd_learn_blocks(&vbd, 1);
    return vbd->learned_sectors ? 0 : vbd->io.result;
}

/* Check whether a transfer covers whole pages, and so whole blocks of any size. */
static bool vbd_covers_whole_pages(uint64_t sector, uint32_t count)
{
    return !(((uint32_t)sector | count) & (SECTORS_PER_PAGE - 1));
}

/**** Parts ****/

/* A part of a transfer: the wanted sectors, and the blocks around them. */
struct part {
    uint64_t start;  /* first sector of the blocks */
    uint32_t length; /* sectors of the blocks */
    uint32_t skip;   /* sectors before the wanted ones */
    uint32_t wanted; /* sectors wanted */
};

/* Return the largest part of a transfer that fits the pool. */
static struct part vbd_part(const struct vbd *vbd, uint64_t sector, uint32_t count)
{
    uint32_t mask = vbd->block_sectors - 1;
    uint32_t room = vbd->pool_pages * SECTORS_PER_PAGE;
    struct part part = {.skip = (uint32_t)sector & mask, .wanted = count};

    part.start = sector - part.skip;
    if (part.wanted > room - part.skip)
        part.wanted = room - part.skip;
    part.length = (part.skip + part.wanted + mask) & ~mask;
    /* A disk that reports 512 bytes may end in the middle of a block of learned size. */
    if (part.length > vbd->sectors - part.start)
        part.length = (uint32_t)(vbd->sectors - part.start);
    return part;
}

int vbd_transfer_read(struct vbd *vbd, uint64_t sector, uint32_t count, vbd_sink *sink,
                      void *context)
{
    int error = vbd_check(vbd, sector, count);

    /* If learning the block size fails, the wanted sectors may still be readable. */
    if (!error && count && !vbd_covers_whole_pages(sector, count) && vbd_learn_block(vbd) &&
        vbd->broken)
        error = vbd->io.result;
    while (!error && count) {
        struct part part = vbd_part(vbd, sector, count);

        error = vbd_batch(vbd, BLKIF_OP_READ, part.start, part.length);
        if (error)
            break;
        sink(context, sector, vbd->pool + part.skip * SECTOR_BYTES, part.wanted);
        error = vbd_confirm(vbd);
        sector += part.wanted;
        count -= part.wanted;
    }
    return error;
}

/* Write one part. The sectors of a block besides the wanted ones are written back as read; they
 * must come from the same connection, which vbd_batch checks before it begins. */
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
    /* The caller gets the error of a failed flush; repeating it would show nothing more. */
    if (!vbd->broken)
        vbd->unflushed = false;
    return vbd->io.result;
}
