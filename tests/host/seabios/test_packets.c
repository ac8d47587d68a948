/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Device address packets of int13, for our drives. */
#include "bios.h"
#include "bregs.h"

#include <string.h>

#define AT 40u

/* The address of the packet, and of a buffer for packets with an address of real mode. */
#define PACKET_SEGMENT 0x1000
#define PACKET_OFFSET  0x0123
#define BUFFER_SEGMENT 0x2000
#define BUFFER_OFFSET  0x0010

#define FLAT 0xffffffffu

#define PACKET_BYTES      16
#define PACKET_BYTES_LONG 24

struct packet {
    struct int13ext_s base;
    u64 address;
} PACKED;

static struct backend *backend;
static struct bregs regs;

static void start(void)
{
    bios_reset("linger");
    backend = world_add_disk(XVD(4));
    bios_start();
}

static struct packet *packet(void)
{
    return machine_far(PACKET_SEGMENT, PACKET_OFFSET);
}

/* Make a packet with a flat address. */
static void make_flat(u64 sector, unsigned count, u64 address)
{
    *packet() = (struct packet){
        .base = {.size = PACKET_BYTES_LONG, .count = (u16)count, .lba = sector},
        .address = address,
    };
    packet()->base.data.segoff = FLAT;
}

/* Make a packet with an address of real mode. */
static void make_near(u64 sector, unsigned count)
{
    *packet() = (struct packet){
        .base = {.size = PACKET_BYTES, .count = (u16)count, .lba = sector},
    };
    packet()->base.data.seg = BUFFER_SEGMENT;
    packet()->base.data.offset = BUFFER_OFFSET;
}

static u64 address_of_data(void)
{
    return (uintptr_t)bios_data;
}

/* Call a function for a drive. Return: the status, with which the carry flag has to agree. */
static int call(u8 function, u8 drive)
{
    regs = (struct bregs){.ds = PACKET_SEGMENT, .si = PACKET_OFFSET};
    regs.ah = function;
    regs.dl = drive;
    regs.flags = F_CF;
    handle_13(&regs);
    CHECK_EQUAL(regs.flags & F_CF, regs.ah ? F_CF : 0);
    return regs.ah;
}

/* A call that ends without a request to the backend. */
static void check_untouched(u8 function, int status)
{
    unsigned requests = backend->requests;

    CHECK_EQUAL(call(function, EXTSTART_HD), status);
    CHECK_EQUAL(backend->requests, requests);
}

TEST(a_packet_with_a_flat_address_is_served)
{
    static u8 kept[sizeof(bios_data)];

    start();
    bios_check_write(bios_drive(0), AT, SECTORS_MAX);
    memcpy(kept, bios_data, sizeof(kept));
    memset(bios_data, 0, sizeof(bios_data));
    make_flat(AT, SECTORS_MAX, address_of_data());
    CHECK_EQUAL(call(0x42, EXTSTART_HD), DISK_RET_SUCCESS);
    CHECK_EQUAL(packet()->base.count, SECTORS_MAX);
    CHECK(!memcmp(bios_data, kept, SECTORS_MAX * DISK_SECTOR_SIZE));

    bios_renew_data();
    memcpy(kept, bios_data, sizeof(kept));
    make_flat(AT + 1, 9, address_of_data());
    CHECK_EQUAL(call(0x43, EXTSTART_HD), DISK_RET_SUCCESS);
    CHECK_EQUAL(packet()->base.count, 9);
    CHECK(!memcmp(bios_data, kept, sizeof(kept)));
    CHECK(bios_is_in_image(AT + 1, 9));
}

TEST(a_packet_with_an_address_of_real_mode_is_served_as_seabios_does)
{
    start();
    bios_check_write(bios_drive(0), AT, 9);
    make_near(AT, 9);
    CHECK_EQUAL(call(0x42, EXTSTART_HD), DISK_RET_SUCCESS);
    CHECK(!memcmp(machine_far(BUFFER_SEGMENT, BUFFER_OFFSET), bios_data, 9 * DISK_SECTOR_SIZE));
    /* So is a longer packet with such an address. */
    packet()->base.size = PACKET_BYTES_LONG;
    CHECK_EQUAL(call(0x43, EXTSTART_HD), DISK_RET_SUCCESS);
    CHECK_EQUAL(packet()->base.count, 9);
}

TEST(a_packet_that_is_too_short_is_refused)
{
    static const u8 functions[] = {0x42, 0x43, 0x44, 0x47};

    start();
    for (unsigned i = 0; i < ARRAY_SIZE(functions); i++) {
        make_near(AT, 1);
        CHECK_EQUAL(call(functions[i], EXTSTART_HD), DISK_RET_SUCCESS);
        packet()->base.size = PACKET_BYTES - 1;
        check_untouched(functions[i], DISK_RET_EPARAM);
        packet()->base.size = 0;
        check_untouched(functions[i], DISK_RET_EPARAM);
    }
}

TEST(a_packet_with_a_flat_address_has_to_be_long_enough_for_it)
{
    start();
    for (unsigned size = PACKET_BYTES; size < PACKET_BYTES_LONG; size++) {
        make_flat(AT, 1, address_of_data());
        packet()->base.size = (u8)size;
        check_untouched(0x42, DISK_RET_EPARAM);
        check_untouched(0x43, DISK_RET_EPARAM);
    }
    packet()->base.size = PACKET_BYTES_LONG + 8;
    CHECK_EQUAL(call(0x42, EXTSTART_HD), DISK_RET_SUCCESS);
}

