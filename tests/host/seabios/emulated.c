/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "emulated.h"

#include "biosvar.h" // GET_FLATPTR
#include "controllers.h"
#include "hw/ahci.h"
#include "hw/ata.h"
#include "hw/lsi-scsi.h"
#include "hw/pci_ids.h"
#include "malloc.h"
#include "std/disk.h"
#include "test.h"
#include "util.h" // boot_add_hd

#define EMULATED_MAX 8u

#define AHCI_DEVICE_ID 0x2922

/* SeaBIOS' scripts are on its stack, those of other drivers are elsewhere. */
#define SCRIPT_BIOS    0x00006e80u
#define SCRIPT_FOREIGN 0x1f000000u

static struct emulated disks[EMULATED_MAX];
static unsigned disk_count;

void emulated_reset(void)
{
    disk_count = 0;
}

/**** What SeaBIOS has found ****/

/* The controller in the list of PCI devices, which has one of each kind. */
static struct pci_device *pci_of(uint16_t vendor, uint16_t device, uint16_t maker)
{
    struct pci_device *pci;

    foreachpci(pci) {
        if (pci->vendor == vendor && pci->device == device)
            return pci;
    }
    return controllers_add_pci(vendor, device, maker);
}

static struct drive_s *ide_drive_make(struct emulated *disk)
{
    static struct ata_channel_s channels[2];
    struct ata_channel_s *channel = &channels[disk->unit / 2];
    struct atadrive_s *drive = malloc_low(sizeof(*drive));

    disk->pci =
        pci_of(PCI_VENDOR_ID_INTEL, PCI_DEVICE_ID_INTEL_82371SB_1, PCI_VENDOR_ID_REDHAT_QUMRANET);
    channel->pci_tmp = disk->pci;
    channel->chanid = (u8)(disk->unit / 2);
    channel->iobase1 = channel->chanid ? PORT_ATA2_CMD_BASE : PORT_ATA1_CMD_BASE;
    drive->chan_gf = channel;
    drive->slave = disk->unit % 2;
    ide_add_device(channel->chanid, drive->slave);
    return &drive->drive;
}

static struct drive_s *ahci_drive_make(struct emulated *disk)
{
    static struct ahci_ctrl_s controller;
    struct ahci_port_s *port = malloc_low(sizeof(*port));

    disk->pci = pci_of(PCI_VENDOR_ID_INTEL, AHCI_DEVICE_ID, PCI_VENDOR_ID_REDHAT_QUMRANET);
    controller = (struct ahci_ctrl_s){disk->pci, ahci_registers()};
    port->ctrl = &controller;
    port->pnr = disk->unit;
    return &port->drive;
}

static struct drive_s *drive_make(struct emulated *disk)
{
    switch (disk->kind) {
    case EMULATED_IDE:
    case EMULATED_CD:
        return ide_drive_make(disk);
    case EMULATED_AHCI:
        return ahci_drive_make(disk);
    case EMULATED_LSI:
        disk->pci = pci_of(PCI_VENDOR_ID_LSI_LOGIC, PCI_DEVICE_ID_LSI_53C895A, 0);
        return lsi_drive_make(LSI_PORTS, (u8)disk->unit, 0);
    default:
        return malloc_low(sizeof(struct drive_s));
    }
}

struct emulated *emulated_add(enum emulated_kind kind, unsigned unit)
{
    static const u8 types[] = {
        [EMULATED_IDE] = DTYPE_ATA,       [EMULATED_CD] = DTYPE_ATA_ATAPI,
        [EMULATED_AHCI] = DTYPE_AHCI,     [EMULATED_LSI] = DTYPE_LSI_SCSI,
        [EMULATED_FLOPPY] = DTYPE_FLOPPY,
    };
    struct emulated *disk = &disks[disk_count++];

    memset(disk, 0, sizeof(*disk));
    disk->kind = kind;
    disk->unit = unit;
    disk->drive = drive_make(disk);
    disk->drive->type = types[kind];
    /* For SCSI the controller, for other kinds the unit on it. */
    disk->drive->cntl_id = kind == EMULATED_LSI ? disk->pci->bdf : unit;
    disk->drive->blksize = DISK_SECTOR_SIZE;
    disk->drive->sectors = WORLD_DISK_SECTORS;
    return disk;
}

