/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Function 48h of int13 for our drives. */
#include "bios.h"
#include "bregs.h"
#include "controllers.h"

#include <string.h>

#define TABLE_SEGMENT 0x1000
#define TABLE_OFFSET  0x0103

#define XEN_PLATFORM_VENDOR 0x5853
#define XEN_PLATFORM_DEVICE 0x0001

#define BYTES 80u
#define BLANK 0xee

static struct int13dpt_s *table;

static void start(bool has_platform_device)
{
    bios_reset("linger");
    controllers_add_pci(0x8086, 0x7000, 0);
    controllers_add_pci(0x8086, XEN_PLATFORM_DEVICE, 0);
    if (has_platform_device)
        controllers_add_pci(XEN_PLATFORM_VENDOR, XEN_PLATFORM_DEVICE, XEN_PLATFORM_VENDOR);
    world_add_disk(XVD(4));
    world_add_disk(XVD(5));
    bios_start();
    table = machine_far(TABLE_SEGMENT, TABLE_OFFSET);
}

/* Return: the status. What the call may not write is BLANK before it. */
static int get_table(u16 size, u8 drive)
{
    struct bregs regs = {.ds = TABLE_SEGMENT, .si = TABLE_OFFSET};

    memset(table, BLANK, BYTES);
    table->size = size;
    regs.ah = 0x48;
    regs.dl = drive;
    handle_13(&regs);
    return regs.ah;
}

/* Return the number of bytes that were written: all after them are BLANK. */
static unsigned written(void)
{
    const u8 *bytes = (const u8 *)table;
    unsigned end = BYTES;

    while (end && bytes[end - 1] == BLANK)
        end--;
    return end;
}

static u8 sum(unsigned end)
{
    const u8 *bytes = (const u8 *)table;
    u8 total = 0;

    for (unsigned i = 30; i < end; i++)
        total += bytes[i];
    return total;
}

TEST(a_table_has_as_much_as_its_size_has_room_for)
{
    static const struct {
        u16 size, returned;
    } cases[] = {{26, 26}, {29, 26}, {30, 30}, {65, 30},
                 {66, 66}, {73, 66}, {74, 74}, {0x8000, 74}};

    start(true);
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        test_note("size %u", cases[i].size);
        CHECK_EQUAL(get_table(cases[i].size, EXTSTART_HD), DISK_RET_SUCCESS);
        CHECK_EQUAL(table->size, cases[i].returned);
        CHECK(written() <= cases[i].returned);
        CHECK_EQUAL(table->sector_count, WORLD_DISK_SECTORS);
        if (cases[i].returned >= 30)
            CHECK_EQUAL(table->dpte.segoff, 0xffffffff);
        if (cases[i].returned >= 66)
            CHECK_EQUAL(table->dpi_length, cases[i].returned - 30);
    }
    CHECK_EQUAL(get_table(25, EXTSTART_HD), DISK_RET_EPARAM);
    CHECK_EQUAL(written(), 2);
}

TEST(a_table_of_edd_3_names_xens_platform_device_and_the_disk)
{
    start(true);
    for (unsigned drive = 0; drive < 2; drive++) {
        CHECK_EQUAL(get_table(74, (u8)(EXTSTART_HD + drive)), DISK_RET_SUCCESS);
        CHECK_EQUAL(table->key, 0xbedd);
        CHECK(!table->reserved1 && !table->reserved2 && !table->t13.reserved3);
        CHECK(!memcmp(table->host_bus, "PCI ", 4));
        CHECK(!memcmp(table->iface_type, "XEN     ", 8));
        /* Bus 0, device 2, function 0, in three bytes. */
        CHECK_EQUAL(table->iface_path, 0x000200);
        CHECK_EQUAL(table->t13.device_path[0], XVD(4 + drive));
        CHECK_EQUAL(table->t13.device_path[1], 0);
        CHECK_EQUAL(sum(74), 0);
        CHECK_EQUAL(get_table(66, (u8)(EXTSTART_HD + drive)), DISK_RET_SUCCESS);
        CHECK_EQUAL(table->phoenix.device_path, XVD(4 + drive));
        CHECK_EQUAL(table->phoenix.reserved3, 0);
        CHECK_EQUAL(sum(66), 0);
    }
}

TEST(without_the_platform_device_the_host_bus_is_xens)
{
    start(false);
    CHECK_EQUAL(get_table(74, EXTSTART_HD), DISK_RET_SUCCESS);
    CHECK(!memcmp(table->host_bus, "XEN ", 4));
    CHECK(!memcmp(table->iface_type, "XEN     ", 8));
    CHECK_EQUAL(table->iface_path, 0);
    CHECK_EQUAL(table->t13.device_path[0], XVD(4));
    CHECK_EQUAL(sum(74), 0);
}

TEST(the_table_of_another_drive_is_seabios_own)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    table = machine_far(TABLE_SEGMENT, TABLE_OFFSET);
    CHECK_EQUAL(get_table(74, EXTSTART_HD), DISK_RET_SUCCESS);
    CHECK_EQUAL(table->size, 26);
    CHECK_EQUAL(written(), 26);
}
