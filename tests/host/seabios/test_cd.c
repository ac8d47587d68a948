/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives of PV CD-ROMs: blocks of 2048 bytes, the commands of SeaBIOS' boot, changes of the medium.
 */
#include "bios.h"
#include "biosvar.h" // GET_BDA
#include "bregs.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/drive.h"
#include "seabios/int13/status.h"
#include "util.h" // CDEmu

#include <stdio.h>
#include <string.h>

#define BLOCK_SECTORS (CDROM_SECTOR_SIZE / DISK_SECTOR_SIZE)
#define BLOCKS        (WORLD_DISK_SECTORS / BLOCK_SECTORS)
#define BLOCKS_MAX    (SECTORS_MAX / BLOCK_SECTORS)
#define LOOK_MS       1000u
#define SENSE_BYTES   18u

static struct backend *backend;

static void set_type(void)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/device-type", backend->frontend);
    store_write(path, "cdrom");
}

static struct drive_s *start(void)
{
    bios_reset("linger");
    backend = world_add_disk_of(XVD(5), BACKEND_QDISK_OLD);
    set_type();
    bios_start();
    CHECK(!bios_drive(0));
    return getDrive(EXTTYPE_CD, 0);
}

static int int13(u8 function)
{
    struct bregs regs = {.flags = F_CF};

    regs.ah = function;
    regs.dl = EXTSTART_CD;
    handle_13(&regs);
    return regs.ah;
}

static int scsi(struct drive_s *drive, u8 command, void *buffer, u16 size)
{
    u8 bytes[16] = {command};
    struct disk_op_s op = {.drive_fl = drive,
                           .command = CMD_SCSI,
                           .buf_fl = buffer,
                           .blocksize = size,
                           .cdbcmd = bytes};

    return xenpv_process_op_32(&op);
}

static void change_medium(void)
{
    world_detach(backend);
    world_attach(backend, "aio:/other.iso");
    set_type();
    world_pass_ms(LOOK_MS);
}

TEST(a_pv_cd_rom_gets_a_drive_with_blocks_of_2048_bytes)
{
    struct drive_s *drive = start();

    CHECK_EQUAL(drive->blksize, CDROM_SECTOR_SIZE);
    CHECK_EQUAL(bios_read(drive, 7, 9), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, 9);
    CHECK(bios_is_in_image(7 * BLOCK_SECTORS, 9 * BLOCK_SECTORS));
    CHECK_EQUAL(bios_read(drive, BLOCKS - BLOCKS_MAX, BLOCKS_MAX), DISK_RET_SUCCESS);
    CHECK(bios_is_in_image((BLOCKS - BLOCKS_MAX) * BLOCK_SECTORS, SECTORS_MAX));
}

TEST(what_a_pv_cd_rom_cannot_do_is_refused_without_a_request)
{
    struct drive_s *drive = start();
    unsigned requests = backend->requests;

    CHECK_EQUAL(bios_read(drive, 0, BLOCKS_MAX + 1), DISK_RET_EBOUNDARY);
    CHECK_EQUAL(bios_read(drive, BLOCKS, 1), DISK_RET_EBADTRACK);
    /* Numbers whose sector has more than 64 bits. */
    CHECK_EQUAL(bios_read(drive, 1ULL << 62, 1), DISK_RET_EBADTRACK);
    CHECK_EQUAL(bios_read(drive, UINT64_MAX, 1), DISK_RET_EBADTRACK);
    CHECK_EQUAL(bios_write(drive, 0, 1), DISK_RET_EWRITEPROTECT);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_FORMAT, 0, 1), DISK_RET_EWRITEPROTECT);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_VERIFY, BLOCKS - 1, 1), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_VERIFY, BLOCKS - 1, 2), DISK_RET_EBADTRACK);
    CHECK_EQUAL(backend->requests, requests);
}

TEST(a_change_of_the_medium_is_reported_by_functions_16h_and_49h_and_by_one_read)
{
    struct drive_s *drive = start();

    CHECK_EQUAL(int13(0x15), 2);
    CHECK_EQUAL(int13(0x16), DISK_RET_SUCCESS);
    CHECK_EQUAL(int13(0x49), DISK_RET_SUCCESS);
    change_medium();
    CHECK_EQUAL(int13(0x16), DISK_RET_ECHANGED);
    CHECK_EQUAL(int13(0x16), DISK_RET_SUCCESS);
    change_medium();
    world_attach(backend, "aio:/third.iso");
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(int13(0x49), DISK_RET_ECHANGED);
    world_attach(backend, "aio:/fourth.iso");
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(bios_read(drive, 1, 1), DISK_RET_ECHANGED);
    CHECK_EQUAL(bios_read(drive, 1, 1), DISK_RET_SUCCESS);
    world_detach(backend);
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(int13(0x16), INT13_NO_MEDIUM);
    CHECK_EQUAL(bios_read(drive, 1, 1), INT13_NO_MEDIUM);
}

TEST(a_drive_is_ready_if_it_has_a_medium_that_was_reported)
{
    struct drive_s *drive = start();

    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_ISREADY, 0, 0), DISK_RET_SUCCESS);
    change_medium();
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_ISREADY, 0, 0), DISK_RET_ECHANGED);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_ISREADY, 0, 0), DISK_RET_SUCCESS);
    world_detach(backend);
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_ISREADY, 0, 0), INT13_NO_MEDIUM);
}

