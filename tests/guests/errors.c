/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Makes calls that must fail, and calls of the functions that return information.
 *
 * For every call the program prints "E name carry=.. ah=.. count=.. last=..". With SeaBIOS' own
 * driver of an emulated disk of the same size the lines must be the same. Where PV drives differ on
 * purpose, the line begins with D, and the answer of stock SeaBIOS (parameter "stock") is not
 * judged. After each call a correct one must work.
 *
 * Drives: most calls go to 81h; 82h is read-only (not with "stock"). The program changes neither,
 * which the scenario checks.
 */
#include "buffer.h"

#define DRIVE          (FIRST_DRIVE + 1)
#define READONLY_DRIVE (FIRST_DRIVE + 2)
#define DRIVES         3u

#define BUFFER     (LOW_BUFFERS + 0x10000)
#define SEGMENT    (BUFFER >> 4)
#define GOOD       (LOW_BUFFERS + 0x40000) /* buffer of the correct reads */
#define GOOD_LBA   7u
#define GOOD_COUNT 3u

enum line { SAME_AS_STOCK = 'E', PV_ONLY = 'D' };

static struct geometry geometry;
static uint64_t end; /* the number of sectors of DRIVE */
static uint32_t good_crc;

/**** Judging a call ****/

static bool good_read(uint32_t *crc)
{
    struct packet packet = {
        .size = 0x10, .count = GOOD_COUNT, .segment = (uint16_t)(GOOD >> 4), .lba = GOOD_LBA};

    memset(at(GOOD), 0, GOOD_COUNT * SECTOR);
    struct outcome outcome = int13_packet(0x42, DRIVE, &packet, 0);
    *crc = crc32(at(GOOD), GOOD_COUNT * SECTOR);
    return !outcome.carry && outcome.status == STATUS_SUCCESS && outcome.count == GOOD_COUNT;
}

static void expect_good_read(const char *name)
{
    uint32_t crc;

    if (check(good_read(&crc), "%s: the next good call fails", name))
        check(crc == good_crc, "%s: the next good call reads something else", name);
}

/* A call must return this status, leave this count in its packet, and transfer nothing. */
static void expect(enum line line, const char *name, struct outcome outcome, uint8_t status,
                   uint16_t count)
{
    struct outcome last = int13_simple(0x01, DRIVE);
    bool carry = status != STATUS_SUCCESS;

    print("%c %s carry=%u ah=%02x count=%x last=%02x\n", line, name, outcome.carry, outcome.status,
          outcome.count, last.status);
    if (line == SAME_AS_STOCK || !param_is("stock")) {
        check(outcome.status == status && outcome.carry == carry,
              "%s: expected AH=%02x, got AH=%02x with carry=%u", name, status, outcome.status,
              outcome.carry);
        check(outcome.count == count, "%s: expected the packet's count to be %x, got %x", name,
              count, outcome.count);
        check(last.status == status && last.carry == carry,
              "%s: expected the last status to be %02x, got %02x with carry=%u", name, status,
              last.status, last.carry);
    }
    /* An emulated disk fills the buffer up to the end of the disk before it reports the error. */
    if (!param_is("stock") && buffer_untouched(BUFFER, MOST_SECTORS * SECTOR, name))
        check(true, "%s", name);
    buffer_guard(BUFFER, MOST_SECTORS * SECTOR);
    expect_good_read(name);
}

/**** Packets ****/

static struct packet packet_of(uint64_t lba, uint32_t count)
{
    return (struct packet){.size = 0x10, .count = (uint16_t)count, .segment = SEGMENT, .lba = lba};
}

static struct packet flat_packet_of(uint64_t lba, uint32_t count, uint64_t flat)
{
    return (struct packet){.size = 0x18,
                           .count = (uint16_t)count,
                           .segment = 0xffff,
                           .offset = 0xffff,
                           .lba = lba,
                           .flat = flat};
}

