/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Ends a PVH guest, or its own run, after writes to two disks by int13. The parameter says how:
 *
 *   vector    a jump to the reset vector, after writes to the ports that reset a PC
 *   int18     the BIOS boots from the next device, of which there is none
 *   int19     the BIOS boots again
 *   apm       a power-off
 *
 * A sector of the boot disk counts the boots. From the second one on, the program only writes.
 */
#include "int13.h"
#include "ports.h"

#define SECOND_DRIVE (FIRST_DRIVE + 1)

#define COUNT_SECTOR 1000u
#define COUNT_MAGIC  0x746f6f62u
#define DATA_SECTOR  1100u
#define DATA_COUNT   8u

/* An unused software interrupt, and the address where a processor starts. */
#define VECTOR       0xf0
#define RESET_VECTOR 0xffff0000u

/* What resets a PC: its keyboard controller, its chip set, its fast A20 port. */
#define PORT_KEYBOARD  0x64
#define KEYBOARD_RESET 0xfe
#define PORT_CHIP_SET  0xcf9
#define PORT_SYSTEM    0x92

#define APM_SIGNATURE 0x504du /* "PM" */

struct boots {
    uint32_t magic, count;
};

static void transfer(enum operation operation, uint8_t drive, uint32_t sector, uint32_t count)
{
    struct transfer transfer = {.operation = operation,
                                .form = FORM_LBA,
                                .drive = drive,
                                .lba = sector,
                                .count = count,
                                .buffer = LOW_BUFFERS};
    transfer_place(&transfer);
    struct outcome outcome = int13_transfer(&transfer, NULL);
    check(!outcome.carry, "int13 %x, drive %x, sector %u: status %x", operation, drive, sector,
          outcome.status);
}

/* Return: which boot of this disk this is, from 1 on. */
static uint32_t count_boot(void)
{
    struct boots *boots = at(LOW_BUFFERS);

    transfer(OPERATION_READ, FIRST_DRIVE, COUNT_SECTOR, 1);
    uint32_t count = boots->magic == COUNT_MAGIC ? boots->count + 1 : 1;
    memset(boots, 0, SECTOR);
    *boots = (struct boots){.magic = COUNT_MAGIC, .count = count};
    transfer(OPERATION_WRITE, FIRST_DRIVE, COUNT_SECTOR, 1);
    return count;
}

/* Other data in another place at each boot. */
static void write_data(uint8_t drive, uint32_t boot)
{
    uint32_t *data = at(LOW_BUFFERS), sector = DATA_SECTOR + boot * DATA_COUNT;

    for (uint32_t i = 0; i < DATA_COUNT * SECTOR / sizeof(*data); i++)
        data[i] = random32() + boot * 0x01010101u + drive;
    transfer(OPERATION_WRITE, drive, sector, DATA_COUNT);
    print("wrote %x %u %08x\n", drive, sector, crc32(data, DATA_COUNT * SECTOR));
}

static void reset_by_vector(void)
{
    struct regs regs = {0};

    *(uint32_t *)at(VECTOR * sizeof(uint32_t)) = RESET_VECTOR;
    bios_int(VECTOR, &regs);
}

static void try_ports(void)
{
    port_write8(PORT_KEYBOARD, KEYBOARD_RESET);
    port_write8(PORT_SYSTEM, port_read8(PORT_SYSTEM) | 1);
    port_write8(PORT_CHIP_SET, 0x02);
    port_write8(PORT_CHIP_SET, 0x06);
    print("PORTS %x %x %x\n", port_read8(PORT_KEYBOARD), port_read8(PORT_SYSTEM),
          port_read8(PORT_CHIP_SET));
}

static struct regs apm(uint32_t function, uint32_t device, uint32_t state)
{
    struct regs regs = {.eax = 0x5300 | function, .ebx = device, .ecx = state};

    bios_int(0x15, &regs);
    check(!(regs.eflags & FLAG_CARRY), "APM %x fails", function);
    return regs;
}

/* As programs for DOS do it: is it there, connect, say which version is known, switch all off. */
static void power_off(void)
{
    struct regs regs = apm(0x00, 0, 0);

    check((regs.ebx & 0xffff) == APM_SIGNATURE, "there is no APM: %x", regs.ebx);
    apm(0x01, 0, 0);
    apm(0x0e, 0, 0x0102);
    print("GOING passed=%u failed=%u\n", checks_passed, checks_failed);
    apm(0x07, 1, 3);
}

void guest_main(void)
{
    struct regs regs = {0};
    uint32_t boot = count_boot();

    write_data(FIRST_DRIVE, boot);
    write_data(SECOND_DRIVE, boot);
    print("BOOT %u passed=%u failed=%u\n", boot, checks_passed, checks_failed);
    if (boot > 1)
        return;
    if (param_is("apm")) {
        power_off();
    } else if (param_is("int18")) {
        bios_int(0x18, &regs);
    } else if (param_is("int19")) {
        bios_int(0x19, &regs);
    } else {
        try_ports();
        reset_by_vector();
    }
    check(false, "the program goes on");
}
