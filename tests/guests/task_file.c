/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives the registers of emulated IDE disks, as an operating system would. */
#include "task_file.h"
#include "ports.h"
#include "timer.h"

#define REGISTER_DATA    0
#define REGISTER_COUNT   2
#define REGISTER_LBA     3 /* three of them */
#define REGISTER_DEVICE  6
#define REGISTER_STATUS  7
#define REGISTER_COMMAND 7

#define STATUS_BUSY  0x80
#define STATUS_READY 0x40
#define STATUS_FAULT 0x20
#define STATUS_DATA  0x08
#define STATUS_ERROR 0x01
#define NO_ANSWER    0xff

#define DEVICE_LBA 0xe0

#define COMMAND_READ  0x20
#define COMMAND_WRITE 0x30
#define COMMAND_FLUSH 0xe7

#define CONTROL_NO_INTERRUPTS 0x02

#define LIMIT_S      20u
#define SECTOR_WORDS 256u

static const uint16_t ports[] = {0x1f0, 0x170};
static const uint16_t control_ports[] = {0x3f6, 0x376};

/* Wait until the disk is not busy. Returns its status. */
static uint8_t wait(const struct ide_disk *disk)
{
    uint16_t port = ports[disk->channel];
    uint32_t before = timer_read(), ticks = 0;

    while (ticks / TIMER_HZ < LIMIT_S) {
        uint8_t status = port_read8(port + REGISTER_STATUS);
        if (!(status & STATUS_BUSY))
            return status;
        ticks += timer_lap(&before);
    }
    return NO_ANSWER;
}

static uint8_t command(const struct ide_disk *disk, uint8_t code, uint32_t lba)
{
    uint16_t port = ports[disk->channel];

    port_write8(port + REGISTER_DEVICE, (uint8_t)(DEVICE_LBA | disk->unit << 4 | lba >> 24));
    port_write8(control_ports[disk->channel], CONTROL_NO_INTERRUPTS);
    uint8_t status = wait(disk);
    if (status & STATUS_BUSY || !(status & STATUS_READY))
        return NO_ANSWER;
    port_write8(port + REGISTER_COUNT, 1);
    for (unsigned byte = 0; byte < 3; byte++)
        port_write8((uint16_t)(port + REGISTER_LBA + byte), (uint8_t)(lba >> byte * 8));
    port_write8(port + REGISTER_COMMAND, code);
    return wait(disk);
}

/* The error bits of a status; data request counts as one if it differs from what is expected. */
static uint8_t failure(uint8_t status, uint8_t data_request)
{
    uint8_t bits = status & (STATUS_BUSY | STATUS_FAULT | STATUS_ERROR);

    return (status & STATUS_DATA) == data_request ? bits : (uint8_t)(bits | STATUS_DATA);
}

uint8_t task_file_read(const struct ide_disk *disk, uint32_t lba, uint32_t count, void *to)
{
    for (; count; count--, lba++) {
        uint32_t words = SECTOR_WORDS;
        uint8_t wrong = failure(command(disk, COMMAND_READ, lba), STATUS_DATA);
        if (wrong)
            return wrong;
        __asm__ volatile("rep insw"
                         : "+D"(to), "+c"(words)
                         : "d"(ports[disk->channel] + REGISTER_DATA)
                         : "memory");
    }
    return failure(wait(disk), 0);
}

uint8_t task_file_write(const struct ide_disk *disk, uint32_t lba, uint32_t count, const void *from)
{
    uint8_t wrong = 0;

    for (; count && !wrong; count--, lba++) {
        uint32_t words = SECTOR_WORDS;
        wrong = failure(command(disk, COMMAND_WRITE, lba), STATUS_DATA);
        if (wrong)
            break;
        __asm__ volatile("rep outsw"
                         : "+S"(from), "+c"(words)
                         : "d"(ports[disk->channel] + REGISTER_DATA)
                         : "memory");
        wrong = failure(wait(disk), 0);
    }
    return wrong;
}

uint8_t task_file_flush(const struct ide_disk *disk)
{
    return failure(command(disk, COMMAND_FLUSH, 0), 0);
}
