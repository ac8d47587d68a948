/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The geometry of PV-only drives: the first sector, the guest's option, and what follows from them.
 */
#include "firmware.h"
#include "test.h"

#include "seabios/int13/geometry.h"

static uint8_t sector[SECTOR_BYTES];

static const struct geometry_option automatic = {.mode = GEOMETRY_AUTO};

static void set_u16(unsigned at, unsigned value)
{
    sector[at] = (uint8_t)value;
    sector[at + 1] = (uint8_t)(value >> 8);
}

static void set_u32(unsigned at, uint32_t value)
{
    set_u16(at, value & 0xffff);
    set_u16(at + 2, value >> 16);
}

static void make_sector(void)
{
    memset(sector, 0, sizeof(sector));
    set_u16(510, 0xaa55);
}

static void set_entry(unsigned number, unsigned end_head, unsigned end_sector, uint32_t sectors)
{
    unsigned at = 446 + number * 16;

    sector[at + 5] = (uint8_t)end_head;
    sector[at + 6] = (uint8_t)end_sector;
    set_u32(at + 12, sectors);
}

/* The boot sector of a FAT16 volume that fills a disk of 409600 sectors. */
static void make_volume(unsigned heads, unsigned track_sectors)
{
    make_sector();
    sector[0] = 0xeb;
    set_u16(11, 512);
    sector[13] = 8;
    set_u16(14, 1);
    sector[16] = 2;
    sector[21] = 0xf8;
    set_u16(24, track_sectors);
    set_u16(26, heads);
    set_u32(32, 409600);
}

static bool chs_is(const struct chs *chs, unsigned cylinders, unsigned heads, unsigned sectors)
{
    test_note("got %u/%u/%u, not %u/%u/%u", chs->cylinders, chs->heads, chs->sectors, cylinders,
              heads, sectors);
    return chs->cylinders == cylinders && chs->heads == heads && chs->sectors == sectors;
}

static struct geometry choose(const struct geometry_option *option, uint64_t disk_sectors)
{
    const struct chs_hint hint = first_sector_parse(sector, disk_sectors);

    return geometry_choose(option, &hint, disk_sectors);
}

/* The figures are those of stock SeaBIOS on QEMU's emulated IDE disk; the scenario geometry
 * compares with it. */
TEST(a_drive_has_the_geometry_of_the_emulated_ide_disk)
{
    static const struct {
        uint64_t disk_sectors;
        struct {
            uint8_t end_head, end_sector;
            uint32_t sectors;
        } entry[2];
        struct chs physical, logical;
    } cases[] = {
        /* No partition. */
        {100, {{0}}, {2, 16, 63}, {2, 16, 63}},
        {4096, {{0}}, {4, 16, 63}, {4, 16, 63}},
        {1024 * 1008, {{0}}, {1024, 16, 63}, {1024, 16, 63}},
        {1228800, {{0}}, {1219, 16, 63}, {609, 32, 63}},
        {16777216, {{0}}, {16383, 16, 63}, {1024, 255, 63}},
        {1ull << 40, {{0}}, {16383, 16, 63}, {1024, 255, 63}},
        /* One that ends with a cylinder of at most 16 heads. */
        {409600, {{14, 63, 1000}}, {433, 15, 63}, {433, 15, 63}},
        {409600, {{7, 32, 409000}}, {1600, 8, 32}, {1024, 8, 32}},
        {409600, {{3, 17, 5}}, {6023, 4, 17}, {1024, 4, 17}},
        {409600, {{0}, {15, 0xd1, 5}}, {1505, 16, 17}, {1024, 16, 17}},
        {100, {{1, 63, 5}, {3, 25, 5}}, {1, 4, 25}, {1, 4, 25}},
        /* More heads. */
        {409600, {{254, 63, 400000}}, {406, 16, 63}, {406, 16, 63}},
        {4194304, {{254, 63, 4000000}}, {4161, 16, 63}, {520, 128, 63}},
        {4194304, {{255, 255, 4194303}}, {4161, 16, 63}, {520, 128, 63}},
        {8192 * 1008, {{254, 63, 1}}, {8192, 16, 63}, {1024, 128, 63}},
        {8193 * 1008, {{254, 63, 1}}, {8193, 16, 63}, {1024, 128, 63}},
        {16777216, {{254, 63, 4000000}}, {16383, 16, 63}, {1024, 255, 63}},
        /* Entries that say nothing: unused; no head, no sector; too many cylinders, or none. */
        {409600, {{14, 63, 0}, {7, 32, 1}}, {1600, 8, 32}, {1024, 8, 32}},
        {409600, {{0, 63, 5}, {9, 64, 5}}, {406, 16, 63}, {406, 16, 63}},
        {41943040, {{1, 1, 1}}, {16383, 16, 63}, {1024, 255, 63}},
        {100, {{15, 63, 5}}, {2, 16, 63}, {2, 16, 63}},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        make_sector();
        for (unsigned k = 0; k < 2; k++)
            set_entry(k + 1, cases[i].entry[k].end_head, cases[i].entry[k].end_sector,
                      cases[i].entry[k].sectors);
        const struct geometry geometry = choose(&automatic, cases[i].disk_sectors);
        const struct chs *physical = &cases[i].physical, *logical = &cases[i].logical;
        CHECK(chs_is(&geometry.physical, physical->cylinders, physical->heads, physical->sectors));
        CHECK(chs_is(&geometry.logical, logical->cylinders, logical->heads, logical->sectors));
    }
}

