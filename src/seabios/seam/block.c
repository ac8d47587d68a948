/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' block.c with three of its functions behind ours: our drives are set up after SeaBIOS',
 * requests to our drives come to us, and so does function 48h of int13.
 */
#define block_setup seabios_block_setup
#define process_op  seabios_process_op
#define fill_edd    seabios_fill_edd
#include "src/block.c"
#undef block_setup
#undef process_op
#undef fill_edd

#include "seabios/acpi/acpi_device.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/cd_op.h"
#include "seabios/int13/drive.h"
#include "seabios/int13/drives.h"
#include "seabios/int13/drives_close.h"
#include "seabios/int13/drives_setup.h"
#include "seabios/int13/edd.h"
#include "seabios/int13/foreign_access.h"
#include "seabios/int13/kept.h"
#include "seabios/int13/twin.h"
#include "seabios/int13/twin_table.h"
#include "seabios/int13/vcpi_op.h"
#include "seabios/port/call32.h"
#include "seabios/port/function_32.h"
#include "seabios/port/pvh_guest.h"
#include "seabios/port/vcpi.h"
#include "seabios/pvh/control.h"

void block_setup(void);
int process_op(struct disk_op_s *op);
int fill_edd(struct segoff_s edd, struct drive_s *drive_fl);

void block_setup(void)
{
    seabios_block_setup();
    if (!CONFIG_XENPV)
        return;
    if (xenpv_drives_setup() && CONFIG_XENPV_ACPI)
        xenpv_acpi_setup();
    if (xenpv_is_pvh())
        xenpv_control_setup();
}

/* Programs find the geometry of the first two hard disks in tables. */
static void hd_fill_table(int number)
{
    struct drive_s *drive = IDMap[EXTTYPE_HD][number];

    if (!drive)
        return;
    memset(&get_ebda_ptr()->fdpt[number], 0, sizeof(struct fdpt_s));
    fill_fdpt(drive, number);
}

void xenpv_move_hd(u8 from, u8 to)
{
    struct drive_s **map = IDMap[EXTTYPE_HD], *moved = map[from];

    for (; from > to; from--)
        map[from] = map[from - 1];
    for (; from < to; from++)
        map[from] = map[from + 1];
    map[to] = moved;
    hd_fill_table(0);
    hd_fill_table(1);
}

/* Maximum size of an int13 transfer: the limit of SeaBIOS' own drivers. */
#define TRANSFER_BYTES_MAX (64 * 1024)

/* A caller that reads from another drive may be about to boot from it. */
static void other_drive(struct disk_op_s *op)
{
    if (!GET_LOW(XenpvOpen) || (op->command != CMD_READ && op->command != CMD_WRITE))
        return;
    if (MODESEGMENT && !call32_works()) {
        xenpv_kept_unreached();
        vcpi_call(FUNCTION_32(xenpv_close_32), XENPV_CLOSE_FOR_OTHER_DRIVE);
    } else if (MODESEGMENT) {
        call32(xenpv_close_32, XENPV_CLOSE_FOR_OTHER_DRIVE, 0);
    } else {
        xenpv_close_32(XENPV_CLOSE_FOR_OTHER_DRIVE);
    }
}

/* A write by SeaBIOS' own driver may change what is cached of another disk. Noted before and after,
 * because an interrupt handler may call int13 in between. */
static void other_wrote(struct disk_op_s *op)
{
    if (op->command == CMD_WRITE)
        SET_LOW(XenpvOthersWrote, 1);
}

int xenpv_emulated_op(struct disk_op_s *op)
{
    foreign_access_before(op->drive_fl);
    int ret = seabios_process_op(op);
    foreign_access_after(op->drive_fl);
    return ret;
}

/* A reset takes away what a CD-ROM drive on the same channel has to report of another medium: ask
 * for that before it. */
static void noinline reset_begins(struct drive_s *drive_fl)
{
    struct disk_op_s ask;

    ask.command = XENPV_CMD_MEDIUM;
    for (int i = 0; (i = foreign_access_next_cd(i, drive_fl)) >= 0; i++) {
        int status = TWIN_NO_32BIT;
        ask.drive_fl = GET_LOW(XenpvTwins[i].drive);
        if (!MODESEGMENT)
            status = xenpv_twin_op_32(&ask);
        else if (call32_works())
            status = call32(xenpv_twin_op_32, MAKE_FLATPTR(GET_SEG(SS), &ask), TWIN_NO_32BIT);
        if (status && GET_LOW(XenpvTwins[i].state) == TWIN_PV)
            twin_fall_back(i, "a reset may hide another medium");
    }
}

/* Serve a request by SeaBIOS' own driver. */
static int emulated_op(struct disk_op_s *op)
{
    int is_cd_command = twin_is_cd_command(op);

    other_drive(op);
    other_wrote(op);
    if (op->command == CMD_RESET)
        reset_begins(op->drive_fl);
    int ret = xenpv_emulated_op(op);
    other_wrote(op);
    if (op->command == CMD_RESET)
        foreign_access_note_reset(op->drive_fl);
    if (ret && is_cd_command)
        twin_note_cd_error(op->drive_fl);
    return ret;
}

