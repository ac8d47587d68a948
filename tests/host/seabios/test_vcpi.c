/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* int13 from virtual 8086 mode, through a memory manager with VCPI. */
#include "bios.h"
#include "biosvar.h" // SET_IVT
#include "bregs.h"
#include "memory_manager.h"
#include "seabios/int13/bios_disks.h"
#include "seabios/int13/twin_table.h"
#include "seabios/port/vcpi.h"
#include "stacks.h"
#include "util.h" // handle_15, handle_19
#include "xen/disk/disks.h"

#include <stdio.h>
#include <string.h>

#define AT 40u

#define PAGE 4096u

/* Where the caller has its buffer: a linear address. */
#define BUFFER       0x20000u
#define BUFFER_PAGES 20u
#define BUFFER_BYTES (BUFFER_PAGES * PAGE)

#define IDLE_MS 1500

/* Physical memory: the pages of the buffer in some order, and the sectors that are expected. */
static uint8_t memory[BUFFER_BYTES] __attribute__((aligned(PAGE)));
static uint8_t expected[SECTORS_MAX * DISK_SECTOR_SIZE];

static struct backend *backend;
static struct drive_s *drive;

/* Map the pages of the buffer; @mixed: none after the one that is before it. */
static void map_buffer(bool mixed)
{
    for (unsigned i = 0; i < BUFFER_PAGES; i++)
        memory_manager.table[BUFFER / PAGE + i] =
            (uint32_t)(uintptr_t)memory + (mixed ? i ^ 1 : i) * PAGE + MANAGER_ALL;
}

static uint32_t *entry_of(uint32_t linear)
{
    return &memory_manager.table[linear / PAGE];
}

static uint8_t *byte_at(uint32_t linear)
{
    return (uint8_t *)(uintptr_t)(*entry_of(linear) / PAGE * PAGE + linear % PAGE);
}

static void start_manager(void)
{
    bios_start();
    drive = bios_drive(0);
    memory_manager_install("EMMXXXX0");
    map_buffer(false);
}

static void start(const char *mode)
{
    bios_reset(mode);
    backend = world_add_disk(XVD(4));
    start_manager();
}

static int call(struct drive_s *to, u8 command, u64 sector, unsigned count, uint32_t linear)
{
    return bios_call_at(CALLER_VIRTUAL_8086, to, command, sector, count, (void *)(uintptr_t)linear);
}

/* The sectors of the image are those in the buffer. */
static bool is_in_buffer(u64 sector, unsigned count, uint32_t linear)
{
    for (unsigned i = 0; i < count; i++)
        disk_read(sector + i, expected + i * DISK_SECTOR_SIZE);
    for (unsigned i = 0; i < count * DISK_SECTOR_SIZE; i++)
        if (*byte_at(linear + i) != expected[i])
            return false;
    return true;
}

static void renew_memory(void)
{
    static uint8_t next;

    next++;
    for (unsigned i = 0; i < sizeof(memory); i++)
        memory[i] = (uint8_t)(i / 7 + i * 5 + next);
}

static bool all_is(uint8_t byte)
{
    for (unsigned i = 0; i < sizeof(memory); i++)
        if (memory[i] != byte)
            return false;
    return true;
}

static void check_both_ways(struct drive_s *to, unsigned count, uint32_t linear)
{
    unsigned per_sector = to->blksize / DISK_SECTOR_SIZE;

    renew_memory();
    CHECK_EQUAL(call(to, CMD_WRITE, AT, count, linear), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, count);
    CHECK(is_in_buffer(AT * per_sector, count * per_sector, linear));
    memset(memory, 0xee, sizeof(memory));
    CHECK_EQUAL(call(to, CMD_READ, AT, count, linear), DISK_RET_SUCCESS);
    CHECK_EQUAL(bios_count, count);
    CHECK(is_in_buffer(AT * per_sector, count * per_sector, linear));
    /* Nothing else was written. */
    unsigned written = 0;
    for (unsigned i = 0; i < sizeof(memory); i++)
        written += memory[i] != 0xee;
    CHECK(written <= count * to->blksize);
}

