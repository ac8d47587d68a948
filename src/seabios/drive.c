/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "drive.h"

#include "../xen/error.h"
#include "../xen/log.h"
#include "../xen/vbd.h"
#include "config.h"       // CONFIG_XENPV*
#include "hw/pci_ids.h"   // PCI_VENDOR_ID_INTEL
#include "hw/pcidevice.h" // foreachpci
#include "malloc.h"       // malloc_low
#include "output.h"       // znprintf
#include "std/disk.h"     // DISK_RET_*
#include "string.h"       // memset
#include "util.h"         // boot_add_hd

/* As many hard disks as SeaBIOS can give a number to. */
#define DISKS_MOST BUILD_MAX_EXTDRIVE

#define DESCRIPTION_BYTES 40

/* QEMU's "ahci" is an Intel ICH9. */
#define QEMU_AHCI_DEVICE_ID 0x2922

/* A disk of ours. Written at run time, so in the high zone. */
struct disk {
    struct vbd vbd;
    bool handed_over;     /* closed for who comes next, not because of a fault */
    uint32_t brief_calls; /* so many more calls close it again when they are done */
};

struct xenpv_drive {
    struct drive_s drive; /* read by 16-bit code, so below 1 MiB */
    struct disk *disk;
};

/* The disks found in POST, in the order in which they get their drives; in the high zone too. */
struct disks {
    struct core core;
    struct disk *disk[DISKS_MOST];
    unsigned count;
    bool ahci;
};

/* Set in POST; NULL without Xen. */
static struct disks *xenpv_disks;

/* Whether this guest has the AHCI controller that QEMU emulates; one that is passed through to it
 * says nothing of the emulated disks. */
static bool drive_pci_has_ahci(void)
{
    struct pci_device *pci;

    foreachpci(pci) {
        if (pci->vendor == PCI_VENDOR_ID_INTEL && pci->device == QEMU_AHCI_DEVICE_ID)
            return true;
    }
    return false;
}

/* vbd_found of vbd_find: keep a disk that SeaBIOS has no emulated drive for. */
static void drive_disk_found(void *context, const struct vdev *vdev, const char *frontend)
{
    struct disks *disks = context;

    if (vdev_is_emulated(vdev, disks->ahci)) {
        log_info("%s: left to the emulated controller that has it too\n", vdev->name);
        return;
    }
    if (disks->count == DISKS_MOST) {
        log_error("%s: skipped: more than %d disks\n", vdev->name, DISKS_MOST);
        return;
    }
    struct disk *disk = platform_alloc_reserved(sizeof(*disk), MALLOC_MIN_ALIGN);
    if (!disk) {
        warn_noalloc();
        return;
    }
    if (vbd_init(&disk->vbd, &disks->core, vdev, frontend))
        return;

    unsigned place = disks->count++;
    for (; place && vdev_before(vdev, &disks->disk[place - 1]->vbd.vdev); place--)
        disks->disk[place] = disks->disk[place - 1];
    disks->disk[place] = disk;
}

/* Do what was begun with all disks side by side, so that several dead backends cost one limit. */
static void drive_finish_all(struct disks *disks)
{
    bool pending = true;

    while (pending) {
        pending = false;
        for (unsigned i = 0; i < disks->count; i++)
            pending |= vbd_step(&disks->disk[i]->vbd);
        if (pending)
            msleep(CONFIG_XENPV_POLL_MS);
    }
}

static void drive_register(struct disk *disk, unsigned order)
{
    struct xenpv_drive *drive = malloc_low(sizeof(*drive));
    struct vbd *vbd = &disk->vbd;

    if (!drive) {
        warn_noalloc();
        return;
    }
    memset(drive, 0, sizeof(*drive));
    drive->drive.type = DTYPE_XENPV;
    drive->drive.cntl_id = order;
    drive->drive.blksize = DISK_SECTOR_SIZE;
    drive->drive.sectors = vbd->sectors;
    drive->disk = disk;
    boot_add_hd(&drive->drive, znprintf(DESCRIPTION_BYTES, "Xen PV disk %s", vbd->vdev.name), -1);
}