/* Serve a request where call32 does not work. Return: @otherwise if 32-bit code is out of reach. */
static int vcpi_try_op(struct disk_op_s *op, int otherwise)
{
    switch (vcpi_call(FUNCTION_32(xenpv_vcpi_op_32), (u32)MAKE_FLATPTR(GET_SEG(SS), op))) {
    case VCPI_DONE:
        return GET_LOW(XenpvVcpi.result);
    case VCPI_BUSY:
    case VCPI_LOST:
        return DISK_RET_ENOTREADY;
    default:
        return otherwise;
    }
}

/* Check whether PV can serve a request to the drive of a twin. A CD-ROM is not written to, and its
 * emulated drive can always be read, also where only VCPI leads to 32-bit code. */
static int twin_asks_pv(struct disk_op_s *op, u8 type)
{
    if (op->count > TRANSFER_BYTES_MAX / GET_FLATPTR(op->drive_fl->blksize))
        return 0;
    if (type != DTYPE_ATA_ATAPI)
        return 1;
    return (op->command == CMD_READ || op->command == CMD_RESET) &&
           (!MODESEGMENT || call32_works());
}

/* Serve a request to a drive that both SeaBIOS and a PV disk can serve. */
static int twin_op(struct disk_op_s *op, int index)
{
    u8 state = GET_LOW(XenpvTwins[index].state), transfer = op->command != CMD_RESET;
    u8 type = GET_FLATPTR(op->drive_fl->type);
    int ret = TWIN_ASK_EMULATED;

    if (op->command == CMD_WRITE)
        twin_note_write(index);
    if (transfer && state == TWIN_REFUSED)
        ret = DISK_RET_ENOTREADY;
    else if (state != TWIN_PV || !twin_asks_pv(op, type))
        ;
    else if (MODESEGMENT && !call32_works()) {
        xenpv_kept_unreached();
        ret = vcpi_try_op(op, TWIN_NO_32BIT);
    } else if (MODESEGMENT)
        ret = call32(xenpv_twin_op_32, MAKE_FLATPTR(GET_SEG(SS), op), TWIN_NO_32BIT);
    else
        ret = xenpv_twin_op_32(op);

    /* SeaBIOS' AHCI driver is 32-bit code too: there the call fails, and the twin does not
     * change. Neither does that of a CD-ROM, which the emulated drive can serve at any time. */
    if (ret == TWIN_NO_32BIT && type != DTYPE_AHCI && type != DTYPE_ATA_ATAPI)
        twin_fall_back(index, "int13 in protected mode");
    if (ret == TWIN_ASK_EMULATED || ret == TWIN_NO_32BIT)
        return emulated_op(op);
    if (ret)
        op->count = 0;
    return ret;
}

/* Look for a request of the toolstack that had to wait for the call that ends now. */
static void look_for_request(void)
{
    if (MODESEGMENT && GET_LOW(XenpvControl) && !GET_LOW(XenpvControlIn) && call32_works())
        call32(xenpv_control_32, 0, 0);
}

/* Serve a request to a drive that only a PV disk can serve. */
static int own_op(struct disk_op_s *op)
{
    if (op->count > TRANSFER_BYTES_MAX / GET_FLATPTR(op->drive_fl->blksize)) {
        op->count = 0;
        return DISK_RET_EBOUNDARY;
    }
    int ret = DISK_RET_EPARAM;
    if (MODESEGMENT && call32_works())
        ret = call32(xenpv_process_op_32, MAKE_FLATPTR(GET_SEG(SS), op), DISK_RET_EPARAM);
    else if (MODESEGMENT) {
        xenpv_kept_unreached();
        ret = vcpi_try_op(op, DISK_RET_EPARAM);
    } else {
        ret = xenpv_process_op_32(op);
    }
    if (ret)
        /* Report nothing as transferred unless all of it was. */
        op->count = 0;
    look_for_request();
    return ret;
}

int process_op(struct disk_op_s *op)
{
    /* A disk that a CD emulates is served by requests to the drive of the CD, which come here. */
    if (!CONFIG_XENPV || GET_FLATPTR(op->drive_fl->type) == DTYPE_CDEMU)
        return seabios_process_op(op);
    if (GET_FLATPTR(op->drive_fl->type) == DTYPE_XENPV)
        return own_op(op);
    if (op->command == CMD_READ || op->command == CMD_WRITE || op->command == CMD_RESET) {
        int index = twin_find(op->drive_fl);
        if (index >= 0)
            return twin_op(op, index);
    }
    return emulated_op(op);
}

/* SeaBIOS fills in the table of EDD 1.x for our drives. Only 16-bit code calls this. */
int noinline fill_edd(struct segoff_s edd, struct drive_s *drive_fl)
{
    if (!CONFIG_XENPV || !MODESEGMENT || GET_FLATPTR(drive_fl->type) != DTYPE_XENPV)
        return seabios_fill_edd(edd, drive_fl);
    u16 size = edd_size(edd);
    int status = seabios_fill_edd(edd, drive_fl);
    if (!status)
        edd_extend(edd, size, &container_of(drive_fl, struct xenpv_drive, drive)->edd);
    return status;
}