TEST(int13_in_virtual_8086_mode_reaches_a_pv_disk_through_vcpi)
{
    static const char *const modes[] = {"linger", "strict"};

    for (unsigned i = 0; i < ARRAY_SIZE(modes); i++) {
        start(modes[i]);
        check_both_ways(drive, 17, BUFFER + 0x10);
        check_both_ways(drive, SECTORS_MAX, BUFFER + 0x123);
        CHECK_EQUAL(bios_is_open(backend), i == 0);
        CHECK_EQUAL(log_count("xenpv: int13 in virtual 8086 mode: through VCPI\n"), 1);
        CHECK_EQUAL(log_count("virtual 8086"), 1);
        CHECK_EQUAL(machine.cr0_reads, 0);
    }
}

TEST(each_call_asks_the_memory_manager_twice_and_switches_once)
{
    start("linger");
    CHECK_EQUAL(call(drive, CMD_READ, AT, 5, BUFFER), DISK_RET_SUCCESS);
    CHECK_EQUAL(call(drive, CMD_READ, AT, 5, BUFFER), DISK_RET_SUCCESS);
    CHECK_EQUAL(call(drive, CMD_RESET, 0, 0, 0), DISK_RET_SUCCESS);
    CHECK_EQUAL(memory_manager.presence, 3);
    CHECK_EQUAL(memory_manager.interface, 3);
    CHECK_EQUAL(memory_manager.switches, 3);
}

TEST(a_memory_manager_without_expanded_memory_offers_vcpi_too)
{
    start("linger");
    memory_manager_install("EMMQXXX0");
    map_buffer(false);
    check_both_ways(drive, 3, BUFFER);
}

/**** Buffers ****/

TEST(a_buffer_whose_pages_are_anywhere_is_transferred_in_pieces)
{
    static const uint32_t offsets[] = {0, 1, 0x10, 0x1ff, 0x200, 0xe01, 0xfff};

    for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++) {
        start("linger");
        map_buffer(true);
        check_both_ways(drive, 33, BUFFER + offsets[i]);
        check_both_ways(drive, 1, BUFFER + offsets[i]);
        check_both_ways(drive, SECTORS_MAX, BUFFER + offsets[i]);
    }
}

TEST(a_buffer_of_large_sectors_is_transferred_in_pieces_too)
{
    static const uint32_t offsets[] = {0, 1, 0x200, 0xfff};

    for (unsigned i = 0; i < ARRAY_SIZE(offsets); i++) {
        bios_reset("linger");
        backend = world_add_disk(XVD(4));
        backend->config.sector_size = "4096";
        backend->config.align = PAGE;
        store_write("/local/domain/1/platform/xenpv-sector", "%s", "native");
        start_manager();
        CHECK_EQUAL(drive->blksize, PAGE);
        check_both_ways(drive, 5, BUFFER + offsets[i]);
        map_buffer(true);
        check_both_ways(drive, 1, BUFFER + offsets[i]);
        check_both_ways(drive, SECTORS_MAX * DISK_SECTOR_SIZE / PAGE, BUFFER + offsets[i]);
        /* The last page of the buffer. */
        *entry_of(BUFFER + 4 * PAGE) = 0;
        CHECK_EQUAL(call(drive, CMD_READ, AT, 5, BUFFER), DISK_RET_EPARAM);
    }
}

TEST(each_piece_of_a_write_is_one_request_and_so_is_a_sector_across_two_pages)
{
    start("linger");
    CHECK_EQUAL(call(drive, CMD_WRITE, AT, 16, BUFFER + 0x100), DISK_RET_SUCCESS);
    unsigned before = backend->requests;
    CHECK_EQUAL(call(drive, CMD_WRITE, AT, 16, BUFFER + 0x100), DISK_RET_SUCCESS);
    CHECK_EQUAL(backend->requests - before, 1);
    map_buffer(true);
    before = backend->requests;
    /* 7 sectors, one across, 7, and one across. */
    CHECK_EQUAL(call(drive, CMD_WRITE, AT, 16, BUFFER + 0x100), DISK_RET_SUCCESS);
    CHECK_EQUAL(backend->requests - before, 4);
}

/* fault: disk that is emulated as well | a memory manager gives no page, or a read-only one, for a
 * buffer | refuses the call, transfers nothing | lab vcpi */
