/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives of disks that only PV shows. */
#include "bios.h"

#define AT 40u

static struct backend *start(const char *mode)
{
    bios_reset(mode);
    struct backend *backend = world_add_disk(XVD(4));
    bios_start();
    CHECK(bios_drive(0) && !bios_drive(1));
    return backend;
}

TEST(a_disk_that_only_pv_shows_gets_a_drive_that_reads_and_writes_the_backends_image)
{
    struct backend *backend = start("linger");
    struct drive_s *drive = bios_drive(0);

    CHECK_EQUAL(drive->sectors, WORLD_DISK_SECTORS);
    CHECK_EQUAL(drive->blksize, DISK_SECTOR_SIZE);
    bios_check_read(drive, AT, 20);
    bios_check_write(drive, AT, 20);
    bios_check_read(drive, AT - 8, 40);
    CHECK(bios_is_open(backend));
}