void VISIBLE32INIT xenpv_drives_setup(void)
{
    static const struct core_options options = {
        .store_limit_ms = CONFIG_XENPV_STORE_LIMIT_MS,
        .connect_limit_ms = CONFIG_XENPV_CONNECT_LIMIT_MS,
        .close_limit_ms = CONFIG_XENPV_CLOSE_LIMIT_MS,
        .io_limit_ms = CONFIG_XENPV_IO_LIMIT_MS,
        .pool_pages = CONFIG_XENPV_POOL_KIB / 4,
    };
    char *names = malloc_tmp(XENSTORE_PAYLOAD_MAX);
    struct disks *disks = platform_alloc_reserved(sizeof(*disks), MALLOC_MIN_ALIGN);
    uint32_t start = platform_clock();

    if (!names || !disks) {
        warn_noalloc();
        return;
    }
    disks->ahci = drive_pci_has_ahci();
    if (core_init(&disks->core, &options) == 0 &&
        vbd_find(&disks->core, names, drive_disk_found, disks) == 0) {
        uint32_t found_ms = platform_elapsed_ms(start);
        unsigned connected = 0;

        for (unsigned i = 0; i < disks->count; i++)
            vbd_connect_begin(&disks->disk[i]->vbd);
        drive_finish_all(disks);
        for (unsigned i = 0; i < disks->count; i++)
            if (disks->disk[i]->vbd.state == VBD_CONNECTED)
                drive_register(disks->disk[i], connected++);
        log_info("%u of %u PV-only disks ready in %u ms: %u to find, %u xenstore round trips\n",
                 connected, disks->count, platform_elapsed_ms(start), found_ms,
                 disks->core.store.round_trips);
        xenpv_disks = disks;
    }
    free(names);
}

int VISIBLE32FLAT xenpv_close_all_32(u32 brief_calls)
{
    struct disks *disks = xenpv_disks;
    uint32_t start = platform_clock();
    unsigned closed = 0;

    if (!disks)
        return 0;
    uint32_t round_trips = disks->core.store.round_trips;
    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];
        disk->brief_calls = brief_calls;
        if (disk->vbd.state != VBD_CONNECTED)
            continue;
        vbd_close_begin(&disk->vbd);
        disk->handed_over = true;
        closed++;
    }
    if (!closed)
        return 0;
    drive_finish_all(disks);
    log_info("%u disks closed in %u ms, %u xenstore round trips\n", closed,
             platform_elapsed_ms(start), disks->core.store.round_trips - round_trips);
    return 0;
}

/* Open a disk again that was closed for somebody who now asks for it by int13. */
static void drive_reopen(struct disk *disk)
{
    if (!disk->handed_over)
        return;
    disk->handed_over = false;
    vbd_connect(&disk->vbd);
}

/* After an operating system has announced itself: close again what one of its last calls opened. */
static void drive_close_brief(struct disk *disk)
{
    if (!disk->brief_calls || disk->vbd.state != VBD_CONNECTED)
        return;
    disk->brief_calls--;
    vbd_close(&disk->vbd);
    disk->handed_over = true;
}

/*
 * The only place where an error of the core becomes a status of int13. One that has no status of
 * its own, sectors beyond the end among them, is answered as SeaBIOS' own drivers do.
 */
static int drive_status(int error)
{
    switch (error) {
    case 0:
        return DISK_RET_SUCCESS;
    case -XEN_EROFS:
        return DISK_RET_EWRITEPROTECT;
    case -XEN_ETIMEDOUT:
        return DISK_RET_ETIMEOUT;
    case -XEN_ENOTCONN:
        return DISK_RET_ENOTREADY;
    case -XEN_EBADMSG:
        return DISK_RET_ECONTROLLER;
    default:
        return DISK_RET_EBADTRACK;
    }
}

/* A reset brings a disk back whose connection was given up, if its backend lets it. */
static int drive_reset(struct vbd *vbd)
{
    if (vbd->state != VBD_CONNECTED)
        vbd_connect(vbd);
    return vbd->state == VBD_CONNECTED ? DISK_RET_SUCCESS : DISK_RET_ENOTREADY;
}

static int drive_process_op(struct vbd *vbd, struct disk_op_s *op)
{
    switch (op->command) {
    case CMD_READ:
        return drive_status(vbd_read(vbd, op->lba, op->count, op->buf_fl));
    case CMD_WRITE:
        return drive_status(vbd_write(vbd, op->lba, op->count, op->buf_fl));
    case CMD_RESET:
        return drive_reset(vbd);
    case CMD_VERIFY:
    case CMD_SEEK:
        return drive_status(vbd_check(vbd, op->lba, op->count));
    case CMD_ISREADY:
        return vbd->state == VBD_CONNECTED ? DISK_RET_SUCCESS : DISK_RET_ENOTREADY;
    default:
        return default_process_op(op);
    }
}

int VISIBLE32FLAT xenpv_process_op_32(struct disk_op_s *op)
{
    struct disk *disk = container_of(op->drive_fl, struct xenpv_drive, drive)->disk;

    drive_reopen(disk);
    int status = drive_process_op(&disk->vbd, op);
    drive_close_brief(disk);
    return status;
}