TEST(a_sector_without_a_boot_signature_has_no_geometry)
{
    make_sector();
    set_entry(0, 14, 63, 1000);
    CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_PARTITION);
    sector[511] = 0;
    CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_UNKNOWN);
    make_volume(8, 32);
    sector[510] = 0;
    CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_UNKNOWN);
}

TEST(a_drive_has_the_geometry_of_a_fat_volume_that_fills_the_disk)
{
    make_volume(8, 32);
    /* Where QEMU looks for a partition table, such a sector has code. */
    memset(sector + 446, 0x2e, 64);
    struct geometry geometry = choose(&automatic, 409600);
    CHECK(chs_is(&geometry.physical, 1600, 8, 32));
    CHECK(chs_is(&geometry.logical, 1024, 8, 32));

    make_volume(255, 63);
    geometry = choose(&automatic, 409600);
    CHECK(chs_is(&geometry.physical, 406, 16, 63));
    CHECK(chs_is(&geometry.logical, 25, 255, 63));

    make_volume(2, 18);
    set_u32(32, 0);
    set_u16(19, 2880);
    geometry = choose(&automatic, 2880);
    CHECK(chs_is(&geometry.logical, 80, 2, 18));
    geometry = choose(&automatic, 1000000);
    CHECK(chs_is(&geometry.physical, 16383, 2, 18));
    /* int13 can reach two cylinders, or more. */
    make_volume(255, 63);
    set_u32(32, 20);
    geometry = choose(&automatic, 20);
    CHECK(chs_is(&geometry.logical, 2, 255, 63));
}

/* An entry of a disk with 15 heads and 63 sectors. */
static void set_partition(unsigned number, uint8_t flag, uint8_t type, uint32_t start,
                          uint32_t sectors)
{
    set_entry(number, 14, 63, sectors);
    sector[446 + number * 16] = flag;
    sector[446 + number * 16 + 4] = type;
    set_u32(446 + number * 16 + 8, start);
}

TEST(a_partition_table_counts_before_a_volume_that_the_disk_had_earlier)
{
    make_volume(64, 32);
    set_partition(0, 0x80, 6, 63, 94437);
    CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_PARTITION);
    CHECK_EQUAL(first_sector_parse(sector, 409600).heads, 15);
    set_partition(2, 0, 0x83, 94500, 409600 - 94500);
    CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_PARTITION);
}

