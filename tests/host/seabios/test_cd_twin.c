/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* CD-ROM drives that are emulated as well: PV serves reads while both sides surely show the same
 * medium. */
#include "bios.h"
#include "cd_unit.h"
#include "controllers.h"
#include "seabios/int13/twin_table.h"

#include <stdio.h>
#include <string.h>

/* Another medium is this part of the model's disk. */
#define OTHER_SECTOR 1024u
#define OTHER_BLOCKS 300u

/* And one of the same size is this part. */
#define SIMILAR_SECTOR (4 * WORLD_DISK_SECTORS)

/* Commands to the emulated drive: to ask whether the medium is the same, and to compare. */
#define ASK     1u
#define COMPARE 1u

static struct backend *backend;
static struct emulated *cd;
static struct drive_s *drive;

static void set_type(const struct backend *of)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/device-type", of->frontend);
    store_write(path, "cdrom");
}

static void make(const char *mode)
{
    bios_reset(mode);
    backend = world_add_disk_of(HDC, BACKEND_QDISK_OLD);
    set_type(backend);
    cd = emulated_add(EMULATED_CD, UNIT);
    drive = cd->drive;
}

static void start(const char *mode)
{
    make(mode);
    bios_start();
    CHECK(getDrive(EXTTYPE_CD, 0) == drive && !getDrive(EXTTYPE_CD, 1) && !bios_drive(0));
    CHECK_EQUAL(XenpvTwinCount, 1);
    cd->transfers = cd->scsi_commands = 0;
}

/* Read, and compare with a medium that begins at @first. */
static void check_read(uint64_t first, u64 block, unsigned count)
{
    CHECK_EQUAL(bios_read(drive, block, count), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, count);
    CHECK(bios_is_in_image(first + block * BLOCK_SECTORS, count * BLOCK_SECTORS));
}

/* After a first read: the next one is PV's alone. */
static void check_pv(void)
{
    static u64 fresh;
    unsigned transfers = cd->transfers, asked = cd->scsi_commands;

    check_read(0, 100 + fresh++ % 300, 1);
    CHECK_EQUAL(cd->transfers, transfers);
    CHECK_EQUAL(cd->scsi_commands, asked + ASK);
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_PV);
}

static void check_emulated(uint64_t first)
{
    unsigned transfers = cd->transfers, requests = backend->requests, asked = cd->scsi_commands;

    check_read(first, 3, 2);
    check_read(first, 3, 2);
    CHECK_EQUAL(cd->transfers, transfers + 2);
    CHECK_EQUAL(cd->scsi_commands, asked);
    CHECK_EQUAL(backend->requests, requests);
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_EMULATED);
    CHECK(!bios_is_open(backend));
    world_check_clean();
}

/* POST has not let PV serve the drive. */
static void check_left(const char *reason)
{
    char line[128];

    bios_start();
    snprintf(line, sizeof(line), "left to the emulated drive: %s", reason);
    CHECK(log_has(line));
    CHECK(getDrive(EXTTYPE_CD, 0) == drive && !getDrive(EXTTYPE_CD, 1) && !bios_drive(0));
    CHECK_EQUAL(XenpvTwinCount, 0);
    CHECK_EQUAL(backend->connects, 0);
    world_check_clean();
}

TEST(pv_serves_the_reads_of_an_emulated_cd_rom_from_the_first_one_on)
{
    static const char *const modes[] = {"linger", "strict"};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        start(modes[i]);
        CHECK_EQUAL(backend->connects, 0);
        check_read(0, 7, 9);
        /* The first read has compared the sizes and one block. */
        CHECK_EQUAL(cd->transfers, COMPARE);
        CHECK_EQUAL(cd->scsi_commands, ASK + 1);
        CHECK(log_has("hdc: serves the emulated drive too"));
        CHECK_EQUAL(bios_is_open(backend), i == 0);
        check_read(0, BLOCKS - BLOCKS_MAX, BLOCKS_MAX);
        check_pv();
        CHECK_EQUAL(bios_call(CALLER_FLAT_32, drive, CMD_READ, 5, 3), DISK_RET_SUCCESS);
        CHECK_EQUAL(cd->transfers, COMPARE);
        bios_give_up();
        world_check_clean();
        check_pv();
        CHECK_EQUAL(cd->transfers, COMPARE);
    }
}

