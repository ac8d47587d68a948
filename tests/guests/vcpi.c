/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Calls int13 from v86 mode under a memory manager with VCPI, which has the pages of the buffers
 * elsewhere. Transfers are printed as in reads.c and writes.c.
 *
 * Parameters
 *   twin   the disks are emulated as well, so the calls without VCPI are left out: after one of
 *          them the emulated disk serves the drive for good
 */
#include "drives.h"
#include "pattern.h"
#include "vcpi_server.h"

#define AREA            2048u /* a sector behind the program */
#define AREA_SECTORS    96u
#define AREA_COUNT_MOST 24u
#define TRANSFERS       14u
#define NESTED_TRIES    20u

/* Two thirds of the buffers' pages are in no order, the others in order, but elsewhere. */
#define PAGES         ((LOW_BUFFERS_END - LOW_BUFFERS) / PAGE_BYTES)
#define PAGES_MIXED   (2 * PAGES / 3)
#define PHYSICAL      0x00200000u
#define FIRMWARE      0x000f0000u
#define FIRMWARE_COPY 0x00290000u

/* In a buffer, and in memory that is not one. */
#define FILL       0xc5
#define FILL_OTHER 0x3a

#define VECTOR_TICK_USER 0x1cu
#define STATUS_NOT_READY 0xaau

/* Where the tests have their buffers: pages in no order. */
#define BUFFER (LOW_BUFFERS + 0x8000u)

extern volatile uint8_t nested_status, nested_on;
extern volatile uint16_t noted_stack;
extern uint8_t nested_tick[], noted_tick[];

typedef uint32_t unaligned_long __attribute__((aligned(1)));

static uint32_t next_salt;

/**** Memory as the memory manager has it ****/

static void map_buffers(void)
{
    for (uint32_t i = 0; i < PAGES; i++) {
        uint32_t place = i < PAGES_MIXED ? i ^ 1 : i;
        server_map(LOW_BUFFERS + i * PAGE_BYTES, PHYSICAL + place * PAGE_BYTES, PAGE_ALL);
    }
}

static void fill_memory(void)
{
    memset(at(LOW_BUFFERS), FILL_OTHER, LOW_BUFFERS_END - LOW_BUFFERS);
    memset(at(PHYSICAL), FILL, PAGES * PAGE_BYTES);
}

static uint8_t *byte_at(uint32_t linear)
{
    return at(server_physical(linear));
}

/* Check that the transfer has changed no memory but its buffer. */
static bool others_intact(uint32_t buffer, uint32_t bytes)
{
    const uint32_t *low = at(LOW_BUFFERS);
    unsigned wrong = 0;

    for (uint32_t i = 0; i < (LOW_BUFFERS_END - LOW_BUFFERS) / sizeof(*low); i++)
        wrong += low[i] != FILL_OTHER * 0x01010101u;
    check(!wrong, "the buffer's own address was written in %u words", wrong);
    for (uint32_t linear = LOW_BUFFERS; linear < LOW_BUFFERS_END; linear++) {
        if (linear == buffer)
            linear += bytes;
        wrong += linear < LOW_BUFFERS_END && *byte_at(linear) != FILL;
    }
    return check(!wrong, "%u bytes beside the buffer were written", wrong);
}

static void copy_from(uint32_t linear, uint8_t *to, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++)
        to[i] = *byte_at(linear + i);
}

static void fill_pattern(uint32_t linear, uint32_t lba, uint32_t count, uint32_t salt)
{
    for (uint32_t i = 0; i < count * SECTOR; i++) {
        uint32_t word = pattern_word(lba + i / SECTOR, salt, i % SECTOR / 4);
        *byte_at(linear + i) = (uint8_t)(word >> i % 4 * 8);
    }
}

/**** Transfers ****/

static struct outcome call(struct transfer *transfer)
{
    int13_mode = v86_bios_int;
    transfer_place(transfer);
    struct outcome outcome = int13_transfer(transfer, &drive_of(transfer->drive)->geometry);
    int13_mode = bios_int;
    return outcome;
}

