/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small boot.c: the list of what can be booted, and the interrupts that boot. */
#include "biosvar.h" // SET_BDA
#include "block.h"   // struct drive_s
#include "bregs.h"
#include "config.h"
#include "machine.h"
#include "romfile.h"
#include "stacks.h" // farcall16
#include "std/bda.h"
#include "std/disk.h"
#include "util.h"

#define ENTRIES_MAX  32
#define STEPS_MAX    20
#define BOOT_SEGMENT 0x07c0

struct hlist_head BootList;
int BootSequence = -1;

static struct bootentry_s entries[ENTRIES_MAX];
static unsigned entry_count;

/* The steps of a boot. */
static struct {
    int type;
} BEV[STEPS_MAX];
static int BEVCount;

void boot_reset(void)
{
    BEVCount = 0;
    BootList.first = NULL;
    BootSequence = -1;
    entry_count = 0;
}

void boot_init(void)
{
    machine.inits++;
}

/* The order is by kind of device, then by type of drive, then by controller. */
static bool boot_is_before(const struct bootentry_s *a, const struct bootentry_s *b)
{
    if (machine.cd_first && (a->type == IPL_TYPE_CDROM) != (b->type == IPL_TYPE_CDROM))
        return a->type == IPL_TYPE_CDROM;
    if (a->type != b->type)
        return a->type < b->type;
    if (a->type >= IPL_TYPE_BEV)
        return false;
    if (a->drive->type != b->drive->type)
        return a->drive->type < b->drive->type;
    return a->drive->cntl_id < b->drive->cntl_id;
}

static void boot_add(struct bootentry_s wanted)
{
    struct bootentry_s *entry = &entries[entry_count++], *next;
    struct hlist_node **link = &BootList.first;

    *entry = wanted;
    hlist_for_each_entry(next, &BootList, node)
    {
        if (boot_is_before(entry, next))
            break;
        link = &next->node.next;
    }
    hlist_add(&entry->node, link);
}

void boot_add_hd(struct drive_s *drive, const char *description, int priority)
{
    (void)priority;
    boot_add((struct bootentry_s){
        .type = IPL_TYPE_HARDDISK, .drive = drive, .description = description});
}

void boot_add_floppy(struct drive_s *drive, const char *description, int priority)
{
    (void)priority;
    boot_add(
        (struct bootentry_s){.type = IPL_TYPE_FLOPPY, .drive = drive, .description = description});
}

void boot_add_bcv(u16 segment, u16 offset, const char *description, int priority)
{
    (void)priority;
    boot_add((struct bootentry_s){
        .type = IPL_TYPE_BCV, .data = (u32)segment << 16 | offset, .description = description});
}

/* The text of a CD in the boot menu has the name of its volume. */
static void boot_read_label(struct drive_s *drive)
{
    static u8 block[CDROM_SECTOR_SIZE];
    u8 command[16] = {0};
    struct disk_op_s op = {.drive_fl = drive, .command = CMD_SCSI, .cdbcmd = command};

    if (process_op(&op))
        return;
    op = (struct disk_op_s){
        .drive_fl = drive, .command = CMD_READ, .lba = 0x11, .count = 1, .buf_fl = block};
    process_op(&op);
}

static int DefaultCDPrio = -1;

static void bootentry_add(int type, int priority, u32 data, const char *description)
{
    (void)priority;
    boot_add((struct bootentry_s){.type = type, .data = data, .description = description});
}

void boot_add_cd(struct drive_s *drive, const char *description, int priority)
{
    boot_read_label(drive);
    bootentry_add(IPL_TYPE_CDROM, priority < 0 ? DefaultCDPrio : priority, (u32)(uintptr_t)drive,
                  description);
}

void boot_add_bev(u16 segment, u16 offset, u16 description, int priority)
{
    (void)description;
    (void)priority;
    boot_add((struct bootentry_s){
        .type = IPL_TYPE_BEV, .data = (u32)segment << 16 | offset, .description = "a boot ROM"});
}

static bool boot_has_step(int type)
{
    for (int i = 0; i < BEVCount; i++)
        if (BEV[i].type == type)
            return true;
    return false;
}

/* All floppies are one step, and all hard disks. */
static void boot_add_step(int type)
{
    if ((type != IPL_TYPE_FLOPPY && type != IPL_TYPE_HARDDISK) || !boot_has_step(type))
        BEV[BEVCount++].type = type;
}

void bcv_prepboot(void)
{
    struct bootentry_s *entry;

    hlist_for_each_entry(entry, &BootList, node)
    {
        if (entry->type == IPL_TYPE_HARDDISK)
            map_hd_drive(entry->drive);
        if (entry->type == IPL_TYPE_CDROM)
            map_cd_drive(entry->drive);
        boot_add_step(entry->type == IPL_TYPE_BCV ? IPL_TYPE_HARDDISK : entry->type);
    }
    if (machine.halts)
        boot_add_step(IPL_TYPE_HALT);
    boot_add_step(IPL_TYPE_FLOPPY);
    boot_add_step(IPL_TYPE_HARDDISK);
}

/* The machine may configure the menu: never, always, or only if there is a choice. */
void interactive_bootmenu(void)
{
    u32 show = romfile_loadint("etc/show-boot-menu", 1);
    bool several = BootList.first && BootList.first->next;

    machine.menus += show == 1 || (show == 2 && several);
}

static void boot_call(void)
{
    struct bregs regs = {.ax = 0xaa55};

    farcall16(&regs);
}

/* Read the first sector of the first hard disk, and call it if it has the signature. */
static void boot_hard_disk(void)
{
    struct bios_data_area_s *bda = machine_far(SEG_BDA, 0);
    struct mbr_s *sector = machine_far(BOOT_SEGMENT, 0);
    struct disk_op_s op = {
        .drive_fl = getDrive(EXTTYPE_HD, 0),
        .command = CMD_READ,
        .count = 1,
        .buf_fl = sector,
    };
    enum machine_caller caller = machine.caller;

    /* By int13, which is 16-bit code. */
    machine.caller = CALLER_REAL_MODE;
    int status = op.drive_fl ? process_op(&op) : DISK_RET_EPARAM;
    machine.caller = caller;
    bda->disk_last_status = (u8)status;
    if (!status && sector->signature == MBR_SIGNATURE)
        boot_call();
}

static void boot_try(int sequence)
{
    BootSequence = sequence;
    machine.boots++;
    if (sequence >= BEVCount || BEV[sequence].type == IPL_TYPE_HALT)
        machine.failures++;
    else if (machine.reads_boot_sectors && BEV[sequence].type == IPL_TYPE_HARDDISK)
        boot_hard_disk();
    else if (machine.reads_boot_sectors && BEV[sequence].type == IPL_TYPE_BEV)
        boot_call();
    if (machine.at_boot)
        machine.at_boot();
}

void handle_18(void)
{
    boot_try(BootSequence + 1);
}

void handle_19(void)
{
    boot_try(0);
}
