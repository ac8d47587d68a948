/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "hd_order.h"

#include "bios_disks.h"
#include "biosvar.h" // GET_LOW
#include "block.h"   // getDrive
#include "boot_attempt.h"
#include "config.h" // CONFIG_XENPV_CONNECT_LIMIT_MS
#include "drive.h"
#include "drives.h"
#include "twin.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/disk/disks.h"

u8 XenpvFirstHd VARLOW;

/* The time that attempts have taken without starting any boot code, in this boot; and the platform
 * clock when the last attempt began. */
u32 XenpvBootWaited VARLOW;
u32 XenpvBootSince VARLOW;

void hd_order_apply_option(void)
{
    unsigned place = 0;
    struct disk *disk;

    if (!xenpv_disks)
        return;
    for (unsigned i = 0; (disk = disks_listed(xenpv_disks, i)); i++) {
        struct drive_s *drive = twin_drive(disk);

        if (disk_is_cd(disk)) {
            log_error("boot: %s: a CD-ROM drive, which this option does not order\n",
                      disk_vdev(disk)->name);
            continue;
        }
        for (struct drive_s *own = NULL; !drive && (own = xenpv_next_hd(own));)
            if (drive_disk(own) == disk)
                drive = own;
        if (drive)
            place += xenpv_place_hd(drive, place);
        else
            log_error("boot: %s: there is no drive for it\n", disk_vdev(disk)->name);
    }
}

/* Give each hard disk the number that POST has given it. */
static void hd_order_put_back(void)
{
    u8 place = GET_LOW(XenpvFirstHd);

    if (place)
        xenpv_move_hd(0, place);
    SET_LOW(XenpvFirstHd, 0);
}

void hd_order_restore(void)
{
    hd_order_put_back();
    SET_LOW(XenpvBootWaited, 0);
}

void hd_order_note_attempt(void)
{
    SET_LOW(XenpvBootSince, platform_clock());
}

/* Check whether there is time for another attempt. */
static bool hd_order_has_time(bool started)
{
    if (!started)
        SET_LOW(XenpvBootWaited,
                GET_LOW(XenpvBootWaited) + platform_elapsed_ms(GET_LOW(XenpvBootSince)));
    return GET_LOW(XenpvBootWaited) < CONFIG_XENPV_CONNECT_LIMIT_MS;
}

bool hd_order_next(bool started)
{
    u8 place = GET_LOW(XenpvFirstHd);

    hd_order_put_back();
    if (!hd_order_has_time(started))
        return false;
    while (++place < BUILD_MAX_EXTDRIVE) {
        if (!boot_attempt_disk(getDrive(EXTTYPE_HD, place)))
            continue;
        xenpv_move_hd(place, 0);
        SET_LOW(XenpvFirstHd, place);
        return true;
    }
    return false;
}
