/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The drives of this machine. */
#include "drives.h"

const enum form forms[FORMS] = {FORM_CHS,     FORM_CHS_SEGMENT, FORM_LBA,      FORM_LBA_SEGMENT,
                                FORM_LBA_HMA, FORM_FLAT,        FORM_FLAT_HIGH};
unsigned drive_count;

static struct drive drives[DRIVES_MOST];

const struct drive *drive_of(uint8_t number)
{
    return &drives[number - FIRST_DRIVE];
}

static bool learn(uint8_t number, struct drive *drive)
{
    drive->sectors = (uint32_t)sectors_read(number);
    if (!drive->sectors || !geometry_read(number, &drive->geometry))
        return false;
    drive->chs_sectors =
        drive->geometry.cylinders * drive->geometry.heads * drive->geometry.sectors;
    print("drive %x: sectors %x, geometry %u/%u/%u\n", number, drive->sectors,
          drive->geometry.cylinders, drive->geometry.heads, drive->geometry.sectors);
    return check(drive->chs_sectors <= drive->sectors && drive->chs_sectors >= 2 * MOST_SECTORS,
                 "drive %x: geometry of %x sectors on a disk of %x", number, drive->chs_sectors,
                 drive->sectors);
}

bool drives_learn(void)
{
    struct geometry geometry;

    if (!check(boot_drive == FIRST_DRIVE, "booted from %x, expected 80", boot_drive) ||
        !geometry_read(FIRST_DRIVE, &geometry))
        return false;
    if (!check(geometry.drives >= 2 && geometry.drives <= DRIVES_MOST,
               "08h: expected 2 to %u drives, got %u", DRIVES_MOST, geometry.drives))
        return false;
    drive_count = geometry.drives;
    for (unsigned i = 0; i < drive_count; i++) {
        if (!learn((uint8_t)(FIRST_DRIVE + i), &drives[i]))
            return false;
    }
    return true;
}

uint32_t drive_reach(uint8_t number, enum form form)
{
    bool chs = form == FORM_CHS || form == FORM_CHS_SEGMENT;

    return chs ? drive_of(number)->chs_sectors : drive_of(number)->sectors;
}

uint32_t drive_any_lba(uint8_t number, enum form form, uint32_t count)
{
    return random_below(drive_reach(number, form) - count + 1);
}

bool form_usable(enum form form)
{
    const char *chosen = param_text("forms=");

    if (param_is("noflat") && (form == FORM_FLAT || form == FORM_FLAT_HIGH))
        return false;
    if (!chosen)
        return true;
    for (; *chosen && *chosen != ' '; chosen++) {
        if (*chosen == (char)form)
            return true;
    }
    return false;
}

void transfer_report(char kind, const struct transfer *transfer, uint32_t value)
{
    print("%c %x %c %x %x ", kind, transfer->drive, transfer->form, (uint32_t)transfer->lba,
          transfer->count);
    if (transfer->segment == 0xffff && transfer->offset == 0xffff)
        print("%x", transfer->buffer);
    else
        print("%x:%x", transfer->segment, transfer->offset);
    print(" %x\n", value);
}
