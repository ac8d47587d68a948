/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Uses a disk as DOS does: resident code hooks int13, and the program reads and writes a FAT12
 * volume by CHS, cluster by cluster. Some calls come from v86 mode, as with a memory manager. The
 * program copies the file SOURCE.BIN to COPY.BIN (fat-volume in dom0 makes the first and checks the
 * second).
 *
 * Parameters
 *   calls=LIST   the modes of the calls, one letter a call, repeated: b real mode, v v86 mode
 */
#include "dos_disk.h"
#include "drives.h"
#include "v86.h"
#include "volume.h"

/* The mode of the next call, a letter of the parameter. */
static char next_call(void)
{
    const char *list = params;
    size_t length = 0;

    while (*list && *list != '=')
        list++;
    if (!*list++)
        return 'b';
    while (list[length] == 'b' || list[length] == 'v')
        length++;
    return length ? list[volume_calls_made() % length] : 'b';
}

static void call(uint8_t vector, struct regs *regs)
{
    if (next_call() == 'v')
        v86_bios_int(vector, regs);
    else
        bios_int(vector, regs);
}

void guest_main(void)
{
    if (!drives_learn())
        return;
    dos_disk_hook();
    volume_use(FIRST_DRIVE, &drive_of(FIRST_DRIVE)->geometry);
    int13_mode = call;
    dos_disk_copy();
    int13_mode = bios_int;
    check(dos_disk_hooked() == volume_calls_made(), "the resident code saw %u of %u calls",
          dos_disk_hooked(), volume_calls_made());
    print("DOS calls=%u\n", volume_calls_made());
}
