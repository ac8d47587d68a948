/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Prints the BIOS' reports about memory, checks that they agree, then overwrites all RAM below 4
 * GiB that they name.
 *
 * Output for tests/dom0-tools/compare-e820.c: "e820 FROM END TYPE" for each entry, in hexadecimal,
 * and "NAME VALUE" for the older calls. After all RAM has been overwritten, a disk must still read
 * as before, and the ACPI tables must be whole.
 *
 * Parameters:
 *   stock      this is SeaBIOS alone
 *   memory=MIB the memory of a PVH guest, of which the firmware may keep at most keeps=KIB
 *   step=N     write and read only one of N words, where there is too much memory for the emulator
 *
 * Drives: the boot drive and 81h.
 */
#include "acpi_sums.h"
#include "buffer.h"

#define DRIVE   (FIRST_DRIVE + 1)
#define ENTRIES 64u
#define RAM     1u

/* Below this are the BIOS's variables, our stack and the program. */
#define FIRST_FREE 0x10000u

/* The window that hvmloader leaves free for special frames of Xen. */
#define RESERVED_WINDOW     0xfe700000u
#define RESERVED_WINDOW_END 0xfe800000u

/* In a PVH guest, Xen has frames of its own from here to 4 GiB, and RAM goes on behind that. */
#define PVH_LOW_END 0xfc000000u
#define GIB_4       (1ull << 32)
#define MIB         (1u << 20)

#define READ_LBA   100u
#define READ_COUNT 16u

struct entry {
    uint64_t base;
    uint64_t length;
    uint32_t type;
};

static struct entry entries[ENTRIES];
static unsigned count;

/**** The BIOS' reports ****/

static void read_e820(void)
{
    /* Static, so that segment 0 reaches it. */
    static struct {
        uint64_t base, length;
        uint32_t type;
    } __attribute__((packed)) buffer;
    struct regs regs = {0};

    do {
        regs.eax = 0xe820;
        regs.edx = 0x534d4150;
        regs.ecx = sizeof(buffer);
        regs.edi = (uint32_t)&buffer;
        regs.es = 0;
        bios_int(0x15, &regs);
        if (!check(
                !(regs.eflags & FLAG_CARRY) && regs.eax == 0x534d4150 && regs.ecx == sizeof(buffer),
                "e820, entry %u: expected success, got EAX=%x ECX=%x", count, regs.eax, regs.ecx))
            return;
        entries[count] = (struct entry){buffer.base, buffer.length, buffer.type};
        print("e820 %llx %llx %x\n", buffer.base, buffer.base + buffer.length, buffer.type);
        count++;
    } while (regs.ebx && count < ENTRIES);
    check(!regs.ebx, "e820 has more than %u entries", ENTRIES);
}

/* The end of the RAM in one piece that begins at or below an address; 0 if there is none. */
static uint64_t ram_end(uint64_t from)
{
    uint64_t end = 0;

    for (unsigned i = 0; i < count; i++)
        if (entries[i].type == RAM && entries[i].base <= from &&
            entries[i].base + entries[i].length > from)
            end = entries[i].base + entries[i].length;
    return end;
}

static void read_conventional(void)
{
    struct regs regs = {0};

    bios_int(0x12, &regs);
    print("int12 %x\n", (uint16_t)regs.eax);
    check((uint16_t)regs.eax == ram_end(0) / 1024, "int12: expected %x, got %x",
          (uint32_t)ram_end(0) / 1024, (uint16_t)regs.eax);
    uint16_t ebda = *(volatile uint16_t *)at(0x40e);
    print("ebda %x\n", ebda);
}

/* The calls that report the memory from 1 MiB on: the most that they can say is 63 MiB, and 15 MiB
 * with 64 KiB blocks from 16 MiB on. */
static void read_extended(void)
{
    uint32_t end = (uint32_t)ram_end(MIB);
    uint32_t kib = end > 64 * MIB ? 63 * 1024 : (end - MIB) / 1024;
    uint32_t low_kib = end > 16 * MIB ? 15 * 1024 : (end - MIB) / 1024;
    uint32_t blocks = end > 16 * MIB ? (end - 16 * MIB) / 65536 : 0;
    struct regs regs = {.eax = 0x8800};

    bios_int(0x15, &regs);
    print("int15-88 %x\n", (uint16_t)regs.eax);
    check((uint16_t)regs.eax == kib, "int15 88h: expected %x, got %x", kib, (uint16_t)regs.eax);
    regs = (struct regs){.eax = 0xe801};
    bios_int(0x15, &regs);
    print("int15-e801 %x:%x\n", (uint16_t)regs.eax, (uint16_t)regs.ebx);
    check((uint16_t)regs.eax == low_kib && (uint16_t)regs.ecx == low_kib &&
              (uint16_t)regs.ebx == blocks && (uint16_t)regs.edx == blocks,
          "int15 E801h: expected %x:%x, got AX=%x BX=%x CX=%x DX=%x", low_kib, blocks,
          (uint16_t)regs.eax, (uint16_t)regs.ebx, (uint16_t)regs.ecx, (uint16_t)regs.edx);
}

static void check_e820(void)
{
    bool window = false;

    for (unsigned i = 0; i < count; i++) {
        uint64_t end = entries[i].base + entries[i].length;
        check(entries[i].length && end > entries[i].base, "e820: entry %u is empty or wraps", i);
        for (unsigned j = 0; j < i; j++)
            check(entries[i].base >= entries[j].base + entries[j].length || entries[j].base >= end,
                  "e820: entries %u and %u overlap", j, i);
        if (entries[i].type != RAM && entries[i].base <= RESERVED_WINDOW &&
            end >= RESERVED_WINDOW_END)
            window = true;
    }
    check(window, "e820: %x-%x, where special frames are, is not reserved", RESERVED_WINDOW,
          RESERVED_WINDOW_END);
}

