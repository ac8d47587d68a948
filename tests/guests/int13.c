/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* int13 calls: registers, packets, CHS. */
#include "int13.h"

_Static_assert(sizeof(struct packet) == 24, "size of the EDD 3.0 packet");
_Static_assert(sizeof(struct drive_table) == 74, "size of the EDD 3.0 drive table");

/* Static data lies below 64 KiB: segment 0 reaches it. */
static struct packet call_packet;
static struct drive_table call_table;

void (*int13_mode)(uint8_t, struct regs *) = bios_int;

struct outcome int13(uint8_t function, uint8_t drive, struct regs regs)
{
    struct outcome outcome = {0};

    regs.eax = (regs.eax & ~0xff00u) | (uint32_t)function << 8;
    regs.edx = (regs.edx & ~0xffu) | drive;
    int13_mode(0x13, &regs);
    outcome.carry = regs.eflags & FLAG_CARRY;
    outcome.status = (uint8_t)(regs.eax >> 8);
    outcome.al = (uint8_t)regs.eax;
    outcome.regs = regs;
    return outcome;
}

struct outcome int13_simple(uint8_t function, uint8_t drive)
{
    return int13(function, drive, (struct regs){0});
}

struct outcome int13_packet(uint8_t function, uint8_t drive, const struct packet *packet,
                            uint8_t al)
{
    call_packet = *packet;
    struct outcome outcome =
        int13(function, drive, (struct regs){.esi = (uint32_t)&call_packet, .eax = al});
    outcome.count = call_packet.count;
    return outcome;
}

struct outcome int13_chs(uint8_t function, uint8_t drive, uint32_t cylinder, uint32_t head,
                         uint32_t sector, uint8_t count, uint32_t buffer)
{
    return int13(function, drive,
                 (struct regs){
                     .eax = count,
                     .ecx = (cylinder & 0xff) << 8 | (cylinder >> 8 & 3) << 6 | sector,
                     .edx = head << 8,
                     .es = (uint16_t)(buffer >> 4),
                     .ebx = buffer & 15,
                 });
}

struct outcome int13_table(uint8_t drive, struct drive_table *table)
{
    call_table = *table;
    struct outcome outcome = int13(0x48, drive, (struct regs){.esi = (uint32_t)&call_table});
    *table = call_table;
    return outcome;
}

bool geometry_read(uint8_t drive, struct geometry *geometry)
{
    struct outcome outcome = int13_simple(0x08, drive);
    uint32_t cx = outcome.regs.ecx;

    if (!check(!outcome.carry, "int13 08h, drive %x: expected success, got AH=%02x", drive,
               outcome.status))
        return false;
    geometry->cylinders = ((cx >> 8 & 0xff) | (cx & 0xc0) << 2) + 1;
    geometry->heads = (outcome.regs.edx >> 8 & 0xff) + 1;
    geometry->sectors = cx & 0x3f;
    geometry->drives = (uint8_t)outcome.regs.edx;
    return true;
}

uint64_t sectors_read(uint8_t drive)
{
    struct drive_table table = {.size = 26};
    struct outcome outcome = int13_table(drive, &table);

    if (!check(!outcome.carry, "int13 48h, drive %x: expected success, got AH=%02x", drive,
               outcome.status))
        return 0;
    return table.sectors;
}

void transfer_place(struct transfer *transfer)
{
    uint32_t offset = transfer->buffer & 15;

    switch (transfer->form) {
    case FORM_FLAT:
    case FORM_FLAT_HIGH:
        transfer->segment = transfer->offset = 0xffff;
        return;
    case FORM_CHS_SEGMENT:
    case FORM_LBA_SEGMENT:
        /* The same linear address, from a segment that ends somewhere in the transfer. */
        offset = 0x10000 - 1 - random_below(transfer->count * SECTOR - 16);
        offset -= (offset - transfer->buffer) & 15;
        break;
    case FORM_LBA_HMA:
        offset = transfer->buffer - 0xffff0;
        break;
    case FORM_CHS:
    case FORM_LBA:
        break;
    }
    transfer->offset = (uint16_t)offset;
    transfer->segment = (uint16_t)((transfer->buffer - offset) >> 4);
}

static struct outcome transfer_chs(const struct transfer *transfer, const struct geometry *geometry)
{
    uint32_t lba = (uint32_t)transfer->lba;
    uint32_t track = lba / geometry->sectors;
    uint32_t cylinder = track / geometry->heads;

    return int13(transfer->operation, transfer->drive,
                 (struct regs){
                     .eax = transfer->count,
                     .ecx = (cylinder & 0xff) << 8 | (cylinder >> 8 & 3) << 6 |
                            (lba % geometry->sectors + 1),
                     .edx = track % geometry->heads << 8,
                     .es = transfer->segment,
                     .ebx = transfer->offset,
                 });
}

struct outcome int13_transfer(const struct transfer *transfer, const struct geometry *geometry)
{
    struct packet packet = {
        .size = 0x10,
        .count = (uint16_t)transfer->count,
        .segment = transfer->segment,
        .offset = transfer->offset,
        .lba = transfer->lba,
        /* Valid only if the pointer is ffff:ffff. If the BIOS uses it here, it does damage. */
        .flat = 0x7c00,
    };

    switch (transfer->form) {
    case FORM_CHS:
    case FORM_CHS_SEGMENT:
        return transfer_chs(transfer, geometry);
    case FORM_FLAT:
    case FORM_FLAT_HIGH:
        packet.flat = transfer->buffer;
        packet.size = 0x18;
        break;
    case FORM_LBA:
    case FORM_LBA_SEGMENT:
    case FORM_LBA_HMA:
        if (transfer->lba & 1)
            packet.size = 0x18;
        break;
    }
    return int13_packet((uint8_t)(transfer->operation + 0x40), transfer->drive, &packet,
                        transfer->flags);
}
