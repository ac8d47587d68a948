/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "twin.h"

#include "bios_disks.h"
#include "biosvar.h" // GET_LOW
#include "cd_op.h"
#include "cd_twin.h"
#include "drives.h"
#include "foreign_access.h"
#include "hw/ahci.h"      // struct ahci_port_s
#include "hw/ata.h"       // struct atadrive_s
#include "hw/pci.h"       // pci_config_readw
#include "hw/pci_ids.h"   // PCI_VENDOR_ID_INTEL
#include "hw/pci_regs.h"  // PCI_SUBSYSTEM_VENDOR_ID
#include "hw/pcidevice.h" // struct pci_device
#include "kept.h"
#include "status.h"
#include "std/disk.h" // DISK_RET_*
#include "twin_policy.h"
#include "xen/base/decimal.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

_Static_assert(DISKS_MAX == BUILD_MAX_EXTDRIVE, "as many disks as SeaBIOS has numbers for");

/* AHCI specification, 3: the offset of the first port's registers, and their size per port. */
#define AHCI_PORTS      0x100
#define AHCI_PORT_BYTES 0x80

/* The PV disk of each twin, by the same index as XenpvTwins. Set in POST. */
static struct disk *twin_disks[DISKS_MAX];

/* Check whether QEMU emulates the controller; one of the same model may be passed through
 * instead. */
static bool twin_is_emulated(struct pci_device *pci, u16 vendor, u16 device)
{
    return pci && pci->vendor == vendor && pci->device == device &&
           pci_config_readw(pci->bdf, PCI_SUBSYSTEM_VENDOR_ID) == PCI_VENDOR_ID_REDHAT_QUMRANET;
}

/* Both channels are at the ports of the PC/AT, which no second controller can have. */
static bool twin_ide_location(struct drive_s *drive, struct twin_location *location)
{
    struct atadrive_s *ata = container_of(drive, struct atadrive_s, drive);
    struct ata_channel_s *channel = ata->chan_gf;
    u16 ports = channel->chanid ? PORT_ATA2_CMD_BASE : PORT_ATA1_CMD_BASE;

    location->controller = VDEV_IDE;
    location->unit = channel->chanid * 2 + ata->slave;
    /* A packet by DMA leaves the cylinder, but each packet sets the sector count. */
    location->watched_register = ports + (drive->type == DTYPE_ATA_ATAPI ? ATA_CB_SC : ATA_CB_CL);
    return channel->iobase1 == ports &&
           twin_is_emulated(channel->pci_tmp, PCI_VENDOR_ID_INTEL, PCI_DEVICE_ID_INTEL_82371SB_1);
}

static bool twin_ahci_location(struct drive_s *drive, struct twin_location *location)
{
    struct ahci_port_s *port = container_of(drive, struct ahci_port_s, drive);

    location->controller = VDEV_AHCI;
    location->unit = port->pnr;
    location->watched_register = (u32)port->ctrl->iobase + AHCI_PORTS + port->pnr * AHCI_PORT_BYTES;
    return twin_is_emulated(port->ctrl->pci_tmp, PCI_VENDOR_ID_INTEL, QEMU_AHCI_DEVICE_ID);
}

static bool twin_lsi_location(struct drive_s *drive, struct twin_location *location)
{
    u32 lun;

    location->controller = VDEV_SCSI;
    location->unit = xenpv_lsi_target(drive, &lun, &location->watched_register);
    return lun == 0;
}

bool twin_locate(struct drive_s *drive, struct twin_location *location)
{
    switch (drive->type) {
    case DTYPE_ATA:
    case DTYPE_ATA_ATAPI:
        return twin_ide_location(drive, location);
    case DTYPE_AHCI:
        return twin_ahci_location(drive, location);
    case DTYPE_LSI_SCSI:
        return twin_lsi_location(drive, location);
    default:
        return false;
    }
}

/* Find SeaBIOS' drive for a PV disk that is emulated as well. Return: NULL if there is none. */
static struct drive_s *twin_find_drive(const struct vdev *vdev, struct twin_location *location)
{
    struct drive_s *drive = NULL;

    while ((drive = xenpv_next_hd(drive)))
        if (twin_locate(drive, location) && vdev_is_at(vdev, location->controller, location->unit))
            break;
    return drive;
}

u8 twin_add(struct drive_s *drive, struct disk *disk, enum twin_state state)
{
    u8 index = XenpvTwinCount++;

    XenpvTwins[index].drive = drive;
    XenpvTwins[index].state = state;
    twin_disks[index] = disk;
    return index;
}

void twin_choose(struct disk *disk)
{
    const struct vdev *vdev = disk_vdev(disk);
    u64 own_sectors = disk_sectors(disk);
    char text[DECIMAL_TEXT_BYTES], own_text[DECIMAL_TEXT_BYTES];
    struct twin_location location;

    if (disk_role(disk) != DISK_EMULATED || !disks_usable(disk) || disk_is_cd(disk))
        return;
    struct drive_s *drive = twin_find_drive(vdev, &location);
    u64 sectors = drive ? drive->sectors : 0;
    switch (twin_match(drive, drive && twin_find(drive) >= 0, sectors, own_sectors)) {
    case TWIN_MATCH_NONE:
        disks_set_alone(disk);
        break;
    case TWIN_MATCH_SAME:
        twin_add(drive, disk, TWIN_PV);
        break;
    case TWIN_MATCH_OTHER:
        log_error("%s: left alone: its emulated drive belongs to another PV disk\n", vdev->name);
        disks_leave_to_emulated(disk);
        break;
    default:
        log_error("%s: left to the emulated drive, which has %s sectors, not %s\n", vdev->name,
                  decimal_format(sectors, text), decimal_format(own_sectors, own_text));
        disks_leave_to_emulated(disk);
        break;
    }
}

