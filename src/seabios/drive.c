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

struct xenpv_drive {
    struct drive_s drive; /* read by 16-bit code, so below 1 MiB */
    struct vbd *vbd;      /* written at run time, so in the high zone */
};

/* The disks found in POST, in the order in which they get their drives. */
struct found_disks {
    struct core *core;
    struct vbd *vbd[DISKS_MOST];
    unsigned count;
    bool ahci;
};

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
    struct found_disks *disks = context;

    if (vdev_is_emulated(vdev, disks->ahci)) {
        log_info("%s: left to the emulated controller that has it too\n", vdev->name);
        return;
    }
    if (disks->count == DISKS_MOST) {
        log_error("%s: skipped: more than %d disks\n", vdev->name, DISKS_MOST);
        return;
    }
    struct vbd *vbd = platform_alloc_reserved(sizeof(*vbd), MALLOC_MIN_ALIGN);
    if (!vbd) {
        warn_noalloc();
        return;
    }
    if (vbd_init(vbd, disks->core, vdev, frontend))
        return;

    unsigned place = disks->count++;
    for (; place && vdev_before(vdev, &disks->vbd[place - 1]->vdev); place--)
        disks->vbd[place] = disks->vbd[place - 1];
    disks->vbd[place] = vbd;
}

/* Connect all disks side by side, so that several dead backends cost one time limit. */
static void drive_connect_all(struct found_disks *disks)
{
    bool pending[DISKS_MOST];
    unsigned left = disks->count;

    for (unsigned i = 0; i < disks->count; i++) {
        pending[i] = true;
        vbd_connect_begin(disks->vbd[i]);
    }
    while (left) {
        for (unsigned i = 0; i < disks->count; i++) {
            if (pending[i] && !vbd_step(disks->vbd[i])) {
                pending[i] = false;
                left--;
            }
        }
        msleep(CONFIG_XENPV_POLL_MS);
    }
}

static void drive_register(struct vbd *vbd, unsigned order)
{
    struct xenpv_drive *drive = malloc_low(sizeof(*drive));

    if (!drive) {
        warn_noalloc();
        return;
    }
    memset(drive, 0, sizeof(*drive));
    drive->drive.type = DTYPE_XENPV;
    drive->drive.cntl_id = order;
    drive->drive.blksize = DISK_SECTOR_SIZE;
    drive->drive.sectors = vbd->sectors;
    drive->vbd = vbd;
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
    struct found_disks disks = {.ahci = drive_pci_has_ahci()};
    char *names = malloc_tmp(XENSTORE_PAYLOAD_MAX);
    uint32_t start = platform_clock();

    disks.core = platform_alloc_reserved(sizeof(*disks.core), MALLOC_MIN_ALIGN);
    if (!names || !disks.core) {
        warn_noalloc();
        return;
    }
    if (core_init(disks.core, &options) == 0 &&
        vbd_find(disks.core, names, drive_disk_found, &disks) == 0) {
        uint32_t found = platform_clock();
        unsigned connected = 0;

        drive_connect_all(&disks);
        for (unsigned i = 0; i < disks.count; i++)
            if (disks.vbd[i]->state == VBD_CONNECTED)
                drive_register(disks.vbd[i], connected++);
        log_info("%u of %u PV-only disks ready in %u ms: %u to find, %u xenstore round trips\n",
                 connected, disks.count, platform_elapsed_ms(start),
                 platform_elapsed_ms(start) - platform_elapsed_ms(found),
                 disks.core->store.round_trips);
    }
    free(names);
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

int VISIBLE32FLAT xenpv_process_op_32(struct disk_op_s *op)
{
    struct vbd *vbd = container_of(op->drive_fl, struct xenpv_drive, drive)->vbd;

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