TEST(what_is_no_partition_table_for_sure_leaves_the_volume)
{
    static const struct {
        uint8_t flag, type;
        uint32_t start, sectors;
    } spoilt[] = {
        {1, 6, 63, 1000}, {0xff, 6, 63, 1000}, {0, 0, 63, 1000},         {0, 6, 0, 1000},
        {0, 6, 63, 0},    {0, 6, 63, 409538},  {0, 6, UINT32_MAX, 1000}, {0, 6, 2, UINT32_MAX},
    };

    for (unsigned i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
        test_note("entry %u", i);
        make_volume(64, 32);
        set_partition(0, 0x80, 6, 63, 1000);
        set_partition(1, spoilt[i].flag, spoilt[i].type, spoilt[i].start, spoilt[i].sectors);
        CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_VOLUME);
    }
}

TEST(a_sector_that_is_not_surely_the_start_of_a_fat_volume_is_none)
{
    static const struct {
        unsigned at, bytes;
        uint32_t value;
    } spoilt[] = {
        {0, 1, 0xfa}, {11, 2, 1024}, {13, 1, 0},    {13, 1, 3}, {14, 2, 0},
        {16, 1, 0},   {16, 1, 3},    {21, 1, 0xef}, {24, 2, 0}, {24, 2, 64},
        {26, 2, 0},   {26, 2, 256},  {28, 4, 63},   {32, 4, 0}, {32, 4, 409601},
    };

    for (unsigned i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
        test_note("byte %u set to %x", spoilt[i].at, spoilt[i].value);
        make_volume(8, 32);
        CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_VOLUME);
        for (unsigned byte = 0; byte < spoilt[i].bytes; byte++)
            sector[spoilt[i].at + byte] = (uint8_t)(spoilt[i].value >> byte * 8);
        CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_UNKNOWN);
        /* A partition table still counts. */
        set_entry(3, 14, 63, 1);
        CHECK_EQUAL(first_sector_parse(sector, 409600).source, CHS_PARTITION);
    }
}

/**** The option ****/

TEST(the_option_sets_heads_and_sectors)
{
    static const struct {
        const char *value;
        struct geometry_option option;
    } cases[] = {
        {"auto", {.mode = GEOMETRY_AUTO}},   {"lba", {.mode = GEOMETRY_LBA}},
        {"15x63", {GEOMETRY_SET, 15, 63}},   {"1x1", {GEOMETRY_SET, 1, 1}},
        {"255x63", {GEOMETRY_SET, 255, 63}},
    };
    static const char *const invalid[] = {
        "",     "x",     "15x",   "x63",       "0x63", "15x0",  "256x63",  "15x64",   "15x63 ",
        "-1x1", "15*63", "15X63", "automatic", "aut",  "1x2x3", "0015x63", "15x063x",
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct geometry_option option = {.mode = GEOMETRY_SET, .heads = 9, .sectors = 9};
        test_note("%s", cases[i].value);
        CHECK(geometry_option_parse(cases[i].value, &option));
        CHECK_EQUAL(option.mode, cases[i].option.mode);
        if (option.mode != GEOMETRY_SET)
            continue;
        CHECK_EQUAL(option.heads, cases[i].option.heads);
        CHECK_EQUAL(option.sectors, cases[i].option.sectors);
    }
    for (unsigned i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
        struct geometry_option option = {.mode = GEOMETRY_AUTO, .heads = 9, .sectors = 9};
        test_note("'%s'", invalid[i]);
        CHECK(!geometry_option_parse(invalid[i], &option));
        CHECK(option.mode == GEOMETRY_AUTO && option.heads == 9 && option.sectors == 9);
    }
}

