/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' boot.c with three of its functions behind ours: a boot after a failed boot finds the
 * disks closed, as after power-on, and the boot menu is not offered if there is no choice. Also
 * gives access to its list of hard disks.
 */
#define handle_18            seabios_handle_18
#define handle_19            seabios_handle_19
#define interactive_bootmenu seabios_interactive_bootmenu
#include "src/boot.c"
#undef handle_18
#undef handle_19
#undef interactive_bootmenu

#include "seabios/int13/drives.h"
#include "seabios/int13/drives_close.h"
#include "seabios/int13/drives_setup.h"

void handle_18(void);
void handle_19(void);
void interactive_bootmenu(void);

/* A setting of SeaBIOS, read from a file that the machine provides; Xen's does not. 1, the default:
 * wait for a key; 2: wait only if there are several devices. */
#define SHOW_MENU             "etc/show-boot-menu"
#define SHOW_MENU_FOR_SEVERAL 2

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

void interactive_bootmenu(void)
{
    if (CONFIG_XENPV_MENU_FOR_SEVERAL && xenpv_drives_exist() && !romfile_find(SHOW_MENU))
        const_romfile_add_int(SHOW_MENU, SHOW_MENU_FOR_SEVERAL);
    seabios_interactive_bootmenu();
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
    /* The first call ends POST: the disks have just been connected for it. */
    if (CONFIG_XENPV && BootSequence >= 0)
        xenpv_close_32(XENPV_CLOSE_FOR_BOOT);
    seabios_handle_19();
}