/* Transfer, check memory and report. @expected: the status. */
static void transfer_one(struct transfer *transfer, uint8_t expected)
{
    bool write = transfer->operation == OPERATION_WRITE;
    uint32_t bytes = transfer->count * SECTOR, value = 0;

    fill_memory();
    if (write)
        fill_pattern(transfer->buffer, (uint32_t)transfer->lba, transfer->count, ++next_salt);
    struct outcome outcome = call(transfer);
    check(outcome.carry == (expected != STATUS_SUCCESS) && outcome.status == expected,
          "operation %u drive %x form %c lba %x count %x buffer %x: expected AH=%02x, got %02x",
          transfer->operation, transfer->drive, transfer->form, (uint32_t)transfer->lba,
          transfer->count, transfer->buffer, expected, outcome.status);
    others_intact(transfer->buffer, expected && !write ? 0 : bytes);
    if (expected)
        return;
    if (write) {
        value = next_salt;
    } else {
        copy_from(transfer->buffer, at(HIGH_BUFFERS), bytes);
        value = crc32(at(HIGH_BUFFERS), bytes);
    }
    transfer_report(write ? 'W' : 'R', transfer, value);
}

static struct transfer any_transfer(unsigned number)
{
    static const enum form forms_here[] = {FORM_LBA, FORM_CHS, FORM_LBA_SEGMENT, FORM_CHS_SEGMENT};
    uint32_t count = 1 + random_below(AREA_COUNT_MOST);

    return (struct transfer){
        .operation = number % 2 ? OPERATION_READ : OPERATION_WRITE,
        .form = forms_here[random_below(4)],
        .drive = (uint8_t)(FIRST_DRIVE + number / 2 % 2),
        .lba = AREA + random_below(AREA_SECTORS - count + 1),
        .count = count,
        .buffer = LOW_BUFFERS + PAGE_BYTES +
                  random_below((PAGES - 1) * PAGE_BYTES - AREA_COUNT_MOST * SECTOR),
    };
}

static struct transfer read_of(uint32_t lba, uint32_t count, uint32_t buffer)
{
    return (struct transfer){.operation = OPERATION_READ,
                             .form = FORM_LBA,
                             .drive = FIRST_DRIVE,
                             .lba = lba,
                             .count = count,
                             .buffer = buffer};
}

/**** The tests ****/

static void without_vcpi(void)
{
    struct transfer read = read_of(AREA, 3, BUFFER);

    server_start(NULL);
    map_buffers();
    transfer_one(&read, STATUS_PARAMETER);
    transfer_one(&read, STATUS_PARAMETER);
    check(server_counts.others == 0, "int 67h is called without a memory manager");

    server_start("EMMXXXX0");
    map_buffers();
    server_refuses = true;
    transfer_one(&read, STATUS_PARAMETER);
    server_refuses = false;

    memcpy(at(FIRMWARE_COPY), at(FIRMWARE), 0x10000);
    for (uint32_t offset = 0; offset < 0x10000; offset += PAGE_BYTES)
        server_map(FIRMWARE + offset, FIRMWARE_COPY + offset, PAGE_ALL);
    transfer_one(&read, STATUS_PARAMETER);
    check(server_counts.switches == 0, "ring 0 is entered with a remapped BIOS");
}

/* What is in the cache needs no wait: one switch. */
static void counts_of_a_call(void)
{
    struct transfer read = read_of(AREA, 2, BUFFER), first = read;

    transfer_one(&first, STATUS_SUCCESS);
    memset(&server_counts, 0, sizeof(server_counts));
    transfer_one(&read, STATUS_SUCCESS);
    print("VCPI presence=%u interface=%u switches=%u returns=%u others=%u\n",
          server_counts.presence, server_counts.interface, server_counts.switches,
          server_counts.returns, server_counts.others);
}