TEST(a_read_of_an_emulated_cd_rom_that_the_cache_serves_asks_the_drive_too)
{
    start("linger");
    check_read(0, 7, 2);
    unsigned requests = backend->requests, asked = cd->scsi_commands;
    check_read(0, 7, 2);
    CHECK_EQUAL(backend->requests, requests);
    CHECK_EQUAL(cd->scsi_commands, asked + ASK);
}

TEST(what_an_emulated_cd_rom_refuses_changes_nothing)
{
    start("linger");
    check_read(0, 7, 2);
    CHECK_EQUAL(bios_read(drive, BLOCKS - 1, 2), DISK_RET_EBADTRACK);
    CHECK_EQUAL(bios_read(drive, 1ULL << 62, 1), DISK_RET_EBADTRACK);
    CHECK_EQUAL(bios_read(drive, 0, BLOCKS_MAX + 1), DISK_RET_EBOUNDARY);
    CHECK_EQUAL(bios_write(drive, 0, 1), DISK_RET_EWRITEPROTECT);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_VERIFY, 0, 1), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_read(drive, 0, 0), DISK_RET_SUCCESS);
    check_pv();
}

/**** Another medium ****/

/* fault: disk that is emulated as well | xl cd-insert changes the medium of an emulated CD-ROM
 * drive, whose PV device goes on with the old one | asks the emulated drive before each read, and
 * uses the PV device no more | lab cd-twin */
TEST(after_a_change_of_the_medium_no_byte_of_the_old_one_is_read)
{
    static const char *const modes[] = {"linger", "strict"};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        start(modes[i]);
        check_read(0, 7, 2);
        emulated_insert(cd, OTHER_SECTOR, OTHER_BLOCKS);
        /* At once, and although it is cached. The drive reports the change only once, so its report
         * must reach the caller. */
        CHECK_EQUAL(bios_read(drive, 7, 2), DISK_RET_EBADTRACK);
        CHECK_EQUAL(bios_count, 0);
        CHECK(log_has("hdc: its emulated drive has no medium, or another one"));
        CHECK(log_has("hdc: served by the emulated disk from now on: ENODEV"));
        check_read(OTHER_SECTOR, 7, 2);
        check_emulated(OTHER_SECTOR);
        /* Not even the old one, back in the drive. */
        emulated_insert(cd, 0, BLOCKS);
        CHECK_EQUAL(bios_read(drive, 3, 1), DISK_RET_EBADTRACK);
        check_emulated(0);
    }
}

TEST(a_medium_that_was_ejected_is_not_read)
{
    start("linger");
    check_read(0, 7, 2);
    emulated_insert(cd, 0, 0);
    CHECK_EQUAL(bios_read(drive, 7, 2), DISK_RET_EBADTRACK);
    CHECK_EQUAL(bios_count, 0);
    CHECK_EQUAL(bios_read(drive, 7, 2), DISK_RET_EBADTRACK);
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_EMULATED);
    world_check_clean();
}

/* Its boot code has not read anything yet, and the emulated drive reports the change only once. */
TEST(a_change_that_seabios_itself_meets_ends_pv_too)
{
    uint8_t command[16] = {0};
    struct disk_op_s op = {.command = CMD_SCSI, .cdbcmd = command};

    for (unsigned i = 0; i < 2; i++) {
        start("linger");
        if (i)
            check_read(0, 7, 2);
        emulated_insert(cd, OTHER_SECTOR, OTHER_BLOCKS);
        machine.caller = CALLER_FLAT_32;
        op.drive_fl = drive;
        CHECK_EQUAL(process_op(&op), DISK_RET_EBADTRACK);
        machine.caller = CALLER_REAL_MODE;
        CHECK(log_has("drive e0: served by the emulated disk from now on: its emulated drive has "
                      "reported an error"));
        check_read(OTHER_SECTOR, 7, 2);
        /* Closed by what runs next in 32-bit code. */
        bios_give_up();
        check_emulated(OTHER_SECTOR);
    }
}

