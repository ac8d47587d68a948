/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Files that the machine gives to the BIOS: the names of SeaBIOS' romfile.h. */
#ifndef FAKE_ROMFILE_H
#define FAKE_ROMFILE_H

#include "types.h"

struct romfile_s {
    const char *name;
    u32 value;
};

/* Return: NULL if there is no such file. */
struct romfile_s *romfile_find(const char *name);
void const_romfile_add_int(char *name, u32 value);
u32 romfile_loadint(const char *name, u32 otherwise);

#endif