/* What the parameters leave below 4 GiB for programs at least; all of it. */
static uint32_t low_least, low_most;

/* Check the reports of a PVH guest against the memory that it was given. */
static void check_given(uint32_t mib)
{
    uint64_t given = (uint64_t)mib << 20, high = 0;
    uint32_t end = (uint32_t)ram_end(MIB);

    low_most = given < PVH_LOW_END ? (uint32_t)given : PVH_LOW_END;
    low_least = low_most - param_number("keeps=", 0) * 1024;
    check(end >= low_least && end <= low_most, "e820: expected RAM up to %x, at least %x, got %x",
          low_most, low_least, end);
    for (unsigned i = 0; i < count; i++) {
        uint64_t base = entries[i].base, length = entries[i].length;
        if (entries[i].type != RAM)
            continue;
        if (base >= GIB_4)
            high += length;
        check(base >= GIB_4 || base + length <= low_most, "e820: RAM from %llx to %llx", base,
              base + length);
    }
    check(high == given - low_most, "e820: expected %llx of RAM above 4 GiB, got %llx",
          given - low_most, high);
    check(!high || ram_end(GIB_4) == GIB_4 + high, "e820: the RAM above 4 GiB is in pieces");
}

/**** Using it ****/

static uint32_t step;

/* The part of an entry to overwrite: whole dwords below 4 GiB, without what this program needs. */
static bool usable_part(const struct entry *entry, uint32_t *from, uint32_t *words)
{
    uint64_t start = entry->base, end = entry->base + entry->length;

    if (entry->type != RAM || start >= 1ull << 32)
        return false;
    if (end > 0xfffffff0ull)
        end = 0xfffffff0ull;
    if (start < FIRST_FREE)
        start = FIRST_FREE;
    if (start >= end)
        return false;
    *from = ((uint32_t)start + 3) & ~3u;
    *words = ((uint32_t)end - *from) / 4;
    return true;
}

/* Each word depends on its address, which shows memory that appears at two addresses. */
static uint32_t pattern(uint32_t address, uint32_t round)
{
    uint32_t x = address * 0x9e3779b1u;

    x ^= x >> 15;
    return round ? ~x : x;
}

static void fill(uint32_t from, uint32_t words, uint32_t round, uint32_t each)
{
    uint32_t *word = at(from);

    for (uint32_t i = 0; i < words; i += each)
        word[i] = pattern(from + i * 4, round);
}

static void fill_all(uint32_t round)
{
    uint32_t from, words;

    for (unsigned i = 0; i < count; i++) {
        if (usable_part(&entries[i], &from, &words))
            fill(from, words, round, step);
    }
}

static void expect_all(uint32_t round)
{
    uint32_t from, words, total = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!usable_part(&entries[i], &from, &words))
            continue;
        const uint32_t *word = at(from);
        for (uint32_t j = 0; j < words; j += step) {
            uint32_t expected = pattern(from + j * 4, round);
            if (word[j] == expected)
                continue;
            check(false, "RAM at %x: expected %08x, got %08x", from + j * 4, expected, word[j]);
            j += 1024 - 1024 % step; /* one message for a page */
        }
        total += words * 4;
    }
    uint32_t least = low_least ? low_least - MIB : 32 * MIB;
    check(total >= least, "expected %u bytes of RAM at least, used %u", least, total);
    print("round %u: %u bytes written and read\n", round, total);
}

/**** A disk, while RAM holds a pattern ****/

static uint32_t read_disk(enum form form, uint32_t buffer)
{
    struct transfer read = {.operation = OPERATION_READ,
                            .form = form,
                            .drive = DRIVE,
                            .lba = READ_LBA,
                            .count = READ_COUNT,
                            .buffer = buffer};
    struct outcome outcome;

    transfer_place(&read);
    outcome = int13_transfer(&read, NULL);
    check(!outcome.carry, "read of drive %x: expected success, got AH=%02x", DRIVE, outcome.status);
    return crc32(at(buffer), READ_COUNT * SECTOR);
}

/* A driver must keep all its data in memory that it has reserved: reads still work, and the pattern
 * stays. */
static void expect_disk(uint32_t expected, enum form form, uint32_t buffer, uint32_t round)
{
    uint32_t crc = read_disk(form, buffer);

    check(crc == expected, "form %c: the disk reads differently: expected checksum %08x, got %08x",
          form, expected, crc);
    fill(buffer, READ_COUNT * SECTOR / 4, round, 1);
}

static bool has_high_buffers(void)
{
    return !param_is("stock") && ram_end(HIGH_BUFFERS) >= HIGH_BUFFERS + READ_COUNT * SECTOR;
}

static void check_reports(void)
{
    uint32_t mib = param_number("memory=", 0);

    read_e820();
    read_conventional();
    read_extended();
    check_e820();
    if (mib)
        check_given(mib);
    acpi_sums_check();
}

void guest_main(void)
{
    if (!check(boot_drive == FIRST_DRIVE, "booted from %x, expected 80", boot_drive))
        return;
    step = param_number("step=", 1);
    check_reports();
    uint32_t crc = read_disk(FORM_LBA, LOW_BUFFERS);
    print("disk %08x\n", crc); /* the scenario checks it */
    for (uint32_t round = 0; round < 2; round++) {
        fill_all(round);
        expect_disk(crc, FORM_LBA, LOW_BUFFERS, round);
        if (has_high_buffers())
            expect_disk(crc, FORM_FLAT_HIGH, HIGH_BUFFERS, round);
        expect_all(round);
    }
    acpi_sums_check();
}
