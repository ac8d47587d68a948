/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "boot_attempt.h"

#include "bios_disks.h"
#include "biosvar.h" // GET_FARVAR
#include "block.h"   // getDrive
#include "drive.h"
#include "std/bda.h"  // struct bios_data_area_s
#include "std/disk.h" // struct mbr_s
#include "twin.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/public.h" // XEN_ENODEV
#include "xen/disk/boot_report.h"

/* Where the BIOS reads a boot sector to. */
#define BOOT_SEGMENT 0x07c0

/* Set when the boot code of the current attempt has been started. */
u8 XenpvBootStarted VARLOW;

struct disk *boot_attempt_disk(struct drive_s *drive)
{
    struct disk *own = drive ? drive_disk(drive) : NULL;

    return own || !drive ? own : twin_disk(drive);
}

void boot_attempt_begin(enum boot_device device)
{
    struct drive_s *drive = getDrive(EXTTYPE_HD, 0);
    char text[DRIVE_DESCRIPTION_BYTES];

    XenpvBootStarted = 0;
    if (device != BOOT_DEVICE_HARD_DISK || !drive || !drive_disk(drive))
        return;
    drive_describe(drive_disk(drive), text);
    log_info("booting from %s\n", text);
}

void boot_attempt_note_started(void)
{
    XenpvBootStarted = 1;
}

bool boot_attempt_was_started(void)
{
    return XenpvBootStarted;
}

/* Return the status of the last call of int13 to a hard disk. */
static u8 attempt_last_status(void)
{
    /* The compiler takes a constant address so near to zero for an error. */
    volatile u16 segment = SEG_BDA;
    u8 *status_far = (u8 *)offsetof(struct bios_data_area_s, disk_last_status);

    return GET_FARVAR(segment, *status_far);
}

/* No PV disk serves the first hard disk. */
static void attempt_emulated_failed(enum boot_end end)
{
    u16 *signature_far = (u16 *)offsetof(struct mbr_s, signature);
    u8 status = attempt_last_status();

    if (end != BOOT_END_NOT_STARTED)
        log_error("boot: emulated drive 80: its boot code called %s\n",
                  end == BOOT_END_AGAIN ? "int19" : "int18");
    else if (status)
        log_error("boot: emulated drive 80: read error at sector 0: status %x\n", status);
    else if (GET_FARVAR(BOOT_SEGMENT, *signature_far) != MBR_SIGNATURE)
        log_error("boot: emulated drive 80: its first sector has no boot signature\n");
    else
        log_error("boot: emulated drive 80: its boot code was not started\n");
}

static void attempt_hard_disk_failed(enum boot_end end)
{
    struct drive_s *drive = getDrive(EXTTYPE_HD, 0);
    struct disk *disk = boot_attempt_disk(drive);

    if (disk)
        boot_report_tried(disk, end);
    else if (drive)
        attempt_emulated_failed(end);
    else
        log_error("boot: hard disk: the BIOS has none\n");
}

/* SeaBIOS has said what it could not read. */
static void attempt_other_failed(const char *name, enum boot_end end)
{
    if (end == BOOT_END_NOT_STARTED)
        log_error("boot: %s: its boot code was not started\n", name);
    else
        log_error("boot: %s: its boot code called %s\n", name,
                  end == BOOT_END_AGAIN ? "int19" : "int18");
}

void boot_attempt_failed(enum boot_device device, bool again)
{
    enum boot_end end = !XenpvBootStarted ? BOOT_END_NOT_STARTED
                        : again           ? BOOT_END_AGAIN
                                          : BOOT_END_GAVE_UP;

    switch (device) {
    case BOOT_DEVICE_HARD_DISK:
        attempt_hard_disk_failed(end);
        break;
    case BOOT_DEVICE_FLOPPY:
        attempt_other_failed("floppy", end);
        break;
    case BOOT_DEVICE_CD:
        attempt_other_failed("CD-ROM", end);
        break;
    case BOOT_DEVICE_OTHER:
        attempt_other_failed("option ROM", end);
        break;
    default:
        break;
    }
}

void boot_attempt_give_up(void)
{
    for (u8 i = 1; i < BUILD_MAX_EXTDRIVE; i++) {
        struct drive_s *drive = getDrive(EXTTYPE_HD, i);

        if (drive && !boot_attempt_disk(drive))
            log_error("boot: emulated drive %x: not tried: it is neither the first hard disk nor "
                      "a PV disk\n",
                      EXTSTART_HD + i);
    }
    if (xenpv_disks)
        boot_report_others(xenpv_disks);
    else if (xenpv_disks_error && xenpv_disks_error != -XEN_ENODEV)
        log_error("boot: no PV disk is used: looking for them failed: %s\n",
                  error_name(xenpv_disks_error));
}