TEST(a_geometry_of_the_option_overrides_that_of_the_disk)
{
    const struct geometry_option lba = {.mode = GEOMETRY_LBA};
    struct geometry_option set = {GEOMETRY_SET, 255, 63};

    make_sector();
    set_entry(0, 7, 32, 1000);
    struct geometry geometry = choose(&lba, 409600);
    CHECK(chs_is(&geometry.physical, 406, 16, 63));
    CHECK(chs_is(&geometry.logical, 406, 16, 63));
    geometry = choose(&set, 4194304);
    CHECK(chs_is(&geometry.physical, 4161, 16, 63));
    CHECK(chs_is(&geometry.logical, 261, 255, 63));
    set.heads = 15;
    geometry = choose(&set, 409600);
    CHECK(chs_is(&geometry.physical, 433, 15, 63));
    CHECK(chs_is(&geometry.logical, 433, 15, 63));
    geometry = choose(&set, 10);
    CHECK(chs_is(&geometry.logical, 2, 15, 63));
    geometry = choose(&set, 1ull << 40);
    CHECK(chs_is(&geometry.physical, 16383, 15, 63));
    CHECK(chs_is(&geometry.logical, 1024, 15, 63));
}

/**** The core ****/

static struct disks disks;

static struct backend *prepare(void)
{
    world_reset();
    memset(&disks, 0, sizeof(disks));
    make_sector();
    set_entry(0, 14, 63, 1000);
    disk_write(0, sector);
    return world_add_disk(XVD(4));
}

static const struct chs_hint *start(void)
{
    static const struct disks_options options = {
        .mode = MODE_STRICT, .pool_pages = POOL_PAGES, .cache_bytes = 8 * CACHE_LINE_BYTES};

    CHECK_EQUAL(firmware_start_disks(&disks, &options), 0);
    return disk_chs(disks.disk[0]);
}

TEST(the_first_sector_is_taken_from_the_read_that_learns_the_block_size)
{
    struct backend *backend = prepare();
    const struct chs_hint *hint = start();
    unsigned requests = backend->requests;

    CHECK(hint->source == CHS_PARTITION && hint->heads == 15 && hint->sectors == 63);
    /* The same requests as for a disk without a geometry. */
    backend = prepare();
    memset(sector, 0, sizeof(sector));
    disk_write(0, sector);
    CHECK_EQUAL(start()->source, CHS_UNKNOWN);
    CHECK_EQUAL(backend->requests, requests);
}

TEST(the_first_sector_of_a_disk_with_large_blocks_is_taken_too)
{
    struct backend *backend = prepare();

    backend->config.sector_size = "4096";
    CHECK(start()->source == CHS_PARTITION);
}

static bool refuse(void *context, struct backend *backend, const struct backend_request *request)
{
    (void)context;
    backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return true;
}

/* fault: backend and toolstack | the first block of a disk cannot be read in POST | the geometry of
 * the drive comes from the size of the disk */
TEST(a_first_sector_that_cannot_be_read_gives_no_geometry)
{
    struct backend *backend = prepare();

    backend->config.hook = refuse;
    CHECK_EQUAL(start()->source, CHS_UNKNOWN);
}

static bool moved;

/* The response is the last change that comes with the guest. The page still has an older first
 * sector. */
static bool answer_and_move(void *context, struct backend *moving,
                            const struct backend_request *request)
{
    (void)context;
    if (moved)
        return false;
    moved = true;
    backend_respond(moving, request->id, request->operation, BLKIF_RSP_OKAY);
    world_migrate();
    memcpy(disks.disk[0]->vbd.pool, sector, sizeof(sector));
    return true;
}

/* fault: restore and migration | a live migration may lose the data of the first block that POST
 * reads | does not parse it: the geometry of the drive comes from the size of the disk; the next
 * call opens the disk */
TEST(a_first_sector_that_a_migration_may_have_lost_is_not_parsed)
{
    struct backend *backend = prepare();
    static uint8_t now[SECTOR_BYTES];

    moved = false;
    backend->config.hook = answer_and_move;
    CHECK_EQUAL(start()->source, CHS_UNKNOWN);
    CHECK(moved);
    CHECK_EQUAL(disks_read(disks.disk[0], 0, 1, now), 0);
    CHECK(!memcmp(now, sector, sizeof(now)));
}
