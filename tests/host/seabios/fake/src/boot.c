/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small boot.c: the list of what can be booted, and the interrupts that boot. */
#include "block.h" // struct drive_s
#include "config.h"
#include "machine.h"
#include "romfile.h"
#include "util.h"

#define ENTRIES_MAX 32

struct hlist_head BootList;
int BootSequence = -1;

static struct bootentry_s entries[ENTRIES_MAX];
static unsigned entry_count;

void boot_reset(void)
{
    BootList.first = NULL;
    BootSequence = -1;
    entry_count = 0;
}

/* The order is by kind of device, then by type of drive, then by controller. */
static bool boot_is_before(const struct bootentry_s *a, const struct bootentry_s *b)
{
    if (a->type != b->type)
        return a->type < b->type;
    if (a->type == IPL_TYPE_BCV)
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
    entry->node.next = *link;
    *link = &entry->node;
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

/* The machine may configure the menu: never, always, or only if there is a choice. */
void interactive_bootmenu(void)
{
    u32 show = romfile_loadint("etc/show-boot-menu", 1);
    bool several = BootList.first && BootList.first->next;

    machine.menus += show == 1 || (show == 2 && several);
}

static void boot_try(int sequence)
{
    BootSequence = sequence;
    machine.boots++;
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
