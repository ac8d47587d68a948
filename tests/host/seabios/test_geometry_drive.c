/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The geometry of a PV-only drive, as SeaBIOS gets it. */
#include "bios.h"
#include "model/disk.h"

#include <string.h>

static void start(const char *value)
{
    u8 sector[DISK_SECTOR_SIZE] = {
        [446 + 5] = 7, [446 + 6] = 32, [446 + 12] = 1, [510] = 0x55, [511] = 0xaa};

    bios_reset("strict");
    disk_write(0, sector);
    world_add_disk(XVD(4));
    if (value)
        store_write("/local/domain/1/platform/xenpv-geometry", "%s", value);
    bios_start();
}

static void check_chs(const struct chs_s *chs, unsigned cylinders, unsigned heads, unsigned sectors)
{
    CHECK_EQUAL(chs->cylinder, cylinders);
    CHECK_EQUAL(chs->head, heads);
    CHECK_EQUAL(chs->sector, sectors);
}

TEST(a_drive_gets_the_geometry_of_its_partition_table)
{
    start(NULL);
    check_chs(&bios_drive(0)->pchs, 16, 8, 32);
    check_chs(&bios_drive(0)->lchs, 16, 8, 32);
    CHECK(log_has("xvde: geometry: 16 cylinders, 8 heads, 32 sectors (partition table)"));
}

TEST(a_drive_gets_the_geometry_of_the_guests_option)
{
    start("255x9");
    check_chs(&bios_drive(0)->pchs, 4, 16, 63);
    check_chs(&bios_drive(0)->lchs, 2, 255, 9);
    CHECK(log_has("xvde: geometry: 2 cylinders, 255 heads, 9 sectors (option geometry)"));
    start("lba");
    check_chs(&bios_drive(0)->lchs, 4, 16, 63);
    CHECK(log_has("xvde: geometry: 4 cylinders, 16 heads, 63 sectors (size of the disk)"));
}

/* fault: guest option | the geometry is none that int13 can have | names it in the log; the
 * geometry is that of the disk */
TEST(an_invalid_geometry_of_the_option_does_not_count)
{
    start("256x63");
    check_chs(&bios_drive(0)->lchs, 16, 8, 32);
    CHECK(log_has("geometry: no such value: 256x63"));
}
