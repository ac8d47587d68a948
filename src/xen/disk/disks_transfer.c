/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_transfer.h"

#include "cached_io.h"
#include "disk_io.h"
#include "disks_call.h"
#include "first_sector.h"
#include "medium.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/public.h"
#include "xen/blk/vbd_transfer.h"

/* Drop the cache after a reconnection: another system may have had the disk in between, and the
 * cache may have data from before and after. @connects: the value before the transfer. */
static void disks_drop_if_reconnected(struct disk *disk, unsigned connects)
{
    if (disk->vbd.connects == connects)
        return;
    cache_drop(&disk->disks->cache, &disk->vbd);
    disks_note_connection(disk);
}

/* Read from an open disk through the cache, or past it if that fails. */
static int disks_read_open(struct disk *disk, uint64_t sector, uint32_t count, void *buffer)
{
    struct cache *cache = &disk->disks->cache;
    unsigned connects = disk->vbd.connects;
    int error = vbd_check(&disk->vbd, sector, count);

    if (error)
        return error;
    error = cached_io_fill(cache, &disk->vbd, sector, count, disks_end_closes(disk->disks));
    disks_drop_if_reconnected(disk, connects);
    if (cache_read(cache, &disk->vbd, sector, count, buffer))
        return 0;
    if (disk->vbd.state != VBD_CONNECTED)
        return error;
    /* The wanted sectors may be good even if the read-ahead or the rest of a page is not. */
    connects = disk->vbd.connects;
    error = disk_io_read(&disk->vbd, sector, count, buffer);
    disks_drop_if_reconnected(disk, connects);
    return error;
}

/* Keep what a report of a failed boot needs. */
static void disks_note_read(struct disk *disk, uint64_t sector, const uint8_t *data, int error)
{
    struct disk_reads *reads = &disk->reads;

    if (error) {
        reads->error = error;
        reads->error_sector = sector;
    } else if (!sector) {
        reads->first = true;
        reads->boot_signature = first_sector_is_bootable(data);
    }
}

/* Read, with a medium in the drive. */
static int disks_read_present(struct disk *disk, uint64_t sector, uint32_t count, void *buffer)
{
    int error = 0;

    /* Never serve an abandoned disk, not even from the cache. */
    if (!disks_usable(disk) ||
        !cache_read(&disk->disks->cache, &disk->vbd, sector, count, buffer)) {
        error = disks_open(disk);
        if (!error)
            error = disks_read_open(disk, sector, count, buffer);
    }
    if (count)
        disks_note_read(disk, sector, buffer, error);
    return error;
}

/* Read from a disk, or from a drive that has the medium that its caller knows. */
static int disks_read_medium(struct disk *disk, uint64_t sector, uint32_t count, void *buffer)
{
    int error = medium_check(disk);

    if (error)
        return error;
    error = disks_read_present(disk, sector, count, buffer);
    /* A connection may have found another one: the caller is told before it gets its data. */
    int changed = medium_check(disk);
    return changed ? changed : error;
}

int disks_read(struct disk *disk, uint64_t sector, uint32_t count, void *buffer)
{
    int error = disks_begin(disk);

    if (error)
        return error;
    error = disks_read_medium(disk, sector, count, buffer);
    disks_end(disk);
    return error;
}

/* Write, and in strict mode flush: the call returns with the disk closed, or a tick may close it,
 * which cannot report an error. A flush over another connection than the write's says nothing of
 * the write: its backend may have ended with it in memory. So both are repeated, once. */
static int disks_write_stable(struct disk *disk, uint64_t sector, uint32_t count,
                              const void *buffer)
{
    struct vbd *vbd = &disk->vbd;

    for (int tries = 0; tries < 2; tries++) {
        int error = cached_io_write(&disk->disks->cache, vbd, sector, count, buffer);
        unsigned connects = vbd->connects;

        if (!error && disk->disks->core->mode == MODE_STRICT)
            error = disk_io_flush(vbd);
        if (error || vbd->connects == connects)
            return error;
    }
    return -XEN_ENOTCONN;
}

/* Write to an open disk. Any of the other disks may show the same bytes. */
static int disks_write_open(struct disk *disk, uint64_t sector, uint32_t count, const void *buffer)
{
    unsigned connects = disk->vbd.connects;
    int error = vbd_check(&disk->vbd, sector, count);

    if (error)
        return error;
    cache_drop_others(&disk->disks->cache, &disk->vbd);
    /* This call may be abandoned for a boot, also after it has connected again. */
    disk->written_for = DISK_BEING_WRITTEN;
    error = disks_write_stable(disk, sector, count, buffer);
    disk->written_for = disk->vbd.connects;
    disks_drop_if_reconnected(disk, connects);
    if (!error && disk->disks->core->mode == MODE_STRICT && !disk->disks->grouped)
        keep_open_note_write(&disk->disks->keep);
    return error;
}

int disks_write(struct disk *disk, uint64_t sector, uint32_t count, const void *buffer)
{
    int error = disks_begin(disk);

    if (error)
        return error;
    error = disk->removable ? -XEN_EROFS : disks_open(disk);
    if (!error)
        error = disks_write_open(disk, sector, count, buffer);
    disks_end(disk);
    return error;
}

int disks_check(struct disk *disk, uint64_t sector, uint32_t count)
{
    const struct vbd *vbd = &disk->vbd;

    /* A disk that is only closed for now still has its size; one that could not be opened is
     * retried. A drive may have another medium. */
    if (!disks_usable(disk) || disk->removable) {
        int error = disks_begin(disk);

        if (error)
            return error;
        error = medium_check(disk);
        /* A medium without a size yet. */
        if (!error && (!disks_usable(disk) || !vbd->sectors)) {
            error = disks_open(disk);
            if (!error)
                error = medium_check(disk);
        }
        disks_end(disk);
        if (error)
            return error;
    }
    return sector < vbd->sectors && count <= vbd->sectors - sector ? 0 : -XEN_EINVAL;
}

int disks_reset(struct disk *disk)
{
    int error = disks_begin(disk);

    if (error)
        return error;
    cache_drop(&disk->disks->cache, &disk->vbd);
    if (disk->role == DISK_LEFT)
        error = -XEN_ENOTCONN;
    else if (disk_is_empty(disk))
        error = 0;
    else if (!disks_usable(disk) && disk->registered)
        error = disks_open(disk);
    else if (!disks_usable(disk))
        error = disk_io_connect(&disk->vbd);
    disks_end(disk);
    return error;
}

int disks_check_medium(struct disk *disk)
{
    int error = disks_begin(disk);

    if (error)
        return error;
    error = medium_check(disk);
    disks_end(disk);
    return error;
}