void emulated_register(void *unused)
{
    (void)unused;
    ide_search();
    for (unsigned i = 0; i < disk_count; i++) {
        if (disks[i].kind == EMULATED_FLOPPY)
            boot_add_floppy(disks[i].drive, "emulated floppy", -1);
        else if (disks[i].kind != EMULATED_CD)
            boot_add_hd(disks[i].drive, "emulated disk", -1);
    }
}

/**** What dom0 does for it ****/

static uint8_t *page_of(struct emulated *disk, uint64_t sector)
{
    uint64_t page = sector / EMULATED_PAGE_SECTORS, first = page * EMULATED_PAGE_SECTORS;

    if (disk->backend && disk->backend->connects != disk->seen_connects) {
        memset(disk->cached, 0, sizeof(disk->cached));
        disk->seen_connects = disk->backend->connects;
    }
    for (unsigned i = 0; i < EMULATED_PAGE_SECTORS; i++)
        if (!disk->cached[page] || !disk->backend)
            disk_read(first + i, disk->pages[page] + i * DISK_SECTOR_BYTES);
    disk->cached[page] = true;
    return disk->pages[page];
}

static void sector_read(struct emulated *disk, uint64_t sector, void *to)
{
    const uint8_t *page = page_of(disk, sector);

    memcpy(to, page + sector % EMULATED_PAGE_SECTORS * DISK_SECTOR_BYTES, DISK_SECTOR_BYTES);
}

static void sector_write(struct emulated *disk, uint64_t sector, const void *from)
{
    uint8_t *page = page_of(disk, sector);
    uint64_t first = sector - sector % EMULATED_PAGE_SECTORS;

    memcpy(page + (sector - first) * DISK_SECTOR_BYTES, from, DISK_SECTOR_BYTES);
    for (unsigned i = 0; i < EMULATED_PAGE_SECTORS; i++)
        disk_write(first + i, page + i * DISK_SECTOR_BYTES);
}

void emulated_cache_all(struct emulated *disk)
{
    for (uint64_t sector = 0; sector < WORLD_DISK_SECTORS; sector += EMULATED_PAGE_SECTORS)
        page_of(disk, sector);
}

/**** Drivers ****/

/* Set the registers as a command does. */
static void run_command(const struct emulated *disk, uint64_t sector, bool foreign)
{
    static uint32_t scripts;

    switch (disk->kind) {
    case EMULATED_IDE:
        ide_run_command(disk->unit / 2, disk->unit % 2, sector);
        break;
    case EMULATED_CD:
        ide_run_packet_command(disk->unit / 2, disk->unit % 2);
        break;
    case EMULATED_AHCI:
        if (foreign)
            ahci_set_foreign_list(disk->unit);
        break;
    case EMULATED_LSI:
        lsi_run_script((foreign ? SCRIPT_FOREIGN : SCRIPT_BIOS) + scripts++ % 64 * 64);
        break;
    default:
        break;
    }
}

static int transfer(struct emulated *disk, const struct disk_op_s *op)
{
    uint8_t *buffer = op->buf_fl;

    if (disk->broken || op->lba + op->count > WORLD_DISK_SECTORS)
        return DISK_RET_EBADTRACK;
    run_command(disk, op->lba, false);
    for (u32 i = 0; i < op->count; i++) {
        if (disk->during && i == op->count / 2)
            disk->during();
        if (op->command == CMD_READ)
            sector_read(disk, op->lba + i, buffer + i * DISK_SECTOR_BYTES);
        else
            sector_write(disk, op->lba + i, buffer + i * DISK_SECTOR_BYTES);
    }
    disk->transfers++;
    return DISK_RET_SUCCESS;
}

int emulated_process_op(struct disk_op_s *op)
{
    if (op->command != CMD_READ && op->command != CMD_WRITE)
        return default_process_op(op);
    for (unsigned i = 0; i < disk_count; i++)
        if (disks[i].drive == op->drive_fl)
            return transfer(&disks[i], op);
    model_fault("a request to a drive without an emulated disk");
}

void emulated_foreign_read(struct emulated *disk, uint64_t sector, void *buffer)
{
    run_command(disk, sector, true);
    sector_read(disk, sector, buffer);
}

void emulated_foreign_write(struct emulated *disk, uint64_t sector, const void *buffer)
{
    run_command(disk, sector, true);
    sector_write(disk, sector, buffer);
}
