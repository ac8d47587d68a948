/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' boot.c with handle_18 and handle_19 behind ours: whoever is booted after a failed boot
 * finds the disks closed, as after power-on. And a way to its list of hard disks.
 */
#define handle_18 seabios_handle_18
#define handle_19 seabios_handle_19
#include "boot.c"
#undef handle_18
#undef handle_19

#include "drive.h"
#include "drives.h"

void handle_18(void);
void handle_19(void);

struct drive_s *xenpv_next_hd(struct drive_s *drive)
{
    struct bootentry_s *entry;
    bool found = !drive;

    hlist_for_each_entry(entry, &BootList, node)
    {
        if (entry->type != IPL_TYPE_HARDDISK)
            continue;
        if (found)
            return entry->drive;
        found = entry->drive == drive;
    }
    return NULL;
}

// INT 18h Boot Failure Entry Point
void VISIBLE32FLAT handle_18(void)
{
    if (CONFIG_XENPV)
        xenpv_close_32(XENPV_CLOSE_FOR_BOOT);
    seabios_handle_18();
}

// INT 19h Boot Load Service Entry Point
void VISIBLE32FLAT handle_19(void)
{
    /* The first one ends POST: the disks have just been connected for it. */
    if (CONFIG_XENPV && BootSequence >= 0)
        xenpv_close_32(XENPV_CLOSE_FOR_BOOT);
    seabios_handle_19();
}