TEST(a_buffer_that_the_caller_itself_cannot_access_is_refused_as_a_whole)
{
    static const uint32_t bits[] = {0, MANAGER_PRESENT | MANAGER_WRITE,
                                    MANAGER_PRESENT | MANAGER_USER};

    for (unsigned i = 0; i < ARRAY_SIZE(bits); i++) {
        start("linger");
        check_both_ways(drive, 32, BUFFER);
        memset(memory, 0xee, sizeof(memory));
        *entry_of(BUFFER + 3 * PAGE) = *entry_of(BUFFER + 3 * PAGE) / PAGE * PAGE | bits[i];
        CHECK_EQUAL(call(drive, CMD_READ, AT, 32, BUFFER), DISK_RET_EPARAM);
        CHECK_EQUAL(bios_count, 0);
        CHECK(all_is(0xee));
        bool readable = bits[i] & MANAGER_USER;
        CHECK_EQUAL(call(drive, CMD_WRITE, AT, 32, BUFFER),
                    readable ? DISK_RET_SUCCESS : DISK_RET_EPARAM);
        CHECK_EQUAL(is_in_buffer(AT, 24, BUFFER), readable);
        /* Calls that end before the page are served. */
        CHECK_EQUAL(call(drive, CMD_READ, AT, 24, BUFFER), DISK_RET_SUCCESS);
    }
}

TEST(a_buffer_beyond_the_memory_managers_page_table_is_refused)
{
    static const uint32_t linear[] = {MANAGER_PAGES * PAGE - 511, MANAGER_PAGES * PAGE, 0x400000,
                                      0xfffffe00};

    start("linger");
    for (unsigned i = 0; i < ARRAY_SIZE(linear); i++)
        CHECK_EQUAL(call(drive, CMD_READ, AT, 1, linear[i]), DISK_RET_EPARAM);
}

/**** Without VCPI ****/

static void check_without(const char *line)
{
    unsigned requests = backend->requests;

    memset(memory, 0xee, sizeof(memory));
    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQUAL(call(drive, CMD_READ, AT, 1, BUFFER), DISK_RET_EPARAM);
        CHECK_EQUAL(bios_count, 0);
    }
    CHECK(all_is(0xee));
    CHECK_EQUAL(backend->requests, requests);
    CHECK_EQUAL(log_count(line), 1);
    CHECK_EQUAL(log_count("virtual 8086"), 1);
    CHECK_EQUAL(memory_manager.switches, memory_manager.refuses_switch ? 3 : 0);
    bios_check_read(drive, AT, 4);
}

TEST(without_a_memory_manager_int_67h_is_not_called)
{
    start("linger");
    memory_manager_reset();
    check_without("xenpv: int13 in virtual 8086 mode: no memory manager with VCPI\n");

    start("linger");
    memory_manager_install("EMMXXXX1");
    memory_manager.entries = 0;
    check_without("xenpv: int13 in virtual 8086 mode: no memory manager with VCPI\n");
}

TEST(a_memory_manager_that_refuses_vcpi_is_left_alone)
{
    start("linger");
    memory_manager.refuses = true;
    check_without("xenpv: int13 in virtual 8086 mode: the memory manager refuses VCPI\n");
    CHECK_EQUAL(memory_manager.interface, 0);

    start("linger");
    memory_manager.refuses_switch = true;
    check_without("xenpv: int13 in virtual 8086 mode: the memory manager refuses VCPI\n");
}

TEST(a_remapped_bios_never_enters_ring_0)
{
    /* Its first page, the last one but one, one that is not there, and a table that ends before
     * 1 MiB. */
    for (unsigned i = 0; i < 4; i++) {
        start("linger");
        if (i == 0)
            memory_manager.table[0xf0] += PAGE;
        else if (i == 1)
            memory_manager.table[0xfe] = 0x200000 | MANAGER_ALL;
        else if (i == 2)
            memory_manager.table[0xf7] &= ~MANAGER_PRESENT;
        else
            memory_manager.entries = 0xff;
        check_without(
            "xenpv: int13 in virtual 8086 mode: the memory manager has remapped the BIOS\n");
    }
}

/* fault: disk that is emulated as well | a memory manager says that it has filled more than the
 * page table, beyond which memory is no page table | refuses all calls from virtual 8086 mode */
TEST(a_page_table_that_is_longer_than_a_page_is_refused)
{
    start("linger");
    memory_manager.claimed = PAGE / 4;
    CHECK_EQUAL(call(drive, CMD_READ, AT, 4, BUFFER), DISK_RET_SUCCESS);
    start("linger");
    memory_manager.claimed = PAGE / 4 + 1;
    check_without("xenpv: int13 in virtual 8086 mode: the memory manager has remapped the BIOS\n");
}