/* A read and a write with the same packet. Stock SeaBIOS would perform some of the writes. */
static void expect_both(enum line line, const char *read_name, const char *write_name,
                        struct packet packet, uint8_t status, uint16_t count)
{
    expect(line, read_name, int13_packet(0x42, DRIVE, &packet, 0), status, count);
    if (line == SAME_AS_STOCK || !param_is("stock"))
        expect(line, write_name, int13_packet(0x43, DRIVE, &packet, 0), status, count);
}

static void past_the_end(void)
{
    /* The first sector is beyond the end: int13 itself refuses and leaves the packet unchanged. */
    expect_both(SAME_AS_STOCK, "read-at-end", "write-at-end", packet_of(end, 1), STATUS_PARAMETER,
                1);
    expect_both(SAME_AS_STOCK, "read-behind-end", "write-behind-end", packet_of(end + 1, 128),
                STATUS_PARAMETER, 128);
    expect_both(SAME_AS_STOCK, "read-at-2^28", "write-at-2^28", packet_of(1ull << 28, 1),
                STATUS_PARAMETER, 1);
    expect_both(SAME_AS_STOCK, "read-at-2^32+7", "write-at-2^32+7", packet_of((1ull << 32) + 7, 2),
                STATUS_PARAMETER, 2);
    expect_both(SAME_AS_STOCK, "read-at-2^48+7", "write-at-2^48+7", packet_of((1ull << 48) + 7, 2),
                STATUS_PARAMETER, 2);
    expect_both(SAME_AS_STOCK, "read-at-2^64-1", "write-at-2^64-1", packet_of(~0ull, 2),
                STATUS_PARAMETER, 2);
    expect_both(PV_ONLY, "flat-read-at-end", "flat-write-at-end", flat_packet_of(end, 1, BUFFER),
                STATUS_PARAMETER, 1);
    struct packet packet = packet_of(end, 1);
    expect(SAME_AS_STOCK, "verify-at-end", int13_packet(0x44, DRIVE, &packet, 0), STATUS_PARAMETER,
           1);
    expect(SAME_AS_STOCK, "seek-at-end", int13_packet(0x47, DRIVE, &packet, 0), STATUS_PARAMETER,
           1);

    /* Only the last sector is beyond the end: nothing is transferred. */
    expect_both(SAME_AS_STOCK, "read-2-over-end", "write-2-over-end", packet_of(end - 1, 2),
                STATUS_BADTRACK, 0);
    expect_both(SAME_AS_STOCK, "read-127-over-end", "write-127-over-end", packet_of(end - 126, 127),
                STATUS_BADTRACK, 0);
    expect_both(SAME_AS_STOCK, "read-128-over-end", "write-128-over-end", packet_of(end - 1, 128),
                STATUS_BADTRACK, 0);
    expect_both(PV_ONLY, "flat-read-over-end", "flat-write-over-end",
                flat_packet_of(end - 1, 128, BUFFER), STATUS_BADTRACK, 0);
    /* Stock SeaBIOS does nothing for a verify, of any sectors. */
    packet = packet_of(end - 1, 2);
    expect(PV_ONLY, "verify-2-over-end", int13_packet(0x44, DRIVE, &packet, 0), STATUS_BADTRACK, 0);
}

