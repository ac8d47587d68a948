/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' boot.c with some of its functions behind ours: a boot after a failed boot finds the
 * disks closed, as after power-on, and the boot menu is not offered if there is no choice. The log
 * says from which PV disk the BIOS boots, and why an attempt has failed; after a hard disk the next
 * PV disk is tried. A CD that has failed to boot emulates no drive any more. The log in memory
 * begins here. Also gives access to its list of hard disks.
 */
#include "config.h" // CONFIG_XENPV
#include "stacks.h" // farcall16

#include "seabios/int13/boot_attempt.h"

/* All boot code is started by a far call. */
static void boot_farcall16(struct bregs *regs)
{
    if (CONFIG_XENPV)
        boot_attempt_note_started();
    farcall16(regs);
}

#define farcall16            boot_farcall16
#define boot_init            seabios_boot_init
#define handle_18            seabios_handle_18
#define handle_19            seabios_handle_19
#define interactive_bootmenu seabios_interactive_bootmenu
#include "src/boot.c"
#undef boot_init
#undef handle_18
#undef handle_19
#undef interactive_bootmenu
#undef farcall16

#include "interrupts.h"
#include "seabios/int13/drives.h"
#include "seabios/int13/drives_close.h"
#include "seabios/int13/drives_setup.h"
#include "seabios/int13/hd_order.h"
#include "seabios/port/log_keep.h"
#include "seabios/port/vcpi.h"

void boot_init(void);
void handle_18(void);
void handle_19(void);
void interactive_bootmenu(void);

/* A setting of SeaBIOS, read from a file that the machine provides; Xen's does not. 1, the default:
 * wait for a key; 2: wait only if there are several devices. */
#define SHOW_MENU             "etc/show-boot-menu"
#define SHOW_MENU_FOR_SEVERAL 2

static struct drive_s *boot_next_drive(int type, struct drive_s *drive)
{
    struct bootentry_s *entry;
    bool found = !drive;

    hlist_for_each_entry(entry, &BootList, node)
    {
        if (entry->type != type)
            continue;
        if (found)
            return entry->drive;
        found = entry->drive == drive;
    }
    return NULL;
}

struct drive_s *xenpv_next_hd(struct drive_s *drive)
{
    return boot_next_drive(IPL_TYPE_HARDDISK, drive);
}

struct drive_s *xenpv_next_cd(struct drive_s *drive)
{
    return boot_next_drive(IPL_TYPE_CDROM, drive);
}

bool xenpv_place_hd(struct drive_s *drive, unsigned place)
{
    struct hlist_node **link, **wanted = NULL;
    struct bootentry_s *entry;
    unsigned at = 0;

    hlist_for_each_entry_pprev(entry, link, &BootList, node)
    {
        if (entry->type != IPL_TYPE_HARDDISK)
            continue;
        if (at++ == place)
            wanted = link;
        if (entry->drive == drive)
            break;
    }
    if (!wanted || !*link)
        return false;
    if (link != wanted) {
        hlist_del(&entry->node);
        hlist_add(&entry->node, wanted);
    }
    return true;
}

/* SeaBIOS' boot_add_cd would read the name of the volume: POST would wait for each backend in turn,
 * beyond the limit for all disks together. */
void xenpv_add_cd(struct drive_s *drive, const char *description)
{
    bootentry_add(IPL_TYPE_CDROM, DefaultCDPrio, (u32)drive, description);
}

/* POST calls this soon after it has set up the allocation of memory. */
void boot_init(void)
{
    if (CONFIG_XENPV)
        xenpv_log_setup();
    seabios_boot_init();
}

void interactive_bootmenu(void)
{
    if (CONFIG_XENPV)
        hd_order_apply_option();
    if (CONFIG_XENPV_MENU_FOR_SEVERAL && xenpv_drives_exist() && !romfile_find(SHOW_MENU))
        const_romfile_add_int(SHOW_MENU, SHOW_MENU_FOR_SEVERAL);
    seabios_interactive_bootmenu();
}

/* Return the device that the BIOS boots from at step @sequence of a boot. */
static enum boot_device boot_device_at(int sequence)
{
    if (sequence < 0 || sequence >= BEVCount)
        return BOOT_DEVICE_NONE;
    switch (BEV[sequence].type) {
    case IPL_TYPE_HARDDISK:
        return BOOT_DEVICE_HARD_DISK;
    case IPL_TYPE_FLOPPY:
        return BOOT_DEVICE_FLOPPY;
    case IPL_TYPE_CDROM:
        return BOOT_DEVICE_CD;
    case IPL_TYPE_HALT:
        return BOOT_DEVICE_NONE;
    default:
        return BOOT_DEVICE_OTHER;
    }
}

/* Begin step @sequence of a boot. */
static void boot_begin_at(int sequence)
{
    enum boot_device device = boot_device_at(sequence);

    if (device == BOOT_DEVICE_NONE) {
        boot_attempt_give_up();
        return;
    }
    boot_attempt_begin(device);
    hd_order_note_attempt();
}

/* Log why the current step has failed. If it was the hard disk's, and there is another PV disk, go
 * back, so that the next step is the same one with that disk. */
static void boot_step_failed(void)
{
    enum boot_device device = boot_device_at(BootSequence);

    boot_attempt_failed(device, false);
    if (device == BOOT_DEVICE_HARD_DISK && hd_order_next(boot_attempt_was_started()))
        BootSequence--;
}

/* The bits of the equipment word that tell the number of floppy drives: 0, 1, 2 or more. */
#define EQUIPMENT_ONE_FLOPPY 0x01
#define EQUIPMENT_FLOPPIES   0x41

/* A CD that was booted emulates a drive, which has the number of the first floppy or hard disk.
 * After a failed boot that number is of the drive of the machine again: no other could be booted.
 */
static void boot_end_cd_emulation(void)
{
    if (!CONFIG_CDROM_EMU || !CDEmu.media)
        return;
    CDEmu.media = 0;
    if (CDEmu.emulated_drive >= EXTSTART_HD)
        SET_BDA(hdcount, GET_BDA(hdcount) - 1);
    else
        set_equipment_flags(EQUIPMENT_FLOPPIES, FloppyCount > 1 ? EQUIPMENT_FLOPPIES
                                                : FloppyCount   ? EQUIPMENT_ONE_FLOPPY
                                                                : 0);
}

/* A handler that starts another boot never returns to the call that it has interrupted. Handlers
 * that come while the disks are closed may need all of the stack. */
static void boot_abandon_calls(void)
{
    xenpv_stack_restart();
    xenpv_close_32(XENPV_CLOSE_FOR_BOOT);
    vcpi_abandon();
}

// INT 18h Boot Failure Entry Point
void VISIBLE32FLAT handle_18(void)
{
    if (CONFIG_XENPV) {
        boot_abandon_calls();
        boot_step_failed();
        boot_end_cd_emulation();
        boot_begin_at(BootSequence + 1);
    }
    seabios_handle_18();
}

// INT 19h Boot Load Service Entry Point
void VISIBLE32FLAT handle_19(void)
{
    /* The first call ends POST: the disks have just been connected for it. */
    if (CONFIG_XENPV && BootSequence >= 0) {
        boot_abandon_calls();
        boot_attempt_failed(boot_device_at(BootSequence), true);
        boot_end_cd_emulation();
    }
    if (CONFIG_XENPV) {
        hd_order_restore();
        boot_begin_at(0);
    }
    seabios_handle_19();
}
