/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Prints the drive that it was booted from: the end of a chain of boot loaders. */
#include "guest.h"

void guest_main(void)
{
    print("ARRIVED from drive %x\n", boot_drive);
    done();
}