TEST(a_copy_of_the_page_with_the_reset_vector_does_not_matter)
{
    start("linger");
    memory_manager.table[0xff] = 0x345000 | MANAGER_PRESENT | MANAGER_USER;
    CHECK_EQUAL(call(drive, CMD_READ, AT, 4, BUFFER), DISK_RET_SUCCESS);
    CHECK_EQUAL(memory_manager.switches, 1);
    CHECK_EQUAL(log_count("has remapped the BIOS"), 0);
}

TEST(a_bios_without_memory_for_page_tables_serves_real_mode_only)
{
    /* As little as the disk's drive needs. */
    drive = NULL;
    for (unsigned left = 0; !drive; left++) {
        bios_reset("linger");
        backend = world_add_disk(XVD(4));
        machine.low_left = left;
        bios_start();
        drive = bios_drive(0);
    }
    memory_manager_install("EMMXXXX0");
    check_without("xenpv: int13 in virtual 8086 mode: no memory for VCPI\n");
}

TEST(in_16_bit_protected_mode_vcpi_is_not_asked)
{
    start("linger");
    log_reset();
    CHECK_EQUAL(bios_call(CALLER_PROTECTED_16, drive, CMD_READ, AT, 1), DISK_RET_EPARAM);
    CHECK_EQUAL(memory_manager.presence, 0);
    CHECK_EQUAL(log_count("int13"), 0);
}

/**** A call within a call ****/

/* fault: call within a call | an interrupt handler calls int13 while a call from virtual 8086 mode
 * waits | refuses it: "drive not ready" | lab vcpi */
TEST(a_call_that_interrupts_another_one_is_refused_and_changes_nothing)
{
    struct bios_twin twin;

    start("linger");
    XenpvVcpi.busy = 1;
    CHECK_EQUAL(call(drive, CMD_READ, AT, 1, BUFFER), DISK_RET_ENOTREADY);
    CHECK_EQUAL(memory_manager.presence, 0);
    XenpvVcpi.busy = 0;
    check_both_ways(drive, 1, BUFFER);

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    memory_manager_install("EMMXXXX0");
    map_buffer(false);
    XenpvVcpi.busy = 1;
    CHECK_EQUAL(call(twin.drive, CMD_READ, AT, 1, BUFFER), DISK_RET_ENOTREADY);
    XenpvVcpi.busy = 0;
    CHECK_EQUAL(XenpvTwins[0].state, TWIN_PV);
    bios_check_served_by(&twin, 'p');
}

/* fault: call that never ends | while a call from virtual 8086 mode waits, a handler goes to real
 * mode and starts another boot | abandons the call; later calls are served in both modes */
TEST(another_boot_abandons_a_call_that_waits_in_ring_0)
{
    start("linger");
    XenpvVcpi.busy = 1;
    XenpvVcpi.stack_32 = (u32)(uintptr_t)&ExtraStack[300];
    StackPos = &ExtraStack[200];
    CHECK(disks_hold(xenpv_disks));
    memory_manager_reset();
    machine.caller = CALLER_FLAT_32;
    handle_19();
    CHECK_EQUAL(log_count("a call was abandoned"), 1);
    /* An offset in the segment of the variables. */
    CHECK(StackPos == &ExtraStack[BUILD_EXTRA_STACK_SIZE] - SYMBOL(zonelow_base));
    bios_check_read(drive, AT, 4);
    memory_manager_install("EMMXXXX0");
    map_buffer(false);
    check_both_ways(drive, 3, BUFFER);
}

/* fault: memory manager | it does not switch back to a call that waits | refuses all calls in
 * virtual 8086 mode, and lets no emulated disk serve them: a write may be in flight */
TEST(a_call_to_which_the_memory_manager_does_not_return_keeps_others_out)
{
    struct bios_twin twin;

    bios_start_twin(&twin, "linger", EMULATED_IDE);
    memory_manager_install("EMMXXXX0");
    map_buffer(false);
    memory_manager.refuses_return = true;
    log_reset();
    CHECK_EQUAL(call(twin.drive, CMD_WRITE, AT, 1, BUFFER), DISK_RET_ENOTREADY);
    CHECK_EQUAL(log_count("the memory manager does not return to a call"), 1);
    memory_manager.refuses_return = false;
    CHECK_EQUAL(call(twin.drive, CMD_WRITE, AT, 1, BUFFER), DISK_RET_ENOTREADY);
    CHECK_EQUAL(memory_manager.switches, 1);
    CHECK(!log_has("served by the emulated disk"));
}

/**** In strict mode ****/