static void counts(void)
{
    static const uint16_t too_many[] = {129, 255, 256, 257, 0x7fff, 0x8000, 0xffff};
    static const char *const names[][2] = {
        {"read-129", "write-129"},     {"read-255", "write-255"},     {"read-256", "write-256"},
        {"read-257", "write-257"},     {"read-32767", "write-32767"}, {"read-32768", "write-32768"},
        {"read-65535", "write-65535"},
    };

    expect_both(SAME_AS_STOCK, "read-0", "write-0", packet_of(5, 0), STATUS_SUCCESS, 0);
    expect_both(SAME_AS_STOCK, "read-0-at-end", "write-0-at-end", packet_of(end, 0),
                STATUS_PARAMETER, 0);
    for (unsigned i = 0; i < sizeof(too_many) / sizeof(too_many[0]); i++)
        expect_both(SAME_AS_STOCK, names[i][0], names[i][1], packet_of(5, too_many[i]),
                    STATUS_BOUNDARY, 0);
    expect_both(PV_ONLY, "flat-read-0", "flat-write-0", flat_packet_of(5, 0, BUFFER),
                STATUS_SUCCESS, 0);
    expect_both(PV_ONLY, "flat-read-0-at-end", "flat-write-0-at-end",
                flat_packet_of(end, 0, BUFFER), STATUS_PARAMETER, 0);
    expect_both(PV_ONLY, "flat-read-129", "flat-write-129", flat_packet_of(5, 129, BUFFER),
                STATUS_BOUNDARY, 0);
}

static void broken_packets(void)
{
    static const uint8_t small[] = {0, 1, 2, 8, 15};
    static const char *const names[][2] = {
        {"read-packet-0", "write-packet-0"},   {"read-packet-1", "write-packet-1"},
        {"read-packet-2", "write-packet-2"},   {"read-packet-8", "write-packet-8"},
        {"read-packet-15", "write-packet-15"},
    };
    struct packet packet;

    for (unsigned i = 0; i < sizeof(small); i++) {
        packet = packet_of(5, 1);
        packet.size = small[i];
        expect_both(PV_ONLY, names[i][0], names[i][1], packet, STATUS_PARAMETER, 1);
    }
    /* A packet that promises a flat address but is too short for one. */
    packet = flat_packet_of(5, 1, BUFFER);
    packet.size = 0x10;
    expect_both(PV_ONLY, "read-no-flat", "write-no-flat", packet, STATUS_PARAMETER, 1);
    packet.size = 0x17;
    expect_both(PV_ONLY, "read-half-flat", "write-half-flat", packet, STATUS_PARAMETER, 1);
    /* A flat buffer that begins or ends above 4 GiB. */
    expect_both(PV_ONLY, "read-flat-4G", "write-flat-4G",
                flat_packet_of(5, 1, (1ull << 32) + BUFFER), STATUS_PARAMETER, 1);
    expect_both(PV_ONLY, "read-flat-2^63", "write-flat-2^63",
                flat_packet_of(5, 1, (1ull << 63) + BUFFER), STATUS_PARAMETER, 1);
    expect_both(PV_ONLY, "read-flat-over-4G", "write-flat-over-4G",
                flat_packet_of(5, 128, 0xffffff00ull), STATUS_PARAMETER, 128);
}

/* Packets that are unusual but correct. */
static void odd_packets(void)
{
    static const uint8_t sizes[] = {0x10, 0x11, 0x14, 0x17, 0x18, 0x1c, 0x20, 0xff};

    for (unsigned i = 0; i < sizeof(sizes); i++) {
        struct packet packet = packet_of(GOOD_LBA, GOOD_COUNT);
        packet.size = sizes[i];
        packet.flat = 0x7c00; /* must not be used, because the pointer is valid */
        struct outcome outcome = int13_packet(0x42, DRIVE, &packet, 0);
        print("E packet-size carry=%u ah=%02x count=%x\n", outcome.carry, outcome.status,
              outcome.count);
        check(!outcome.carry && outcome.count == GOOD_COUNT &&
                  crc32(at(BUFFER), GOOD_COUNT * SECTOR) == good_crc,
              "packet of size %02x with a pointer: expected a read, got AH=%02x", sizes[i],
              outcome.status);
        buffer_guard(BUFFER, MOST_SECTORS * SECTOR);
    }
    if (param_is("stock"))
        return;
    for (uint32_t size = 0x18; size <= 0xff; size += 0xff - 0x18) {
        struct packet packet = flat_packet_of(GOOD_LBA, GOOD_COUNT, HIGH_BUFFERS);
        packet.size = (uint8_t)size;
        memset(at(HIGH_BUFFERS), 0, GOOD_COUNT * SECTOR);
        struct outcome outcome = int13_packet(0x42, DRIVE, &packet, 0);
        check(!outcome.carry && outcome.count == GOOD_COUNT &&
                  crc32(at(HIGH_BUFFERS), GOOD_COUNT * SECTOR) == good_crc,
              "packet of size %02x with a flat address: expected a read, got AH=%02x", size,
              outcome.status);
    }
}

