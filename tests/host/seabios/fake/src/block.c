/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A small block.c: numbers for drives, and requests to the emulated disks. As in SeaBIOS, the
 * driver of IDE disks and floppies is 16-bit code, that of AHCI is 32-bit code, and those of SCSI
 * and of CD-ROMs are both.
 */
#include "block.h"

#include "biosvar.h" // GET_GLOBAL
#include "config.h"
#include "emulated.h"
#include "stacks.h" // run_thread
#include "std/disk.h"

#include <string.h>

#define TRANSFER_MAX (64 * 1024)

static struct drive_s *IDMap[EXTTYPES][BUILD_MAX_EXTDRIVE];
static unsigned hd_count, cd_count;
u8 FloppyCount;
static struct extended_bios_data_area_s ebda;

void block_reset(void)
{
    for (unsigned i = 0; i < BUILD_MAX_EXTDRIVE; i++)
        IDMap[EXTTYPE_HD][i] = IDMap[EXTTYPE_CD][i] = NULL;
    hd_count = cd_count = FloppyCount = 0;
    memset(&ebda, 0, sizeof(ebda));
}

struct drive_s *getDrive(u8 exttype, u8 number)
{
    return number < BUILD_MAX_EXTDRIVE ? GET_GLOBAL(IDMap[exttype][number]) : NULL;
}

struct extended_bios_data_area_s *get_ebda_ptr(void)
{
    machine_needs_32bit();
    return &ebda;
}

/* The table of one of the first two hard disks. Parts that do not concern a drive stay as they
 * are. */
static void fill_fdpt(struct drive_s *drive, int number)
{
    if (number > 1)
        return;
    ebda.fdpt[number].sectors = drive->sectors;
    if (drive->type >= DTYPE_LSI_SCSI)
        ebda.fdpt[number].is_translated = true;
}

void map_hd_drive(struct drive_s *drive)
{
    if (hd_count == BUILD_MAX_EXTDRIVE)
        return;
    IDMap[EXTTYPE_HD][hd_count] = drive;
    fill_fdpt(drive, (int)hd_count++);
}

void map_cd_drive(struct drive_s *drive)
{
    if (cd_count < BUILD_MAX_EXTDRIVE)
        IDMap[EXTTYPE_CD][cd_count++] = drive;
}

/* A thread finds the emulated disks. */
void block_setup(void)
{
    run_thread(emulated_register, NULL);
}

int default_process_op(struct disk_op_s *op)
{
    return op->command == CMD_READ || op->command == CMD_WRITE || op->command == CMD_SCSI
               ? DISK_RET_EPARAM
               : DISK_RET_SUCCESS;
}

static int block_process_32(struct disk_op_s *op)
{
    u8 type = op->drive_fl->type;

    machine_needs_32bit();
    return type == DTYPE_AHCI || type == DTYPE_LSI_SCSI || type == DTYPE_ATA_ATAPI
               ? emulated_process_op(op)
               : DISK_RET_EPARAM;
}

static int block_process_16(struct disk_op_s *op)
{
    if (GET_FLATPTR(op->drive_fl->type) == DTYPE_AHCI)
        return (int)call32(block_process_32, MAKE_FLATPTR(GET_SEG(SS), op), DISK_RET_EPARAM);
    return emulated_process_op(op);
}

/* The table of EDD 1.x, which every drive has. */
int fill_edd(struct segoff_s edd, struct drive_s *drive_fl)
{
    struct int13dpt_s *table = (void *)(uintptr_t)edd.offset;

    if (GET_FARVAR(edd.seg, table->size) < offsetof(struct int13dpt_s, dpte))
        return DISK_RET_EPARAM;
    SET_FARVAR(edd.seg, table->size, offsetof(struct int13dpt_s, dpte));
    SET_FARVAR(edd.seg, table->heads, GET_FLATPTR(drive_fl->pchs.head));
    SET_FARVAR(edd.seg, table->sector_count, GET_FLATPTR(drive_fl->sectors));
    SET_FARVAR(edd.seg, table->blksize, GET_FLATPTR(drive_fl->blksize));
    return DISK_RET_SUCCESS;
}

int process_op(struct disk_op_s *op)
{
    u16 wanted = op->count;
    int status;

    if (wanted * GET_FLATPTR(op->drive_fl->blksize) > TRANSFER_MAX) {
        op->count = 0;
        return DISK_RET_EBOUNDARY;
    }
    status = MODESEGMENT ? block_process_16(op) : block_process_32(op);
    if (status && op->count == wanted)
        op->count = 0;
    return status;
}
