/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "drive.h"

#include "config.h"       // CONFIG_XENPV*
#include "hw/pci_ids.h"   // PCI_VENDOR_ID_INTEL
#include "hw/pcidevice.h" // foreachpci
#include "malloc.h"       // malloc_low
#include "output.h"       // znprintf
#include "stacks.h"       // wait_threads
#include "std/disk.h"     // DISK_RET_*
#include "string.h"       // memset
#include "twin.h"
#include "twin_policy.h"
#include "util.h" // boot_add_hd
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/disk/disks_transfer.h"

#define DESCRIPTION_BYTES 40

struct xenpv_drive {
    struct drive_s drive; /* read by 16-bit code, so below 1 MiB */
    struct disk *disk;
};

/* Set in POST; NULL without Xen. */
static struct disks *xenpv_disks;

u8 XenpvOpen VARLOW;
u8 XenpvOthersWrote VARLOW;

/*
 * For the 16-bit code, which cannot look itself.
 *
 * Aligned for what stands before all 32-bit code: the variables and the stack of 16-bit code, up to
 * where the code begins, be it in the middle of a page. Whatever watches for changes of code by
 * pages, as emulators do, takes each word that is pushed for one then. SeaBIOS' layout begins the
 * code at a multiple of the largest alignment in it, so this one gives it pages of its own. Any
 * function of 32-bit code would do; here it costs few bytes.
 */
void noinline __aligned(PAGE_SIZE) xenpv_note_open(void)
{
    SET_LOW(XenpvOpen, disks_are_open(xenpv_disks));
}

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

/* What a disk is to be, by its name alone: SeaBIOS is still looking for its own drives. */
static enum disk_role drive_choose_role(struct vbd *vbd)
{
    if (!vdev_is_emulated(&vbd->vdev, drive_pci_has_ahci()))
        return DISK_ALONE;

    const char *reason =
        twin_reason_to_leave(CONFIG_XENPV_TWINS, CONFIG_XENPV_TWINS && vbd_is_raw(vbd));
    if (!reason)
        return DISK_EMULATED;
    log_info("%s: left to the emulated drive: %s\n", vbd->vdev.name, reason);
    return DISK_LEFT;
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

/* Give a disk its drive. Return: whether it has one. */
static bool drive_setup(struct disk *disk, unsigned order)
{
    if (!disks_usable(disk)) {
        twin_without_pv(disk);
        return false;
    }
    if (disk->role == DISK_EMULATED)
        twin_pair(disk);
    else
        drive_register(disk, order);
    return true;
}

static void drives_setup(struct disks *disks)
{
    uint32_t started = disks->started;
    unsigned usable = 0;

    /* Only now all emulated drives are known. */
    wait_threads();
    for (unsigned i = 0; i < disks->count; i++)
        twin_choose(disks->disk[i]);
    disks_ready(disks);

    uint32_t elapsed_ms = platform_elapsed_ms(started);
    for (unsigned i = 0; i < disks->count; i++)
        usable += drive_setup(disks->disk[i], i);
    if (disks->count)
        log_info("%u of %u PV disks ready in %u ms, %u xenstore round trips\n", usable,
                 disks->count, elapsed_ms, disks->core.store.round_trips);
}

int VISIBLE32INIT xenpv_drives_setup(void)
{
    static const struct disks_options options = {
        .core =
            {
                .store_limit_ms = CONFIG_XENPV_STORE_LIMIT_MS,
                .connect_limit_ms = CONFIG_XENPV_CONNECT_LIMIT_MS,
                .close_limit_ms = CONFIG_XENPV_CLOSE_LIMIT_MS,
                .io_limit_ms = CONFIG_XENPV_IO_LIMIT_MS,
            },
        .mode = CONFIG_XENPV_HANDOVER_HOOK     ? MODE_HOOK
                : CONFIG_XENPV_HANDOVER_STRICT ? MODE_STRICT
                : CONFIG_XENPV_HANDOVER_LINGER ? MODE_LINGER
                : CONFIG_XENPV_HANDOVER_OFF    ? MODE_OFF
                                               : MODE_AUTO,
        .hook_limit_ms = CONFIG_XENPV_HOOK_LIMIT_MS,
        .pool_pages = CONFIG_XENPV_POOL_KIB / 4,
        .cache_bytes = CONFIG_XENPV_CACHE_KIB * 1024,
    };
    char *names = malloc_tmp(XENSTORE_PAYLOAD_MAX);
    struct disks *disks = platform_alloc_reserved(sizeof(*disks), MALLOC_MIN_ALIGN);

    if (!names || !disks) {
        warn_noalloc();
        return 0;
    }
    if (disks_start(disks, &options, drive_choose_role, names) == 0) {
        drives_setup(disks);
        xenpv_disks = disks;
        xenpv_note_open();
    }
    free(names);
    return xenpv_disks && disks_are_open(xenpv_disks) && xenpv_disks->mode == MODE_HOOK;
}

int VISIBLE32INIT xenpv_drives_exist(void)
{
    for (unsigned i = 0; xenpv_disks && i < xenpv_disks->count; i++)
        if (disks_usable(xenpv_disks->disk[i]))
            return 1;
    return 0;
}

int VISIBLE32FLAT xenpv_close_32(u32 occasion)
{
    if (!xenpv_disks)
        return 0;
    switch (occasion) {
    case XENPV_CLOSE_FOR_SYSTEM:
        disks_leave(xenpv_disks);
        break;
    case XENPV_CLOSE_FOR_OTHER_DRIVE:
        disks_close_idle(xenpv_disks);
        break;
    default:
        disks_close_all(xenpv_disks);
        break;
    }
    twin_tidy();
    xenpv_note_open();
    return 0;
}

/*
 * The only place where an error of the core becomes a status of int13. One that has no status of
 * its own, sectors beyond the end among them, is answered as SeaBIOS' own drivers do.
 */
int xenpv_status(int error)
{
    switch (error) {
    case 0:
        return DISK_RET_SUCCESS;
    case -XEN_EROFS:
        return DISK_RET_EWRITEPROTECT;
    case -XEN_ETIMEDOUT:
        return DISK_RET_ETIMEOUT;
    case -XEN_EBUSY:
    case -XEN_ENOTCONN:
        return DISK_RET_ENOTREADY;
    case -XEN_EBADMSG:
        return DISK_RET_ECONTROLLER;
    default:
        return DISK_RET_EBADTRACK;
    }
}

static int drive_process_op(struct disk *disk, struct disk_op_s *op)
{
    switch (op->command) {
    case CMD_READ:
        return xenpv_status(disks_read(disk, op->lba, op->count, op->buf_fl));
    case CMD_WRITE:
        return xenpv_status(disks_write(disk, op->lba, op->count, op->buf_fl));
    case CMD_RESET:
        return xenpv_status(disks_reset(disk));
    case CMD_VERIFY:
    case CMD_SEEK:
        return xenpv_status(disks_check(disk, op->lba, op->count));
    case CMD_ISREADY:
        return xenpv_status(disks_check(disk, 0, 0));
    default:
        return default_process_op(op);
    }
}

/* What was written by a drive that is none of ours, any of our disks may show. */
void xenpv_notice_writes(void)
{
    if (!GET_LOW(XenpvOthersWrote))
        return;
    SET_LOW(XenpvOthersWrote, 0);
    disks_forget_cached(xenpv_disks);
}

int VISIBLE32FLAT xenpv_process_op_32(struct disk_op_s *op)
{
    xenpv_notice_writes();

    int status = drive_process_op(container_of(op->drive_fl, struct xenpv_drive, drive)->disk, op);

    xenpv_note_open();
    return status;
}