/**** CHS ****/

static void chs(enum line line, const char *read_name, const char *write_name, uint32_t cylinder,
                uint32_t head, uint32_t sector, uint8_t count, uint8_t status)
{
    expect(line, read_name, int13_chs(0x02, DRIVE, cylinder, head, sector, count, BUFFER), status,
           0);
    expect(line, write_name, int13_chs(0x03, DRIVE, cylinder, head, sector, count, BUFFER), status,
           0);
}

static void broken_chs(void)
{
    /* SeaBIOS reports one cylinder less in 08h, but callers can use it. */
    uint32_t last_cylinder = geometry.cylinders, last_head = geometry.heads - 1;

    chs(SAME_AS_STOCK, "chs-read-0", "chs-write-0", 1, 1, 1, 0, STATUS_PARAMETER);
    chs(SAME_AS_STOCK, "chs-read-129", "chs-write-129", 1, 1, 1, 129, STATUS_PARAMETER);
    chs(SAME_AS_STOCK, "chs-read-255", "chs-write-255", 1, 1, 1, 255, STATUS_PARAMETER);
    chs(SAME_AS_STOCK, "chs-read-sector-0", "chs-write-sector-0", 1, 1, 0, 1, STATUS_PARAMETER);
    chs(SAME_AS_STOCK, "chs-read-head", "chs-write-head", 1, geometry.heads, 1, 1,
        STATUS_PARAMETER);
    chs(SAME_AS_STOCK, "chs-read-head-255", "chs-write-head-255", 1, 255, 1, 1, STATUS_PARAMETER);
    chs(SAME_AS_STOCK, "chs-read-cylinder", "chs-write-cylinder", last_cylinder + 1, 0, 1, 1,
        STATUS_PARAMETER);
    chs(SAME_AS_STOCK, "chs-read-cylinder-1023", "chs-write-cylinder-1023", 1023, 0, 1, 1,
        STATUS_PARAMETER);
    /* The disk ends a few sectors after the last cylinder. */
    chs(SAME_AS_STOCK, "chs-read-over-end", "chs-write-over-end", last_cylinder, last_head,
        geometry.sectors, 128, STATUS_BADTRACK);
}

/**** Drives and functions that do not exist ****/

static void unknown_drives(void)
{
    static const uint8_t drives[] = {
        FIRST_DRIVE + DRIVES, 0x8f, 0x90, 0xa0, 0xdf, 0xe0, 0xfe, 0xff};
    static const uint8_t functions[] = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x08, 0x10, 0x15, 0x16,
                                        0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x4e};

    for (unsigned i = 0; i < sizeof(drives); i++) {
        for (unsigned j = 0; j < sizeof(functions); j++) {
            struct packet packet = packet_of(5, 1);
            struct outcome outcome = functions[j] < 0x40
                                         ? int13_chs(functions[j], drives[i], 1, 1, 1, 1, BUFFER)
                                         : int13_packet(functions[j], drives[i], &packet, 0);
            if (outcome.carry && outcome.status == STATUS_PARAMETER)
                continue;
            check(false, "drive %x function %02x: expected AH=01, got AH=%02x with carry=%u",
                  drives[i], functions[j], outcome.status, outcome.carry);
        }
        print("drive %x\n", drives[i]);
        expect(SAME_AS_STOCK, "unknown-drive", int13_simple(0x02, drives[i]), STATUS_PARAMETER, 0);
    }
}