TEST(a_change_that_post_meets_leaves_the_drive_alone)
{
    make("linger");
    emulated_insert(cd, OTHER_SECTOR, OTHER_BLOCKS);
    check_left("that drive has reported an error");
    check_read(OTHER_SECTOR, 7, 2);
}

TEST(a_change_that_a_call_without_32_bit_code_meets_ends_pv_too)
{
    start("linger");
    check_read(0, 7, 2);
    emulated_insert(cd, OTHER_SECTOR, OTHER_BLOCKS);
    CHECK_EQUAL(bios_call(CALLER_VIRTUAL_8086, drive, CMD_READ, 7, 2), DISK_RET_EBADTRACK);
    check_read(OTHER_SECTOR, 7, 2);
    bios_give_up();
    check_emulated(OTHER_SECTOR);
}

/* A reset takes the report away. */
TEST(a_change_before_a_reset_is_noticed)
{
    static const enum machine_caller callers[] = {CALLER_REAL_MODE, CALLER_VIRTUAL_8086};

    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++) {
        start("linger");
        check_read(0, 7, 2);
        emulated_insert(cd, OTHER_SECTOR, OTHER_BLOCKS);
        CHECK_EQUAL(bios_call(callers[i], drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
        /* Where the drive can be asked, it is: the comparison looks at one block only. */
        CHECK_EQUAL(log_has("hdc: its emulated drive has no medium, or another one"), i == 0);
        check_read(OTHER_SECTOR, 7, 2);
        check_emulated(OTHER_SECTOR);
    }
}

/* Another medium that the comparison does not tell from the first one, as two images of one size
 * that a program makes of the same files with the same date. */
static void insert_similar(void)
{
    static uint8_t sector[DISK_SECTOR_SIZE];

    for (unsigned i = 16 * BLOCK_SECTORS; i < 17 * BLOCK_SECTORS; i++) {
        disk_read(i, sector);
        disk_write(SIMILAR_SECTOR + i, sector);
    }
    emulated_insert(cd, SIMILAR_SECTOR, BLOCKS);
}

/* fault: disk that is emulated as well | the medium of an emulated CD-ROM drive is changed, and a
 * reset of the hard disk on its channel takes the report away | asks the drive before the reset; if
 * it cannot, uses the PV device no more */
TEST(a_change_before_a_reset_of_the_disk_on_the_channel_is_noticed)
{
    static const enum machine_caller callers[] = {CALLER_REAL_MODE, CALLER_VIRTUAL_8086,
                                                  CALLER_PROTECTED_16};

    for (unsigned i = 0; i < 2 * ARRAY_SIZE(callers); i++) {
        test_note("case %u", i);
        make("linger");
        struct emulated *disk = emulated_add(EMULATED_IDE, UNIT + 1);
        /* Whether or not PV serves the disk. */
        if (i % 2)
            world_add_disk(HDD);
        bios_start();
        check_read(0, 7, 2);
        insert_similar();
        CHECK_EQUAL(bios_call(callers[i / 2], disk->drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
        check_read(SIMILAR_SECTOR, 7, 2);
        CHECK_EQUAL(log_has("its emulated drive has no medium, or another one"), i / 2 == 0);
        CHECK_EQUAL(log_has("a reset may hide another medium"), i / 2 > 0);
        CHECK_EQUAL(XenpvTwins[twin_find(drive)].state, TWIN_EMULATED);
    }
}

TEST(a_reset_of_the_disk_on_the_channel_leaves_pv_to_a_cd_rom_with_the_same_medium)
{
    make("linger");
    struct emulated *disk = emulated_add(EMULATED_IDE, UNIT + 1);
    struct emulated *other = emulated_add(EMULATED_IDE, 0);
    bios_start();
    check_read(0, 7, 2);
    unsigned asked = cd->scsi_commands;
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, disk->drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    CHECK_EQUAL(cd->scsi_commands, asked + ASK);
    check_read(0, 7, 2);
    check_pv();
    /* A disk on the other channel is no reason to ask. */
    asked = cd->scsi_commands;
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, other->drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_call(CALLER_VIRTUAL_8086, other->drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    CHECK_EQUAL(cd->scsi_commands, asked);
    check_pv();
}

/* As xl cd-insert writes it; here the drive does not report it. */
TEST(another_image_in_xenstore_ends_pv)
{
    start("linger");
    check_read(0, 7, 2);
    backend_write_key(backend, "params", "aio:/other.iso");
    world_pass_ms(1000);
    check_read(0, 7, 2);
    check_emulated(0);
}

/* fault: disk that is emulated as well | the PV device and the emulated drive of a CD-ROM show
 * different media | compares their sizes and a block before the first read, and leaves the drive
 * alone */
TEST(a_pv_device_with_another_medium_serves_nothing)
{
    for (unsigned i = 0; i < 5; i++) {
        make("strict");
        test_note("case %u", i);
        /* Another descriptor; fewer blocks; more; the emulated drive does not read it; and PV has
         * no such block. */
        if (i == 0)
            backend->config.first_sector = 8;
        if (i == 1)
            backend_write_key(backend, "sectors", "4092");
        if (i == 2)
            cd->medium.blocks = BLOCKS - 1;
        if (i == 4)
            backend_write_key(backend, "sectors", "64");
        bios_start();
        if (i == 3)
            cd->medium.blocks = 16;
        check_read(0, 7, 2);
        CHECK(log_has("hdc: its PV device and its emulated drive differ"));
        check_emulated(0);
    }
}

TEST(the_part_of_a_block_at_the_end_of_an_image_belongs_to_no_side)
{
    make("linger");
    backend_write_key(backend, "sectors", "4095");
    cd->medium.blocks = 4095 / BLOCK_SECTORS;
    bios_start();
    check_read(0, 4095 / BLOCK_SECTORS - 1, 1);
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_PV);
    CHECK_EQUAL(bios_read(drive, 4095 / BLOCK_SECTORS, 1), DISK_RET_EBADTRACK);
    check_pv();
}

/**** Which side serves ****/

TEST(a_driver_that_has_used_the_emulated_cd_rom_ends_pv)
{
    uint8_t scratch[DISK_SECTOR_SIZE];

    start("linger");
    check_read(0, 7, 2);
    emulated_foreign_read(cd, 0, scratch);
    check_read(0, 7, 2);
    CHECK(log_has("drive e0: served by the emulated disk from now on: something else drives"));
    check_emulated(0);
}

/* A packet by DMA needs no count of bytes, and its driver gets the only report of the change. */
/* fault: disk that is emulated as well | the medium of an emulated CD-ROM drive is changed, and
 * another driver gets the report with a command by DMA, for which it sets no cylinder | watches a
 * register that the drive itself changes with each command, and uses the PV device no more */
TEST(a_change_that_another_driver_meets_by_dma_is_noticed)
{
    static const enum machine_caller callers[] = {CALLER_REAL_MODE, CALLER_VIRTUAL_8086};

    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++) {
        start("linger");
        check_read(0, 7, 2);
        insert_similar();
        emulated_foreign_dma(cd);
        CHECK_EQUAL(bios_call(callers[i], drive, CMD_READ, 7, 2), DISK_RET_SUCCESS);
        CHECK(bios_is_in_image(SIMILAR_SECTOR + 7 * BLOCK_SECTORS, 2 * BLOCK_SECTORS));
        CHECK(log_has("drive e0: served by the emulated disk from now on: something else drives"));
        check_read(SIMILAR_SECTOR, 9, 2);
        check_emulated(SIMILAR_SECTOR);
    }
}

TEST(where_no_32_bit_code_can_run_the_emulated_cd_rom_serves_and_pv_stays)
{
    static const enum machine_caller callers[] = {CALLER_VIRTUAL_8086, CALLER_PROTECTED_16,
                                                  CALLER_PROTECTED_16_LOW_IDT};

    start("linger");
    check_read(0, 7, 2);
    for (unsigned i = 0; i < ARRAY_SIZE(callers); i++) {
        unsigned transfers = cd->transfers;
        CHECK_EQUAL(bios_call(callers[i], drive, CMD_READ, 7, 2), DISK_RET_SUCCESS);
        CHECK(bios_is_in_image(7 * BLOCK_SECTORS, 2 * BLOCK_SECTORS));
        CHECK_EQUAL(cd->transfers, transfers + 1);
        check_pv();
    }
}

TEST(a_pv_device_that_does_not_connect_delays_one_read_and_the_emulated_cd_rom_serves_all)
{
    start("strict");
    backend->config.ignores = 1u << XenbusStateInitialised | 1u << XenbusStateConnected;
    check_read(0, 7, 2);
    CHECK(log_has("hdc: served by the emulated disk from now on: ENOTCONN"));
    check_emulated(0);
}

TEST(a_cd_rom_and_a_disk_on_the_same_channel_keep_their_pv)
{
    make("linger");
    struct backend *disk_backend = world_add_disk(HDD);
    struct emulated *disk = emulated_add(EMULATED_IDE, UNIT + 1);
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 2);
    for (unsigned i = 0; i < 3; i++) {
        unsigned requests = disk_backend->requests;
        check_read(0, 50 + i * 40, 2);
        bios_check_read(disk->drive, 500 + i * 200, 3);
        CHECK(disk_backend->requests > requests);
    }
    CHECK_EQUAL(disk->transfers, 0);
    CHECK(!log_has("from now on"));
    /* Another driver of the disk, which only the mark in the shared registers shows. */
    uint8_t scratch[DISK_SECTOR_SIZE];
    emulated_foreign_read(disk, 0x800, scratch);
    check_read(0, 7, 2);
    CHECK(log_has("something else drives the emulated disk"));
}

TEST(a_reset_drops_what_is_cached_of_an_emulated_cd_rom)
{
    start("linger");
    check_read(0, 7, 2);
    CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
    unsigned requests = backend->requests;
    check_read(0, 7, 2);
    CHECK(backend->requests > requests);
    check_pv();
}

/* What a handler of an interrupt has got from int13 while SeaBIOS' driver waited. */
static int nested_status[2];
static struct drive_s *nested_drive;

static void call_in_between(void)
{
    static u8 buffer[CDROM_SECTOR_SIZE];
    struct drive_s *drives[] = {drive, nested_drive};

    cd->during = NULL;
    machine.is_32bit = false;
    for (unsigned i = 0; i < ARRAY_SIZE(drives); i++) {
        struct disk_op_s op = {
            .drive_fl = drives[i], .command = CMD_READ, .lba = 1, .count = 1, .buf_fl = buffer};
        nested_status[i] = process_op(&op);
    }
    machine.is_32bit = true;
}

/* The stack has not enough left for two calls. */
TEST(a_call_of_an_interrupt_handler_while_the_emulated_cd_rom_is_asked_is_refused)
{
    for (unsigned i = 0; i < 2; i++) {
        make("linger");
        world_add_disk(XVD(4));
        bios_start();
        nested_drive = bios_drive(0);
        if (i)
            check_read(0, 7, 2);
        cd->during = call_in_between;
        check_read(0, 50, 2);
        CHECK_EQUAL(nested_status[0], DISK_RET_ENOTREADY);
        CHECK_EQUAL(nested_status[1], DISK_RET_ENOTREADY);
        check_pv();
    }
}

static struct drive_s *reset_drive;

static bool reset_in_between(void *context, struct backend *waited_for,
                             const struct backend_request *request)
{
    struct disk_op_s op = {.drive_fl = reset_drive, .command = CMD_RESET};

    (void)context;
    (void)request;
    waited_for->config.hook = NULL;
    machine.is_32bit = false;
    nested_status[0] = process_op(&op);
    machine.is_32bit = true;
    return false;
}

/* The drive cannot be asked then, and that it is asked says nothing of its medium. */
TEST(a_reset_by_an_interrupt_handler_while_pv_reads_an_emulated_cd_rom_is_refused)
{
    for (unsigned i = 0; i < 2; i++) {
        make("linger");
        world_add_disk(HDD);
        struct emulated *disk = emulated_add(EMULATED_IDE, UNIT + 1);
        bios_start();
        check_read(0, 7, 2);
        reset_drive = i ? disk->drive : drive;
        backend->config.hook = reset_in_between;
        check_read(0, 700, 2);
        CHECK(!backend->config.hook);
        CHECK_EQUAL(nested_status[0], DISK_RET_ENOTREADY);
        CHECK(!log_has("its emulated drive has no medium"));
        check_read(0, 7, 2);
        CHECK_EQUAL(XenpvTwins[twin_find(drive)].state, TWIN_PV);
    }
}

TEST(a_reset_that_cannot_ask_the_emulated_cd_rom_says_so)
{
    make("linger");
    reset_drive = emulated_add(EMULATED_IDE, UNIT + 1)->drive;
    bios_start();
    check_read(0, 7, 2);
    backend->config.hook = reset_in_between;
    check_read(0, 700, 2);
    CHECK_EQUAL(nested_status[0], DISK_RET_SUCCESS);
    CHECK(log_has("a reset may hide another medium"));
    CHECK(!log_has("no medium") && !log_has("reported an error"));
    bios_give_up();
    check_emulated(0);
}

/* After the drive has said that its medium is the same. */
static void change_and_reset_in_between(void)
{
    cd->during = NULL;
    insert_similar();
    machine.is_32bit = false;
    struct disk_op_s op = {.drive_fl = reset_drive, .command = CMD_RESET};
    nested_status[0] = process_op(&op);
    machine.is_32bit = true;
}

TEST(a_reset_by_an_interrupt_handler_while_the_emulated_cd_rom_is_asked_ends_pv)
{
    make("linger");
    reset_drive = emulated_add(EMULATED_IDE, UNIT + 1)->drive;
    bios_start();
    check_read(0, 7, 2);
    cd->during = change_and_reset_in_between;
    check_read(SIMILAR_SECTOR, 7, 2);
    CHECK_EQUAL(nested_status[0], DISK_RET_SUCCESS);
    CHECK(log_has("drive e0: served by the emulated disk from now on: a reset may hide another"));
    check_emulated(SIMILAR_SECTOR);
}

/* The call that has asked the drive never returns. */
static void boot_in_between(void)
{
    cd->during = NULL;
    machine.is_32bit = false;
    machine.caller = CALLER_FLAT_32;
    handle_19();
    machine.caller = CALLER_REAL_MODE;
    nested_status[0] = bios_read(drive, 1, 1);
    machine.is_32bit = true;
}

TEST(a_boot_while_the_emulated_cd_rom_is_asked_finds_it_usable)
{
    start("linger");
    check_read(0, 7, 2);
    cd->during = boot_in_between;
    bios_read(drive, 50, 2);
    CHECK(log_has("a call was abandoned"));
    CHECK_EQUAL(nested_status[0], DISK_RET_SUCCESS);
}

/**** Which drives ****/

/* Requests to xenstored in POST: to find the drive, for its medium, and for the kind of its image.
 */
#define FIND_REQUESTS   3u
#define MEDIUM_REQUESTS 3u
#define RAW_REQUESTS    3u

static unsigned requests_in_post(void)
{
    struct backend *disk = world_add_disk(XVD(4));
    disk->config.latency_us = 0;
    unsigned requests = store_requests();

    bios_start();
    return store_requests() - requests;
}

TEST(an_emulated_cd_rom_takes_the_listed_requests_in_post)
{
    bios_reset("linger");
    unsigned without = requests_in_post();

    make("linger");
    CHECK_EQUAL(requests_in_post(), without + FIND_REQUESTS + MEDIUM_REQUESTS + RAW_REQUESTS);
    CHECK_EQUAL(XenpvTwinCount, 1);
    make("linger");
    backend_write_key(backend, "params", "");
    CHECK_EQUAL(requests_in_post(), without + FIND_REQUESTS + MEDIUM_REQUESTS);
}

TEST(an_emulated_cd_rom_without_a_medium_is_left_alone)
{
    make("linger");
    backend_write_key(backend, "params", "aio:");
    backend_set_state(backend, XenbusStateInitialising);
    backend->gone = true;
    emulated_insert(cd, 0, 0);
    uint64_t since_us = clock_now_us();
    check_left("it has no medium");
    CHECK(clock_now_us() - since_us < 1000000);
    /* One that is inserted later. */
    emulated_insert(cd, 0, BLOCKS);
    CHECK_EQUAL(bios_read(drive, 7, 2), DISK_RET_EBADTRACK);
    check_read(0, 7, 2);
}

TEST(an_emulated_cd_rom_whose_image_is_not_raw_is_left_alone)
{
    make("linger");
    backend_write_key(backend, "params", "qcow2:/cd.qcow2");
    check_left("its image is not known to be raw");
}

TEST(without_the_option_for_twins_an_emulated_cd_rom_is_left_alone)
{
    make("linger");
    config.twins = false;
    check_left("this BIOS is configured not to serve such disks");
}

TEST(a_cd_rom_at_an_emulated_place_that_the_bios_has_not_found_gets_no_drive)
{
    bios_reset("linger");
    backend = world_add_disk_of(HDC, BACKEND_QDISK_OLD);
    set_type(backend);
    cd = emulated_add(EMULATED_CD, UNIT + 1);
    drive = cd->drive;
    check_left("the BIOS has not found such a drive");
}

TEST(of_two_pv_devices_for_one_emulated_cd_rom_the_second_one_is_left_alone)
{
    make("linger");
    struct backend *second = world_add_disk_of(XVD(2), BACKEND_QDISK_OLD);
    set_type(second);
    bios_start();
    CHECK_EQUAL(XenpvTwinCount, 1);
    CHECK(log_has("hdc: left to the emulated drive: another PV device has that drive"));
    CHECK_EQUAL(bios_read(drive, 7, 2), DISK_RET_SUCCESS);
    CHECK_EQUAL(second->connects + backend->connects, 1);
}

TEST(a_cd_rom_drive_that_is_passed_through_is_no_twin)
{
    make("linger");
    controllers_set_maker(cd->pci, 0x1028);
    check_left("the BIOS has not found such a drive");
}

TEST(the_option_boot_names_no_emulated_cd_rom)
{
    static const char *oem[] = {"xenpv.handover=linger", "xenpv.boot=hdc", NULL};

    make("linger");
    world_oem_strings = oem;
    bios_start();
    CHECK(log_has("boot: hdc: a CD-ROM drive, which this option does not order"));
}

TEST(a_program_that_resets_the_drive_before_each_read_does_not_fill_the_log)
{
    start("linger");
    for (unsigned i = 0; i < 5; i++) {
        CHECK_EQUAL(bios_call(CALLER_REAL_MODE, drive, CMD_RESET, 0, 0), DISK_RET_SUCCESS);
        check_read(0, 100 + i, 1);
    }
    CHECK_EQUAL(log_count("serves the emulated drive too"), 1);
}
