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

#define BLOCK_SECTORS (CDROM_SECTOR_SIZE / DISK_SECTOR_SIZE)

/* Commands of SCSI. */
#define SCSI_TEST_UNIT_READY 0x00
#define SCSI_READ_CAPACITY   0x25
#define SCSI_READ_BYTES      8

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
    if (kind == EMULATED_CD) {
        disk->drive->blksize = CDROM_SECTOR_SIZE;
        disk->drive->sectors = (u64)-1;
        disk->medium.blocks = WORLD_DISK_SECTORS / BLOCK_SECTORS;
    }
    return disk;
}

void emulated_register(void *unused)
{
    (void)unused;
    ide_search();
    for (unsigned i = 0; i < disk_count; i++) {
        if (disks[i].kind == EMULATED_FLOPPY)
            boot_add_floppy(disks[i].drive, "emulated floppy", -1);
        else if (disks[i].kind == EMULATED_CD)
            boot_add_cd(disks[i].drive, "emulated CD-ROM", -1);
        else
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

/* A CD-ROM drive reports a change of its medium, and that it has none, once with each command that
 * needs it. */
static bool cd_is_ready(struct emulated *cd)
{
    bool ready = !cd->broken && cd->medium.blocks && !cd->medium.changed;

    run_command(cd, 0, false);
    cd->medium.changed = false;
    return ready;
}

static int cd_read(struct emulated *cd, const struct disk_op_s *op)
{
    const struct emulated_medium *medium = &cd->medium;
    uint8_t *buffer = op->buf_fl;

    if (!cd_is_ready(cd) || op->lba > medium->blocks || op->count > medium->blocks - op->lba)
        return DISK_RET_EBADTRACK;
    if (cd->during)
        cd->during();
    for (u32 i = 0; i < op->count * BLOCK_SECTORS; i++)
        disk_read(medium->first_sector + op->lba * BLOCK_SECTORS + i,
                  buffer + i * DISK_SECTOR_BYTES);
    cd->transfers++;
    return DISK_RET_SUCCESS;
}

static void put_number(uint8_t *to, uint32_t value)
{
    for (unsigned i = 0; i < sizeof(value); i++)
        to[i] = (uint8_t)(value >> (24 - 8 * i));
}

static int cd_scsi(struct emulated *cd, const struct disk_op_s *op)
{
    const uint8_t *command = op->cdbcmd;

    machine_needs_32bit();
    cd->scsi_commands++;
    if (!cd_is_ready(cd))
        return DISK_RET_EBADTRACK;
    if (cd->during)
        cd->during();
    if (*command == SCSI_TEST_UNIT_READY && !op->blocksize)
        return DISK_RET_SUCCESS;
    if (*command != SCSI_READ_CAPACITY || op->blocksize != SCSI_READ_BYTES)
        model_fault("SCSI command %x with %u bytes", *command, op->blocksize);
    put_number(op->buf_fl, cd->medium.blocks - 1);
    put_number((uint8_t *)op->buf_fl + 4, CDROM_SECTOR_SIZE);
    return DISK_RET_SUCCESS;
}

static int cd_process_request(struct emulated *cd, struct disk_op_s *op)
{
    switch (op->command) {
    case CMD_READ:
        return cd_read(cd, op);
    case CMD_SCSI:
        return cd_scsi(cd, op);
    case CMD_WRITE:
    case CMD_FORMAT:
        return DISK_RET_EWRITEPROTECT;
    case CMD_RESET:
        cd->medium.changed = false;
        return DISK_RET_SUCCESS;
    default:
        return default_process_op(op);
    }
}

/* Both devices of the channel are reset. As QEMU's, a CD-ROM drive then reports no change that came
 * before. */
static int ide_reset(const struct emulated *disk)
{
    for (unsigned i = 0; i < disk_count; i++)
        if (disks[i].kind == EMULATED_CD && disks[i].unit / 2 == disk->unit / 2)
            disks[i].medium.changed = false;
    run_command(disk, 0, false);
    return DISK_RET_SUCCESS;
}

int emulated_process_op(struct disk_op_s *op)
{
    for (unsigned i = 0; i < disk_count; i++) {
        if (disks[i].drive != op->drive_fl)
            continue;
        if (disks[i].kind == EMULATED_CD)
            return cd_process_request(&disks[i], op);
        if (disks[i].kind == EMULATED_IDE && op->command == CMD_RESET)
            return ide_reset(&disks[i]);
        return op->command == CMD_READ || op->command == CMD_WRITE ? transfer(&disks[i], op)
                                                                   : default_process_op(op);
    }
    model_fault("a request to a drive without an emulated disk");
}

void emulated_insert(struct emulated *cd, uint64_t first_sector, uint32_t blocks)
{
    cd->medium = (struct emulated_medium){first_sector, blocks, true};
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

void emulated_foreign_dma(struct emulated *cd)
{
    ide_run_dma_packet_command(cd->unit / 2, cd->unit % 2);
    cd->medium.changed = false;
}