static void unknown_functions(void)
{
    static const uint8_t functions[] = {0x06, 0x07, 0x0a, 0x0b, 0x0e, 0x0f, 0x12, 0x13, 0x17, 0x18,
                                        0x19, 0x20, 0x3f, 0x40, 0x4a, 0x4c, 0x4d, 0x4f, 0x50, 0xff};

    for (unsigned i = 0; i < sizeof(functions); i++)
        expect(SAME_AS_STOCK, "unknown-function", int13_simple(functions[i], DRIVE),
               STATUS_PARAMETER, 0);
    expect(SAME_AS_STOCK, "set-hardware-configuration",
           int13(0x4e, DRIVE, (struct regs){.eax = 0x7f}), STATUS_PARAMETER, 0);
    expect(SAME_AS_STOCK, "media-change", int13_simple(0x16, DRIVE), STATUS_PARAMETER, 0);
    expect(SAME_AS_STOCK, "eject", int13_simple(0x46, DRIVE), STATUS_NOTREMOVABLE, 0);
}

/**** Read-only disk ****/

static void readonly_disk(void)
{
    struct packet packet = packet_of(5, 9), flat = flat_packet_of(5, 9, BUFFER);
    uint64_t sectors = sectors_read(READONLY_DRIVE);

    expect(PV_ONLY, "readonly-write", int13_packet(0x43, READONLY_DRIVE, &packet, 0),
           STATUS_WRITEPROTECT, 0);
    expect(PV_ONLY, "readonly-write-flat", int13_packet(0x43, READONLY_DRIVE, &flat, 0),
           STATUS_WRITEPROTECT, 0);
    expect(PV_ONLY, "readonly-chs-write", int13_chs(0x03, READONLY_DRIVE, 0, 0, 1, 1, BUFFER),
           STATUS_WRITEPROTECT, 0);
    packet.lba = sectors;
    expect(PV_ONLY, "readonly-write-at-end", int13_packet(0x43, READONLY_DRIVE, &packet, 0),
           STATUS_PARAMETER, 9);

    packet = packet_of(sectors - 1, 1);
    struct outcome outcome = int13_packet(0x42, READONLY_DRIVE, &packet, 0);
    check(!outcome.carry && outcome.count == 1,
          "read of a read-only disk: expected success, got AH=%02x", outcome.status);
    /* The scenario knows what is there. */
    print("readonly last sector %08x\n", crc32(at(BUFFER), SECTOR));
    buffer_guard(BUFFER, MOST_SECTORS * SECTOR);
}

/**** Functions that return information ****/

static void drive_table(void)
{
    static const uint16_t sizes[] = {26, 27, 30, 66, 74};
    struct drive_table table;
    struct outcome outcome;

    for (uint16_t size = 0; size < 26; size += 5) {
        memset(&table, 0xee, sizeof(table));
        table.size = size;
        outcome = int13_table(DRIVE, &table);
        expect(SAME_AS_STOCK, "table-too-small", outcome, STATUS_PARAMETER, 0);
        check(table.size == size && table.sectors == 0xeeeeeeeeeeeeeeeeull,
              "48h with a size of %u wrote into the table", size);
    }
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        memset(&table, 0xee, sizeof(table));
        table.size = sizes[i];
        outcome = int13_table(DRIVE, &table);
        print("E table carry=%u ah=%02x sectors=%llx sector-size=%x\n", outcome.carry,
              outcome.status, table.sectors, table.sector_size);
        print("D table size=%u flags=%x geometry=%u/%u/%u\n", table.size, table.flags,
              table.cylinders, table.heads, table.sectors_per_track);
        check(!outcome.carry, "48h: expected success, got AH=%02x", outcome.status);
        check(table.sector_size == SECTOR, "48h: expected sectors of 512 bytes, got %u",
              table.sector_size);
        check(table.sectors == end, "48h: expected %llx sectors, got %llx", end, table.sectors);
        check(table.size >= 26 && table.size <= sizes[i],
              "48h: expected a size of at least 26 and at most %u, got %u", sizes[i], table.size);
        if (table.flags & 2)
            check((uint64_t)table.cylinders * table.heads * table.sectors_per_track <= end,
                  "48h: geometry %u/%u/%u is larger than the disk", table.cylinders, table.heads,
                  table.sectors_per_track);
        const uint8_t *byte = (const uint8_t *)&table;
        for (unsigned j = sizes[i]; j < sizeof(table); j++) {
            if (!check(byte[j] == 0xee, "48h: byte %u behind a table of %u was written", j,
                       sizes[i]))
                break;
        }
    }
}

