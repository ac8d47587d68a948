/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives with sectors of more than 512 bytes: the guest's option "sector". */
#include "bios.h"
#include "bregs.h"

#include <string.h>

/* The size of the disk's blocks, as the option shows them, and in sectors of 512 bytes. */
#define BLOCK_BYTES 4096u
#define PER_BLOCK   8u

#define BLOCKS     (WORLD_DISK_SECTORS / PER_BLOCK)
#define BLOCKS_MAX (SECTORS_MAX / PER_BLOCK)

static struct backend *backend;

/* The disk has a partition table for 8 heads and 32 sectors. */
static struct drive_s *start(const char *value)
{
    u8 sector[DISK_SECTOR_SIZE] = {
        [446 + 5] = 7, [446 + 6] = 32, [446 + 12] = 1, [510] = 0x55, [511] = 0xaa};

    bios_reset("strict");
    disk_write(0, sector);
    backend = world_add_disk(XVD(4));
    backend->config.sector_size = "4096";
    backend->config.align = BLOCK_BYTES;
    if (value)
        store_write("/local/domain/1/platform/xenpv-sector", "%s", value);
    bios_start();
    return bios_drive(0);
}

TEST(a_drive_has_sectors_of_512_bytes_unless_the_option_is_native)
{
    static const char *const values[] = {NULL, "512", "4096"};

    for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
        struct drive_s *drive = start(values[i]);
        test_note("%s", values[i] ? values[i] : "none");
        CHECK_EQUAL(drive->blksize, DISK_SECTOR_SIZE);
        CHECK_EQUAL(drive->sectors, WORLD_DISK_SECTORS);
        CHECK_EQUAL(drive->lchs.head, 8);
        bios_check_write(drive, 41, 3);
        CHECK_EQUAL(log_has("sector: no such value: 4096"), i == 2);
    }
}

TEST(a_drive_with_native_sectors_reads_and_writes_whole_blocks)
{
    struct drive_s *drive = start("native");

    CHECK_EQUAL(drive->blksize, BLOCK_BYTES);
    CHECK_EQUAL(drive->sectors, BLOCKS);
    CHECK(log_has("xvde: its drive has sectors of 4096 bytes"));
    bios_renew_data();
    CHECK_EQUAL(bios_write(drive, 5, 3), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, 3);
    CHECK(bios_is_in_image(5 * PER_BLOCK, 3 * PER_BLOCK));
    CHECK_EQUAL(bios_read(drive, BLOCKS - BLOCKS_MAX, BLOCKS_MAX), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, BLOCKS_MAX);
    CHECK(bios_is_in_image(WORLD_DISK_SECTORS - SECTORS_MAX, SECTORS_MAX));
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_VERIFY, BLOCKS - 1, 1), DISK_RET_SUCCESS);
}

TEST(a_call_beyond_the_end_or_the_limit_of_native_sectors_fails)
{
    struct drive_s *drive = start("native");
    static const u64 beyond[] = {BLOCKS,     BLOCKS + 1,       WORLD_DISK_SECTORS,
                                 1ull << 61, (1ull << 61) + 1, UINT64_MAX};
    unsigned requests = backend->requests;

    for (unsigned i = 0; i < ARRAY_SIZE(beyond); i++) {
        test_note("%u", i);
        CHECK_EQUAL(bios_write(drive, beyond[i], 1), DISK_RET_EBADTRACK);
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_VERIFY, beyond[i], 1),
                    DISK_RET_EBADTRACK);
        CHECK_EQUAL(bios_count, 0);
    }
    CHECK_EQUAL(bios_write(drive, BLOCKS - 1, 2), DISK_RET_EBADTRACK);
    CHECK_EQUAL(bios_read(drive, 0, BLOCKS_MAX + 1), DISK_RET_EBOUNDARY);
    CHECK_EQUAL(bios_count, 0);
    CHECK_EQUAL(backend->requests, requests);
}

TEST(a_flat_buffer_of_native_sectors_ends_below_4_gib)
{
    struct {
        struct int13ext_s base;
        u64 address;
    } PACKED *packet;
    struct bregs regs = {.ds = 0x1000, .si = 0x10};

    start("native");
    packet = machine_far(0x1000, 0x10);
    memset(packet, 0, sizeof(*packet));
    packet->base.size = sizeof(*packet);
    packet->base.count = 2;
    packet->base.data.segoff = 0xffffffff;
    packet->address = (1ull << 32) - BLOCK_BYTES;
    regs.ah = 0x42;
    regs.dl = EXTSTART_HD;
    handle_13(&regs);
    CHECK_EQUAL(regs.ah, DISK_RET_EPARAM);
}

TEST(a_block_size_that_the_firmware_has_learned_counts_too)
{
    bios_reset("strict");
    backend = world_add_disk(XVD(4));
    backend->config.only_blocks_of = BLOCK_BYTES;
    store_write("/local/domain/1/platform/xenpv-sector", "native");
    bios_start();
    CHECK_EQUAL(bios_drive(0)->blksize, BLOCK_BYTES);
    bios_renew_data();
    CHECK_EQUAL(bios_write(bios_drive(0), 7, 1), DISK_RET_SUCCESS);
    CHECK(bios_is_in_image(7 * PER_BLOCK, PER_BLOCK));
}

/* GRUB puts its disk address packet behind a track, in 64 KiB of memory. */
TEST(a_track_of_native_sectors_leaves_room_for_a_packet_in_64_kib)
{
    struct drive_s *drive = start("native");

    CHECK_EQUAL(drive->lchs.head, 16);
    CHECK_EQUAL(drive->lchs.sector, 15);
    CHECK_EQUAL(drive->lchs.cylinder, drive->sectors / (16 * 15));
}
