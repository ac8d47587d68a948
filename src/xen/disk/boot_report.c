/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "boot_report.h"

#include "disk_set.h"
#include "medium.h"
#include "xen/base/decimal.h"
#include "xen/base/error.h"
#include "xen/base/log.h"

static void report_fault(const char *name, const struct vbd_fault *fault)
{
    const char *text = vbd_fault_text(fault->what);

    switch (fault->what) {
    case VBD_FAULT_SIZE:
        log_error("boot: %s: not served: its size is invalid\n", name);
        break;
    case VBD_FAULT_UNITS:
        log_error("boot: %s: not served: its backend may count in units of %u bytes\n", name,
                  fault->sector_bytes);
        break;
    case VBD_FAULT_SILENT:
        log_error("boot: %s: not served: %s in %u s\n", name, text, (fault->after_ms + 500) / 1000);
        break;
    default:
        log_error("boot: %s: not served: %s: %s\n", name, text, error_name(fault->error));
        break;
    }
}

static void report_read_error(const struct disk *disk)
{
    char sector[DECIMAL_TEXT_BYTES];

    log_error("boot: %s: read error at sector %s: %s\n", disk->vbd.vdev.name,
              decimal_format(disk->reads.error_sector, sector), error_name(disk->reads.error));
}

/* Log why a disk that is not connected is not: the reason nearest to the boot. */
static void report_closed(const struct disk *disk)
{
    const char *name = disk->vbd.vdev.name;

    if (disk->vbd.fault.what != VBD_FAULT_NONE)
        report_fault(name, &disk->vbd.fault);
    else if (disk->role != DISK_ALONE)
        log_error("boot: %s: left to the emulated drive\n", name);
    else if (disk->reads.error)
        report_read_error(disk);
    else
        log_error("boot: %s: not served: its first block cannot be read: %s\n", name,
                  error_name(disk->first_error));
}

/* Log why a disk cannot be used. Return: whether it cannot. */
static bool report_unusable(const struct disk *disk)
{
    const char *name = disk->vbd.vdev.name;

    if (disks_usable(disk))
        return false;
    if (disk_is_empty(disk))
        log_error("boot: %s: no medium in the drive\n", name);
    else if (disk->no_memory)
        log_error("boot: %s: not served: there is no memory for its pages\n", name);
    else if (disk->vbd.state == VBD_LOST)
        log_error("boot: %s: not served: its backend still holds our pages\n", name);
    else
        report_closed(disk);
    return true;
}

/* The firmware has started nothing. */
static void report_not_started(const struct disk *disk)
{
    const char *name = disk->vbd.vdev.name;

    if (disk->reads.first && !disk->reads.boot_signature)
        log_error("boot: %s: its first sector has no boot signature\n", name);
    else if (disk->reads.error)
        report_read_error(disk);
    else
        log_error("boot: %s: its boot code was not started\n", name);
}

/* The boot code has returned. An error of a read is the likely reason. */
static void report_returned(const struct disk *disk, enum boot_end end)
{
    const struct disk_reads *reads = &disk->reads;
    const char *name = disk->vbd.vdev.name, *call = end == BOOT_END_AGAIN ? "int19" : "int18";
    char sector[DECIMAL_TEXT_BYTES];

    if (reads->error)
        log_error("boot: %s: its boot code called %s after a read error at sector %s: %s\n", name,
                  call, decimal_format(reads->error_sector, sector), error_name(reads->error));
    else
        log_error("boot: %s: its boot code called %s\n", name, call);
}

void boot_report_tried(struct disk *disk, enum boot_end end)
{
    disk->tried = true;
    if (report_unusable(disk))
        return;
    if (end == BOOT_END_NOT_STARTED)
        report_not_started(disk);
    else
        report_returned(disk, end);
}

/* A disk that could have been used. SeaBIOS boots from each CD-ROM drive; if the attempt has
 * failed, an error of a read is the likely reason. */
static void report_other(const struct disk *disk)
{
    if (!disk->removable)
        log_error("boot: %s: not tried: the boot has ended before its turn\n", disk->vbd.vdev.name);
    else if (disk->reads.error)
        report_read_error(disk);
}

void boot_report_others(struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (!disk->tried && !report_unusable(disk))
            report_other(disk);
        disk->tried = false;
    }
    if (disks->core->mode == MODE_OFF)
        log_error("boot: no PV disk is used: the hand-over is off\n");
    else if (!disks->count && !disks->skipped)
        log_error("boot: no disk at all: the guest has no entry for one in device/vbd\n");
    if (disks->skipped)
        log_error("boot: entries of device/vbd that were skipped when the guest started: %u\n",
                  disks->skipped);
}