static void bad_buffers(void)
{
    struct transfer read = read_of(AREA, 16, BUFFER + 0x100), write = read;

    write.operation = OPERATION_WRITE;
    server_map(BUFFER + PAGE_BYTES, server_physical(BUFFER + PAGE_BYTES), PAGE_PRESENT | PAGE_USER);
    transfer_one(&read, STATUS_PARAMETER);
    transfer_one(&write, STATUS_SUCCESS);
    server_map(BUFFER + PAGE_BYTES, server_physical(BUFFER + PAGE_BYTES), 0);
    transfer_one(&read, STATUS_PARAMETER);
    transfer_one(&write, STATUS_PARAMETER);
    server_map(BUFFER + PAGE_BYTES, server_physical(BUFFER + PAGE_BYTES), PAGE_ALL);
    transfer_one(&read, STATUS_SUCCESS);
}

/* The BIOS' own handler of the tick runs during the calls of int 67h, and calls that of programs,
 * on the stack of the program that has called int13. */
static void interrupts_in_the_manager(void)
{
    uint32_t old = *(uint32_t *)at(VECTOR_TICK_USER * 4);
    struct transfer read = read_of(AREA, 2, BUFFER);

    *(uint32_t *)at(VECTOR_TICK_USER * 4) = (uint32_t)noted_tick;
    memset(&server_counts, 0, sizeof(server_counts));
    server_lets_interrupts_in = true;
    transfer_one(&read, STATUS_SUCCESS);
    server_lets_interrupts_in = false;
    *(uint32_t *)at(VECTOR_TICK_USER * 4) = old;
    check(!noted_stack, "a tick in the memory manager has the stack of segment %x", noted_stack);
    check(server_counts.presence == 1 && server_counts.interface == 1 && server_counts.ticks >= 2,
          "a call has %u ticks in the memory manager", server_counts.ticks);
}

/* A timer's interrupt comes while a call waits, and its handler calls int13. A tick that comes
 * before or after the call is served. */
static void nested(void)
{
    uint32_t old = *(uint32_t *)at(VECTOR_TICK_USER * 4);
    unsigned tries = 0;

    *(uint32_t *)at(VECTOR_TICK_USER * 4) = (uint32_t)nested_tick;
    memset(&server_counts, 0, sizeof(server_counts));
    while (nested_status != STATUS_NOT_READY && tries++ < NESTED_TRIES) {
        struct transfer write = read_of(AREA + tries, 1, BUFFER);
        write.operation = OPERATION_WRITE;
        nested_on = 1;
        transfer_one(&write, STATUS_SUCCESS);
        nested_on = 0;
    }
    *(uint32_t *)at(VECTOR_TICK_USER * 4) = old;
    print("NESTED status=%02x\n", nested_status);
    print("WAITS switches=%u returns=%u ticks=%u tries=%u\n", server_counts.switches,
          server_counts.returns, server_counts.ticks, tries);
    check(server_counts.switches == server_counts.returns && server_counts.switches > tries,
          "%u calls that wait made %u switches and %u returns", tries, server_counts.switches,
          server_counts.returns);
}

static void from_real_mode(void)
{
    struct transfer read = read_of(AREA, 8, LOW_BUFFERS);

    transfer_place(&read);
    struct outcome outcome = int13_transfer(&read, &drive_of(FIRST_DRIVE)->geometry);
    check(!outcome.carry, "a read from real mode: AH=%02x", outcome.status);
    transfer_report('R', &read, crc32(at(read.buffer), 8 * SECTOR));
}

void guest_main(void)
{
    if (!drives_learn())
        return;
    if (!param_is("twin"))
        without_vcpi();
    server_start("EMMQXXX0");
    map_buffers();
    counts_of_a_call();
    interrupts_in_the_manager();
    for (unsigned i = 0; i < TRANSFERS; i++) {
        struct transfer transfer = any_transfer(i);
        transfer_one(&transfer, STATUS_SUCCESS);
    }
    if (!param_is("twin"))
        bad_buffers();
    int13_mode = v86_bios_int;
    check(!int13_simple(0x00, FIRST_DRIVE).carry, "a reset fails");
    int13_mode = bios_int;
    nested();
    from_real_mode();
}