TEST(a_buffer_that_is_not_all_below_4_gib_is_refused)
{
    static const u64 addresses[] = {
        1ULL << 32, (1ULL << 32) - DISK_SECTOR_SIZE + 1, (1ULL << 32) - 1,       1ULL << 63,
        ~0ULL,      ~0ULL - DISK_SECTOR_SIZE + 1,        (1ULL << 32) + 0x10000,
    };

    start();
    for (unsigned i = 0; i < ARRAY_SIZE(addresses); i++) {
        test_note("address %llx", (unsigned long long)addresses[i]);
        make_flat(AT, 1, addresses[i]);
        check_untouched(0x42, DISK_RET_EPARAM);
        check_untouched(0x43, DISK_RET_EPARAM);
    }
}

TEST(a_packet_for_sectors_beyond_the_end_is_refused)
{
    start();
    make_flat(WORLD_DISK_SECTORS, 1, address_of_data());
    check_untouched(0x42, DISK_RET_EPARAM);
    make_flat(~0ULL, 1, address_of_data());
    check_untouched(0x43, DISK_RET_EPARAM);
    make_flat(WORLD_DISK_SECTORS, 0, address_of_data());
    check_untouched(0x42, DISK_RET_EPARAM);
    /* A packet that begins before the end moves nothing either, and reports that. */
    make_flat(WORLD_DISK_SECTORS - 1, 2, address_of_data());
    check_untouched(0x42, DISK_RET_EBADTRACK);
    CHECK_EQUAL(packet()->base.count, 0);
}

TEST(a_packet_for_no_sectors_is_served_without_the_disk)
{
    start();
    make_flat(AT, 0, 1ULL << 40);
    check_untouched(0x42, DISK_RET_SUCCESS);
    CHECK_EQUAL(packet()->base.count, 0);
}

TEST(a_packet_for_more_than_64_kib_moves_nothing)
{
    start();
    make_flat(AT, SECTORS_MAX + 1, address_of_data());
    check_untouched(0x42, DISK_RET_EBOUNDARY);
    CHECK_EQUAL(packet()->base.count, 0);
}

static bool refuse(void *context, struct backend *of, const struct backend_request *request)
{
    (void)context;
    backend_respond(of, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

TEST(after_an_error_the_packet_reports_no_sectors)
{
    start();
    backend->config.hook = refuse;
    make_flat(AT, 3, address_of_data());
    CHECK_EQUAL(call(0x42, EXTSTART_HD), DISK_RET_EBADTRACK);
    CHECK_EQUAL(packet()->base.count, 0);
}

TEST(a_packet_that_moves_nothing_needs_no_buffer)
{
    static const u8 functions[] = {0x44, 0x47};

    start();
    for (unsigned i = 0; i < ARRAY_SIZE(functions); i++) {
        bios_renew_data();
        make_flat(AT, 3, address_of_data());
        check_untouched(functions[i], DISK_RET_SUCCESS);
        CHECK(!bios_is_in_image(AT, 1));
        packet()->base.lba = WORLD_DISK_SECTORS - 1;
        check_untouched(functions[i], DISK_RET_EBADTRACK);
    }
}

TEST(packets_for_other_drives_are_left_to_seabios)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    make_near(AT, 3);
    packet()->base.size = 0;
    CHECK_EQUAL(call(0x42, EXTSTART_HD), DISK_RET_SUCCESS);
    memcpy(bios_data, machine_far(BUFFER_SEGMENT, BUFFER_OFFSET), 3 * DISK_SECTOR_SIZE);
    CHECK(bios_is_in_image(AT, 3));
    CHECK_EQUAL(bios_served(&twin), 'p');
}

TEST(numbers_without_a_drive_are_refused)
{
    static const u8 numbers[] = {0x00, 0x7f, 0x81, 0x8f, 0x90, 0xdf, 0xe0, 0xff};

    start();
    make_flat(AT, 1, address_of_data());
    for (unsigned i = 0; i < ARRAY_SIZE(numbers); i++) {
        test_note("drive %x", numbers[i]);
        CHECK_EQUAL(call(0x42, numbers[i]), DISK_RET_EPARAM);
    }
}

TEST(a_hard_disk_that_a_cd_emulates_shifts_the_numbers_of_the_others)
{
    start();
    CDEmu.media = 4;
    CDEmu.emulated_drive = EXTSTART_HD;
    make_flat(AT, 1, address_of_data());
    CHECK_EQUAL(call(0x42, EXTSTART_HD), DISK_RET_EPARAM);
    CHECK_EQUAL(machine.cd_calls, 1);
    memset(bios_data, 0, sizeof(bios_data));
    CHECK_EQUAL(call(0x42, EXTSTART_HD + 1), DISK_RET_SUCCESS);
    CHECK(bios_is_in_image(AT, 1));
    CHECK_EQUAL(call(0x42, EXTSTART_HD + 2), DISK_RET_EPARAM);
    CHECK_EQUAL(machine.cd_calls, 1);
}

TEST(a_floppy_that_a_cd_emulates_leaves_the_numbers_of_hard_disks)
{
    start();
    CDEmu.media = 1;
    CDEmu.emulated_drive = 0;
    make_flat(AT, 1, address_of_data());
    CHECK_EQUAL(call(0x42, EXTSTART_HD), DISK_RET_SUCCESS);
    CHECK_EQUAL(call(0x42, 0), DISK_RET_EPARAM);
    CHECK_EQUAL(machine.cd_calls, 1);
    /* After the end of the emulation nothing is shifted. */
    CDEmu.media = 0;
    CDEmu.emulated_drive = EXTSTART_HD;
    CHECK_EQUAL(call(0x42, EXTSTART_HD), DISK_RET_SUCCESS);
}

TEST(a_reset_takes_no_packet)
{
    start();
    memset(packet(), 0, sizeof(*packet()));
    CHECK_EQUAL(call(0x00, EXTSTART_HD), DISK_RET_SUCCESS);
}
