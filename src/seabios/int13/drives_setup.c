/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "drives_setup.h"

#include "bios_disks.h"
#include "cd_drive.h"
#include "cd_twin_setup.h"
#include "config.h" // CONFIG_XENPV*
#include "drive.h"
#include "hw/pci_ids.h"   // PCI_VENDOR_ID_INTEL
#include "hw/pcidevice.h" // foreachpci
#include "kept.h"
#include "malloc.h" // malloc_tmp
#include "output.h" // warn_noalloc
#include "seabios/port/pvh_guest.h"
#include "seabios/port/vcpi.h"
#include "seabios/port/xen_core.h"
#include "stacks.h" // wait_threads
#include "twin.h"
#include "twin_policy.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/disk/disks_handover.h"
#include "xen/disk/disks_start.h"
#include "xen/store/core.h"

/* Check whether this guest has QEMU's emulated AHCI controller. A controller that is passed through
 * to the guest does not count here. */
static bool drive_pci_has_ahci(void)
{
    struct pci_device *pci;

    foreachpci(pci) {
        if (pci->vendor == PCI_VENDOR_ID_INTEL && pci->device == QEMU_AHCI_DEVICE_ID)
            return true;
    }
    return false;
}

/* Choose a disk's role by its name alone: SeaBIOS is still detecting its own drives. */
static enum disk_role drive_choose_role(struct disk *disk)
{
    const struct vdev *vdev = disk_vdev(disk);
    bool emulated =
        disk_is_cd(disk) ? vdev_is_emulated_cd(vdev) : vdev_is_emulated(vdev, drive_pci_has_ahci());

    /* Nothing is emulated in a PVH guest, whatever a disk's name is. */
    if (xenpv_is_pvh() || !emulated)
        return DISK_ALONE;

    const char *reason = "it has no medium";
    if (!disk_is_empty(disk))
        reason = twin_reason_to_leave(CONFIG_XENPV_TWINS, CONFIG_XENPV_TWINS && disk_is_raw(disk));
    if (!reason)
        return DISK_EMULATED;
    log_info("%s: left to the emulated drive: %s\n", vdev->name, reason);
    return DISK_LEFT;
}

/* Give a disk its drive. */
static void drive_setup(struct disk *disk, unsigned order, const struct drive_options *options)
{
    if (disk_is_cd(disk) && disk_is_registered(disk))
        cd_drive_register(disk, order);
    else if (disk_is_cd(disk) && disk_role(disk) == DISK_EMULATED)
        cd_twin_setup(disk);
    else if (!disks_usable(disk))
        twin_without_pv(disk);
    else if (disk_role(disk) == DISK_EMULATED)
        twin_pair(disk);
    else
        drive_register(disk, order, options);
}

static void drives_setup(struct disks *disks, struct core *core)
{
    static const char *const sector_names[] = {"512", "native"};
    const struct guest_options *guest = core_guest_options(core);
    struct drive_options options = {
        .native_sectors = guest_option_choose(&guest->sector, sector_names, 2, 0),
    };

    guest_option_parse(&guest->geometry, geometry_option_parse, &options.geometry);
    /* All emulated drives are known only after this. */
    wait_threads();
    for (unsigned i = 0; i < disks_count(disks); i++)
        twin_choose(disks_at(disks, i));
    disks_ready(disks);
    for (unsigned i = 0; i < disks_count(disks); i++)
        drive_setup(disks_at(disks, i), i, &options);
    disks_log_ready(disks);
}

/* The drivers of these systems attach to the device, so a guest boots from a disk that its system
 * does not find. */
static void drives_warn_of_no_platform_device(const struct core *core)
{
    if (!xenpv_is_pvh() && xenpv_drives_exist() && !core_has_platform_device(core))
        log_info("no Xen platform device: Linux and Windows find no PV disk\n");
}

int VISIBLE32INIT xenpv_drives_setup(void)
{
    static const struct disks_options options = {
        .mode = CONFIG_XENPV_HANDOVER_HOOK     ? MODE_HOOK
                : CONFIG_XENPV_HANDOVER_STRICT ? MODE_STRICT
                : CONFIG_XENPV_HANDOVER_LINGER ? MODE_LINGER
                : CONFIG_XENPV_HANDOVER_OFF    ? MODE_OFF
                                               : MODE_AUTO,
        .hook_limit_ms = CONFIG_XENPV_HOOK_LIMIT_MS,
        .pool_pages = CONFIG_XENPV_POOL_KIB / 4,
        .cache_bytes = CONFIG_XENPV_CACHE_KIB * 1024,
        .writes_to_keep_open = CONFIG_XENPV_WRITES_TO_KEEP_OPEN,
    };
    struct core *core = xenpv_core(&xenpv_disks_error);

    if (!core)
        return 0;
    char *names = malloc_tmp(XENSTORE_PAYLOAD_MAX);
    struct disks *disks = disks_alloc();
    if (!names || !disks) {
        warn_noalloc();
        return 0;
    }
    xenpv_disks_error = disks_start(disks, core, &options, drive_choose_role, names);
    if (!xenpv_disks_error) {
        /* What SeaBIOS does with a drive when it gets it finds the drive's disk. */
        xenpv_disks = disks;
        drives_setup(disks, core);
        drives_warn_of_no_platform_device(core);
        if (!kept_setup()) {
            log_error("hand-over: no memory to leave disks open in strict mode\n");
            disks_keep_no_more(disks, "no memory");
        }
        xenpv_note_open();
    }
    if (xenpv_drives_exist())
        vcpi_setup();
    free(names);
    return xenpv_disks && disks_want_acpi(xenpv_disks);
}

int VISIBLE32INIT xenpv_drives_exist(void)
{
    for (unsigned i = 0; xenpv_disks && i < disks_count(xenpv_disks); i++)
        /* A CD-ROM drive without a medium has a drive, too. */
        if (disks_usable(disks_at(xenpv_disks, i)) || disk_is_registered(disks_at(xenpv_disks, i)))
            return 1;
    return 0;
}