TEST(a_buffer_in_many_pieces_takes_one_connection)
{
    static const u8 commands[] = {CMD_WRITE, CMD_READ};

    for (unsigned i = 0; i < ARRAY_SIZE(commands); i++) {
        start("strict");
        map_buffer(true);
        unsigned connects = backend->connects;
        CHECK_EQUAL(call(drive, commands[i], AT, 128, BUFFER + 0x100), DISK_RET_SUCCESS);
        /* POST has read ahead what the read wants. */
        CHECK_EQUAL(backend->connects - connects, commands[i] == CMD_WRITE);
        CHECK(!bios_is_open(backend));
        check_both_ways(drive, 128, BUFFER + 0x100);
        CHECK(!bios_is_open(backend));
    }
}

TEST(a_buffer_in_many_pieces_leaves_no_disk_open_if_it_fails)
{
    start("strict");
    map_buffer(true);
    backend->config.hook = backend_fail_writes;
    CHECK(call(drive, CMD_WRITE, AT, 128, BUFFER + 0x100) != DISK_RET_SUCCESS);
    CHECK(!bios_is_open(backend));
}

/**** Disks that are emulated as well ****/

TEST(with_vcpi_a_twin_stays_on_pv)
{
    static const enum emulated_kind kinds[] = {EMULATED_IDE, EMULATED_LSI, EMULATED_AHCI};

    for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
        struct bios_twin twin;

        bios_start_twin(&twin, "linger", kinds[i]);
        memory_manager_install("EMMXXXX0");
        map_buffer(true);
        check_both_ways(twin.drive, 9, BUFFER + 0x30);
        /* SeaBIOS' driver does the reset, and that of AHCI cannot run here. */
        CHECK_EQUAL(call(twin.drive, CMD_RESET, 0, 0, 0),
                    kinds[i] == EMULATED_AHCI ? DISK_RET_EPARAM : DISK_RET_SUCCESS);
        CHECK_EQUAL(bios_served(&twin), 'p');
        CHECK(!log_has("served by the emulated disk"));
        bios_check_served_by(&twin, 'p');
    }
}

TEST(with_vcpi_another_drive_closes_an_idle_disk)
{
    bios_reset("linger");
    backend = world_add_disk(XVD(4));
    struct emulated *floppy = emulated_add(EMULATED_FLOPPY, 0);
    bios_start();
    memory_manager_install("EMMXXXX0");
    world_pass_ms(IDLE_MS);
    CHECK(bios_is_open(backend));
    CHECK_EQUAL(bios_call(CALLER_VIRTUAL_8086, floppy->drive, CMD_READ, AT, 1), DISK_RET_SUCCESS);
    CHECK(!bios_is_open(backend));
    CHECK_EQUAL(memory_manager.switches, 1);
}

/**** Other services ****/

/* A medium may come later. */
TEST(a_drive_that_is_empty_in_post_is_reached_through_vcpi)
{
    char path[128];

    bios_reset("linger");
    backend = world_add_disk_of(XVD(5), BACKEND_QDISK_OLD);
    snprintf(path, sizeof(path), "%s/device-type", backend->frontend);
    world_detach(backend);
    world_attach(backend, "aio:");
    store_write(path, "cdrom");
    start_manager();
    drive = getDrive(EXTTYPE_CD, 0);
    CHECK(drive);
    world_detach(backend);
    world_attach(backend, "aio:/other.iso");
    store_write(path, "cdrom");
    world_pass_ms(IDLE_MS);
    CHECK_EQUAL(call(drive, CMD_READ, 3, 1, BUFFER), DISK_RET_ECHANGED);
    CHECK_EQUAL(call(drive, CMD_READ, 3, 1, BUFFER), DISK_RET_SUCCESS);
    CHECK(is_in_buffer(3 * 4, 4, BUFFER));
}

TEST(a_power_off_in_virtual_8086_mode_leaves_the_disks_flushed_and_closed)
{
    struct bregs regs = {.ax = 0x5307, .bx = 1, .cx = 3};

    start("linger");
    check_both_ways(drive, 3, BUFFER);
    CHECK(bios_is_open(backend));
    unsigned flushes = backend->flushes;
    machine.caller = CALLER_VIRTUAL_8086;
    handle_15(&regs);
    CHECK(!bios_is_open(backend));
    CHECK(backend->flushes > flushes);
    CHECK_EQUAL(machine.power_offs, 1);
}
