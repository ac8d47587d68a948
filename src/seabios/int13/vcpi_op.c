/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vcpi_op.h"

#include "bios_disks.h"
#include "drive.h"
#include "memmap.h" // PAGE_SIZE
#include "seabios/port/vcpi.h"
#include "std/disk.h" // DISK_RET_*
#include "string.h"   // memcpy
#include "twin.h"
#include "xen/disk/disks_handover.h"

/* Return how many bytes from a linear address on, at most @bytes, are one piece of physical memory;
 * 0: the caller could not access the first one. */
static u32 vcpi_piece(u32 linear, u32 bytes, bool write, u32 *physical)
{
    u32 length = 0, next;

    if (!vcpi_translate(linear, write, physical))
        return 0;
    do
        length += PAGE_SIZE - (linear + length) % PAGE_SIZE;
    while (length < bytes && vcpi_translate(linear + length, write, &next) &&
           next == *physical + length);
    return length < bytes ? length : bytes;
}

/* Check the whole buffer before the first byte moves. */
static bool vcpi_is_accessible(u32 linear, u32 bytes, bool write)
{
    u32 physical, length;

    for (; bytes; linear += length, bytes -= length) {
        length = vcpi_piece(linear, bytes, write, &physical);
        if (!length)
            return false;
    }
    return true;
}

/* Copy @bytes between @sector and a buffer that is in several pieces. */
static void vcpi_copy(u32 linear, u8 *sector, u32 bytes, bool to_buffer)
{
    u32 done = 0, physical;

    while (done < bytes) {
        u32 length = vcpi_piece(linear + done, bytes - done, to_buffer, &physical);
        if (!length)
            return;
        if (to_buffer)
            memcpy((void *)physical, sector + done, length);
        else
            memcpy(sector + done, (void *)physical, length);
        done += length;
    }
}

static bool vcpi_is_own(const struct disk_op_s *op)
{
    return op->drive_fl->type == DTYPE_XENPV;
}

static int vcpi_serve_op(struct disk_op_s *op)
{
    return vcpi_is_own(op) ? xenpv_process_op_32(op) : xenpv_twin_op_32(op);
}

/* Transfer one sector whose memory is in several pieces. */
static int vcpi_transfer_sector(struct disk_op_s *op, u32 linear)
{
    u8 *sector = vcpi_sector();
    u32 bytes = op->drive_fl->blksize;

    op->count = 1;
    op->buf_fl = sector;
    if (op->command == CMD_WRITE)
        vcpi_copy(linear, sector, bytes, false);
    int status = vcpi_serve_op(op);
    if (!status && op->command == CMD_READ)
        vcpi_copy(linear, sector, bytes, true);
    return status;
}

/* Transfer as many pieces as the buffer has, which is one unless pages are remapped. If a later one
 * fails, all of the request has failed; PV and the emulated disk have the same sectors, so the
 * emulated disk may serve all of it then. */
static int vcpi_transfer(const struct disk_op_s *op)
{
    u32 linear = (u32)op->buf_fl, left = op->count, bytes = op->drive_fl->blksize, physical;
    struct disk_op_s part = *op;
    int status = DISK_RET_SUCCESS;

    while (left && !status) {
        u32 length = vcpi_piece(linear, left * bytes, op->command == CMD_READ, &physical);
        u32 sectors = length / bytes;
        if (sectors) {
            part.count = sectors;
            part.buf_fl = (void *)physical;
            status = vcpi_serve_op(&part);
        } else {
            sectors = 1;
            status = vcpi_transfer_sector(&part, linear);
        }
        part.lba += sectors;
        linear += sectors * bytes;
        left -= sectors;
    }
    return status;
}

static int vcpi_op(struct disk_op_s *op)
{
    u32 bytes = op->count * op->drive_fl->blksize;

    if (!bytes || (op->command != CMD_READ && op->command != CMD_WRITE))
        return vcpi_serve_op(op);
    if (!vcpi_is_accessible((u32)op->buf_fl, bytes, op->command == CMD_READ))
        return vcpi_is_own(op) ? DISK_RET_EPARAM : TWIN_NO_32BIT;
    return vcpi_transfer(op);
}

int VISIBLE32FLAT xenpv_vcpi_op_32(struct disk_op_s *op)
{
    disks_group(xenpv_disks);
    int status = vcpi_op(op);
    disks_ungroup(xenpv_disks);
    xenpv_note_open();
    return status;
}