TEST(before_a_boot_a_drive_says_at_once_whether_it_is_ready)
{
    struct drive_s *drive = start();
    u8 sense[SENSE_BYTES + 2];

    CHECK_EQUAL(scsi(drive, 0x00, NULL, 0), DISK_RET_SUCCESS);
    /* A boot finds another medium without an error. */
    change_medium();
    CHECK_EQUAL(scsi(drive, 0x00, NULL, 0), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_read(drive, 1, 1), DISK_RET_SUCCESS);
    world_detach(backend);
    world_pass_ms(LOOK_MS);
    CHECK_EQUAL(scsi(drive, 0x00, NULL, 0), INT13_NO_MEDIUM);
    memset(sense, 0xa5, sizeof(sense));
    CHECK_EQUAL(scsi(drive, 0x03, sense, SENSE_BYTES), DISK_RET_SUCCESS);
    CHECK_EQUAL(sense[12], 0x3a);
    CHECK_EQUAL(sense[SENSE_BYTES], 0xa5);
    CHECK_EQUAL(scsi(drive, 0x03, sense, SENSE_BYTES - 1), DISK_RET_EPARAM);
    CHECK_EQUAL(scsi(drive, 0x12, sense, SENSE_BYTES), DISK_RET_EPARAM);
}

TEST(a_cd_rom_at_an_emulated_place_gets_no_drive_of_its_own_whatever_its_bus)
{
    static const u32 numbers[] = {XVD(0), XVD(3), 5632, SD(2)};

    for (unsigned i = 0; i < ARRAY_SIZE(numbers); i++) {
        bios_reset("linger");
        backend = world_add_disk_of(numbers[i], BACKEND_QDISK_OLD);
        set_type();
        bios_start();
        CHECK(!getDrive(EXTTYPE_CD, 0));
        CHECK(log_has("left to the emulated drive: the BIOS has not found such a drive"));
        CHECK_EQUAL(backend->connects, 0);
    }
}

static struct backend *cds[3];

static void make_several(void)
{
    bios_reset("strict");
    for (unsigned i = 0; i < ARRAY_SIZE(cds); i++) {
        backend = cds[i] = world_add_disk_of(XVD(5 + i), BACKEND_QDISK_OLD);
        set_type();
    }
}

TEST(post_reads_from_no_cd_rom_once_it_has_closed_them)
{
    make_several();
    bios_start();
    for (unsigned i = 0; i < ARRAY_SIZE(cds); i++)
        CHECK_EQUAL(cds[i]->connects, 1);
    CHECK(getDrive(EXTTYPE_CD, 2) && !getDrive(EXTTYPE_CD, 3));
}

/* Any backend falls silent once it has closed the drive in POST. */
static bool fall_silent(void *context, struct backend *silent,
                        const struct backend_request *request)
{
    (void)context;
    (void)request;
    silent->config.ignores = 1u << XenbusStateInitialised;
    return false;
}

/* fault: limits | the backends of several CD-ROM drives fall silent during POST | POST does not
 * read from them again, so it waits no longer than for one */
TEST(post_with_cd_roms_whose_backends_fall_silent_takes_no_further_limit)
{
    make_several();
    for (unsigned i = 0; i < ARRAY_SIZE(cds); i++)
        cds[i]->config.hook = fall_silent;
    uint64_t before = clock_now_us() / 1000;
    bios_start();
    CHECK(clock_now_us() / 1000 - before <= 1000);
    CHECK(getDrive(EXTTYPE_CD, 2));
}

/**** A CD that emulates a drive, and fails to boot ****/

static u8 emulated_number;

/* As SeaBIOS does before it calls the boot code of a CD. */
static void emulate_drive(void)
{
    machine.at_boot = NULL;
    machine.caller = CALLER_FLAT_32;
    CDEmu.media = emulated_number ? 4 : 2;
    CDEmu.emulated_drive = emulated_number;
    if (emulated_number)
        SET_BDA(hdcount, GET_BDA(hdcount) + 1);
    else
        set_equipment_flags(0x41, 0x41);
}

/* Boot from a CD that emulates the drive @number, then call int18 or int19. */
static void fail_to_boot(u8 number, void (*handler)(void))
{
    bios_reset("strict");
    backend = world_add_disk_of(XVD(5), BACKEND_QDISK_OLD);
    set_type();
    world_add_disk(XVD(6));
    emulated_number = number;
    machine.cd_first = true;
    machine.at_boot = emulate_drive;
    bios_start();
    CHECK_EQUAL(CDEmu.media, number ? 4 : 2);
    machine.caller = CALLER_FLAT_32;
    handler();
    CHECK_EQUAL(CDEmu.media, 0);
    CHECK_EQUAL(GET_BDA(hdcount), 0);
    CHECK_EQUAL(GET_BDA(equipment_list_flags), 0);
    machine.caller = CALLER_REAL_MODE;
}

TEST(after_a_failed_boot_a_cd_emulates_no_drive)
{
    static void (*const handlers[])(void) = {handle_18, handle_19};

    for (unsigned i = 0; i < ARRAY_SIZE(handlers); i++) {
        struct bregs regs = {.flags = F_CF, .dl = EXTSTART_HD};

        fail_to_boot(EXTSTART_HD, handlers[i]);
        handle_13(&regs);
        CHECK_EQUAL(machine.cd_calls, 0);
        CHECK_EQUAL(regs.ah, DISK_RET_SUCCESS);
        fail_to_boot(0, handlers[i]);
    }
}

TEST(after_a_failed_boot_from_a_cd_the_number_of_floppy_drives_is_that_of_the_machine)
{
    static const u16 flags[] = {0, 0x01, 0x41, 0x41};

    fail_to_boot(0, handle_18);
    for (u8 i = 0; i < ARRAY_SIZE(flags); i++) {
        machine.caller = CALLER_FLAT_32;
        FloppyCount = i;
        emulate_drive();
        handle_18();
        CHECK_EQUAL(GET_BDA(equipment_list_flags), flags[i]);
    }
}