static void information(void)
{
    struct outcome outcome = int13(0x41, DRIVE, (struct regs){.ebx = 0x55aa});

    print("E 41h carry=%u ah=%02x bx=%x cx=%x\n", outcome.carry, outcome.status,
          (uint16_t)outcome.regs.ebx, (uint16_t)outcome.regs.ecx);
    check(!outcome.carry && outcome.status == 0x30 && (uint16_t)outcome.regs.ebx == 0xaa55 &&
              (uint16_t)outcome.regs.ecx == 7,
          "41h: expected EDD 3.0 (AH=30 BX=aa55 CX=7), got AH=%02x BX=%x CX=%x", outcome.status,
          (uint16_t)outcome.regs.ebx, (uint16_t)outcome.regs.ecx);

    print("E 08h geometry=%u/%u/%u drives=%u\n", geometry.cylinders, geometry.heads,
          geometry.sectors, geometry.drives);
    check(geometry.drives == DRIVES, "08h: expected %u drives, got %u", DRIVES, geometry.drives);
    check(geometry.sectors == 63, "08h: expected 63 sectors a track, got %u", geometry.sectors);
    uint32_t cylinder = geometry.heads * geometry.sectors;
    check((geometry.cylinders + 1) * cylinder <= end && (geometry.cylinders + 2) * cylinder > end,
          "08h: geometry %u/%u/%u and one cylinder kept back do not match %llx sectors",
          geometry.cylinders, geometry.heads, geometry.sectors, end);

    outcome = int13_simple(0x15, DRIVE);
    uint32_t sectors = outcome.regs.ecx << 16 | (outcome.regs.edx & 0xffff);
    print("E 15h carry=%u ah=%02x sectors=%x\n", outcome.carry, outcome.status, sectors);
    check(!outcome.carry && outcome.status == 3, "15h: expected AH=03, got AH=%02x",
          outcome.status);
    check(sectors == geometry.cylinders * cylinder, "15h: expected %x sectors, got %x",
          geometry.cylinders * cylinder, sectors);
}

static void calls_without_effect(void)
{
    static const uint8_t functions[] = {0x00, 0x09, 0x0c, 0x0d, 0x10, 0x11, 0x14, 0x45, 0x49};

    for (unsigned i = 0; i < sizeof(functions); i++)
        expect(SAME_AS_STOCK, "no-effect", int13_simple(functions[i], DRIVE), STATUS_SUCCESS, 0);
}

void guest_main(void)
{
    if (!check(boot_drive == FIRST_DRIVE, "booted from %x, expected 80", boot_drive))
        return;
    end = sectors_read(DRIVE);
    if (!end || !geometry_read(DRIVE, &geometry) ||
        !check(good_read(&good_crc), "the first read fails"))
        return;
    print("drive %x: sectors %llx\n", DRIVE, end);
    /* The scenario knows what is there. */
    print("good read %08x\n", good_crc);
    buffer_guard(BUFFER, MOST_SECTORS * SECTOR);
    information();
    drive_table();
    past_the_end();
    counts();
    broken_packets();
    odd_packets();
    broken_chs();
    unknown_drives();
    unknown_functions();
    calls_without_effect();
    if (!param_is("stock"))
        readonly_disk();
}
