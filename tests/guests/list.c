/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Prints all that int13 reports of the drives, and checksums of sectors. Two BIOSes that show the
 * same disks in the same way give the same lines. With the parameter "wait", the program prints
 * "WAIT" at the end and waits for a key.
 */
#include "drives.h"
#include "keyboard.h"

#define FLOPPIES       2u
#define HARD_DISKS     8u
#define FIRST_CD_ROM   0xe0
#define CD_ROMS        2u
#define BUFFER         (LOW_BUFFERS + 0x10000)
#define BIOS_DISKS     0x475u /* number of hard disks in the BIOS' data area */
#define CD_ROM_SECTORS 4      /* blocks of 2048 bytes */

#define TABLE_HEAD    26u /* bytes of function 48h before the pointer */
#define TABLE_TAIL    30u /* and after it */
#define POINTER_BYTES 16u /* where it points to */

static void print_bytes(const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;

    while (size--)
        print("%02x", *byte++);
}

static struct outcome report(uint8_t function, uint8_t drive, struct regs regs)
{
    struct outcome outcome = int13(function, drive, regs);

    print("L %x %02xh carry=%u ax=%04x bx=%04x cx=%04x dx=%04x\n", drive, function, outcome.carry,
          outcome.regs.eax & 0xffff, outcome.regs.ebx & 0xffff, outcome.regs.ecx & 0xffff,
          outcome.regs.edx & 0xffff);
    return outcome;
}

/* The table has a pointer to another one, which may be anywhere: print that one too. */
static void report_table(uint8_t drive, uint16_t size)
{
    struct drive_table table = {.size = size};
    struct outcome outcome = int13_table(drive, &table);
    const uint8_t *bytes = (const uint8_t *)&table;
    uint16_t offset = (uint16_t)(bytes[26] | bytes[27] << 8);
    uint16_t segment = (uint16_t)(bytes[28] | bytes[29] << 8);

    print("L %x 48h carry=%u ah=%02x ", drive, outcome.carry, outcome.status);
    print_bytes(bytes, TABLE_HEAD);
    if (size > TABLE_HEAD) {
        print(" ");
        print_bytes(bytes + TABLE_TAIL, sizeof(table) - TABLE_TAIL);
    }
    if (table.size >= TABLE_TAIL && (segment || offset) && segment != 0xffff) {
        print(" ");
        print_bytes(at(segment * 16u + offset), POINTER_BYTES);
    }
    print("\n");
}

static void report_sectors(uint8_t drive, const char *what, uint8_t function, uint64_t lba,
                           uint16_t count)
{
    struct packet packet = {.size = 0x10, .count = count, .segment = BUFFER >> 4, .lba = lba};
    struct outcome outcome;

    memset(at(BUFFER), 0, MOST_SECTORS * SECTOR);
    if (function == 0x02)
        outcome = int13_chs(0x02, drive, 0, 0, 1, (uint8_t)count, BUFFER);
    else
        outcome = int13_packet(function, drive, &packet, 0);
    print("L %x %s carry=%u ah=%02x crc=%08x\n", drive, what, outcome.carry, outcome.status,
          crc32(at(BUFFER), MOST_SECTORS * SECTOR));
}

static void report_drive(uint8_t drive)
{
    static const uint16_t sizes[] = {26, 30, 66, 74};

    report(0x15, drive, (struct regs){0});
    report(0x41, drive, (struct regs){.ebx = 0x55aa});
    report(0x10, drive, (struct regs){0});
    report(0x01, drive, (struct regs){0});
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        report_table(drive, sizes[i]);
}

static void report_disk(uint8_t drive)
{
    uint32_t end = (uint32_t)sectors_read(drive);

    report_drive(drive);
    report_sectors(drive, "first track", 0x02, 0, 17);
    report_sectors(drive, "first sectors", 0x42, 0, 100);
    report_sectors(drive, "middle", 0x42, end / 2, 33);
    report_sectors(drive, "end", 0x42, end - 9, 9);
    report_sectors(drive, "beyond the end", 0x42, end, 1);
    report_sectors(drive, "verify", 0x44, 5, 9);
}

void guest_main(void)
{
    print("L booted from %x, %u hard disks\n", boot_drive, *(uint8_t *)at(BIOS_DISKS));
    for (uint8_t drive = 0; drive < FLOPPIES; drive++)
        report(0x08, drive, (struct regs){0});
    for (unsigned i = 0; i < HARD_DISKS; i++) {
        uint8_t drive = (uint8_t)(FIRST_DRIVE + i);
        if (!report(0x08, drive, (struct regs){0}).carry)
            report_disk(drive);
    }
    for (unsigned i = 0; i < CD_ROMS; i++) {
        report_drive((uint8_t)(FIRST_CD_ROM + i));
        report_sectors((uint8_t)(FIRST_CD_ROM + i), "CD", 0x42, 16, MOST_SECTORS / CD_ROM_SECTORS);
    }
    check(true, "the end");
    if (param_is("wait")) {
        print("WAIT\n");
        keyboard_wait();
    }
}