void twin_pair(struct disk *disk)
{
    struct twin_location location;
    struct drive_s *drive = twin_find_drive(disk_vdev(disk), &location);

    foreign_access_watch(twin_find(drive), location.watched_register);
    log_info("%s: serves the emulated drive too\n", disk_vdev(disk)->name);
}

void twin_without_pv(struct disk *disk)
{
    struct twin_location location;
    struct drive_s *drive = twin_find_drive(disk_vdev(disk), &location);

    if (!drive)
        return;
    int index = twin_find(drive);
    /* The drive may be the twin of another PV disk. */
    if (index >= 0 && twin_disks[index] == disk)
        XenpvTwins[index].state = TWIN_EMULATED;
    if (disk_role(disk) != DISK_LEFT)
        log_info("%s: left to the emulated drive\n", disk_vdev(disk)->name);
    else if (index < 0 && CONFIG_XENPV_TWINS && !disk_was_connected(disk))
        /* Its image is not raw: warn of the first write. */
        twin_add(drive, NULL, TWIN_UNPAIRED);
}

struct drive_s *twin_drive(const struct disk *disk)
{
    struct twin_location location;

    return disk_role(disk) == DISK_ALONE || disk_is_cd(disk)
               ? NULL
               : twin_find_drive(disk_vdev(disk), &location);
}

struct disk *twin_disk(struct drive_s *drive)
{
    int index = twin_find(drive);

    return index >= 0 && XenpvTwins[index].state == TWIN_PV ? twin_disks[index] : NULL;
}

/* The PV disk of this twin is given up: decide whether the emulated disk may serve. */
static void twin_end(int index)
{
    const struct disk *disk = twin_disks[index];

    XenpvTwins[index].state = TWIN_EMULATED;
    if (!disk_write_is_lost(disk))
        return;
    XenpvTwins[index].state = TWIN_REFUSED;
    log_error("%s: all calls fail from now on: a failed write may still reach the disk\n",
              disk_vdev(disk)->name);
}

/* Side by side, so that several backends that do not respond cost one limit. */
void twin_close_pending(void)
{
    struct disk *closing[DISKS_MAX];
    unsigned count = 0;

    for (int i = 0; i < XenpvTwinCount; i++)
        if (XenpvTwins[i].state == TWIN_CLOSING ||
            (XenpvTwins[i].state == TWIN_PV && disk_write_is_lost(twin_disks[i])))
            closing[count++] = twin_disks[i];
    if (!count || disks_give_up_all(closing, count))
        return;
    /* An interrupt handler may have made another twin fall back meanwhile. */
    for (int i = 0; i < XenpvTwinCount; i++)
        for (unsigned k = 0; k < count; k++)
            if (twin_disks[i] == closing[k])
                twin_end(i);
}

static int twin_access(int index, struct disk_op_s *op)
{
    struct disk *disk = twin_disks[index];

    if (disk_is_cd(disk))
        return cd_twin_read(index, disk, op);
    return op->command == CMD_READ ? disks_read(disk, op->lba, op->count, op->buf_fl)
                                   : disks_write(disk, op->lba, op->count, op->buf_fl);
}

/* Transfer over PV. Return: a status of int13, or TWIN_ASK_EMULATED if PV cannot serve it. */
static int twin_transfer(int index, struct disk_op_s *op)
{
    struct disk *disk = twin_disks[index];
    int error = twin_access(index, op);

    /* After a lost write, twin_close_pending gives PV up. */
    if (twin_answer(error, disk_write_is_lost(disk)) != TWIN_ANSWER_EMULATED)
        return int13_status(error);
    log_error("%s: served by the emulated disk from now on: %s\n", disk_vdev(disk)->name,
              error_name(error));
    XenpvTwins[index].state = TWIN_CLOSING;
    return error == CD_TWIN_REPORTED ? int13_status(error) : TWIN_ASK_EMULATED;
}

/* Return: a status of int13, or TWIN_ASK_EMULATED: its driver resets the drive. */
static int twin_reset(int index)
{
    return disks_reset(twin_disks[index]) == -XEN_EBUSY ? DISK_RET_ENOTREADY : TWIN_ASK_EMULATED;
}

/* Ask an emulated CD-ROM drive whether its medium is the same. Return: DISK_RET_SUCCESS, also if it
 * is not; or DISK_RET_ENOTREADY while another call is in progress. */
static int twin_ask(int index, struct drive_s *drive)
{
    if (!disks_hold(xenpv_disks))
        return DISK_RET_ENOTREADY;
    disks_release(xenpv_disks);
    if (!cd_twin_is_ready(twin_disks[index], drive))
        twin_fall_back(index, "its emulated drive has reported an error");
    return DISK_RET_SUCCESS;
}

int VISIBLE32FLAT xenpv_twin_op_32(struct disk_op_s *op)
{
    int index = twin_find(op->drive_fl), status = TWIN_ASK_EMULATED;

    /* The registers of the channel do not have their marks meanwhile. */
    if (GET_LOW(XenpvCdAsked))
        return DISK_RET_ENOTREADY;
    kept_prepare();
    xenpv_notice_writes();
    if (foreign_access_detected(index))
        twin_fall_back(index, "something else drives the emulated disk");
    else if (op->command == CMD_RESET)
        status = twin_reset(index);
    else if (op->command == XENPV_CMD_MEDIUM)
        status = twin_ask(index, op->drive_fl);
    else
        status = twin_transfer(index, op);
    twin_close_pending();
    xenpv_note_open();
    return status;
}
