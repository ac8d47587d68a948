/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' block.c with two of its functions behind ours: drives are set up after its own, and
 * requests to our drives come to us.
 */
#define block_setup seabios_block_setup
#define process_op  seabios_process_op
#include "block.c"
#undef block_setup
#undef process_op

#include "acpi_device.h"
#include "drive.h"

void block_setup(void);
int process_op(struct disk_op_s *op);

void block_setup(void)
{
    seabios_block_setup();
    if (!CONFIG_XENPV)
        return;
    if (xenpv_drives_setup() && CONFIG_XENPV_ACPI)
        xenpv_acpi_setup();
}

/* What int13 may move at once: the limit that SeaBIOS sets its own drivers. */
#define TRANSFER_BYTES_MOST (64 * 1024)

/* Whoever reads from another drive may be about to boot from it. */
static void other_drive(struct disk_op_s *op)
{
    if (!GET_LOW(XenpvOpen) || (op->command != CMD_READ && op->command != CMD_WRITE))
        return;
    if (MODESEGMENT)
        call32(xenpv_close_32, XENPV_CLOSE_FOR_OTHER_DRIVE, 0);
    else
        xenpv_close_32(XENPV_CLOSE_FOR_OTHER_DRIVE);
}

int process_op(struct disk_op_s *op)
{
    if (!CONFIG_XENPV)
        return seabios_process_op(op);
    if (GET_FLATPTR(op->drive_fl->type) != DTYPE_XENPV) {
        other_drive(op);
        return seabios_process_op(op);
    }

    u16 count = op->count;
    if (count > TRANSFER_BYTES_MOST / DISK_SECTOR_SIZE) {
        op->count = 0;
        return DISK_RET_EBOUNDARY;
    }
    int ret;
    if (MODESEGMENT)
        ret = call32(xenpv_process_op_32, MAKE_FLATPTR(GET_SEG(SS), op), DISK_RET_EPARAM);
    else
        ret = xenpv_process_op_32(op);
    if (ret)
        /* Nothing is reported as moved unless all of it was. */
        op->count = 0;
    return ret;
}
