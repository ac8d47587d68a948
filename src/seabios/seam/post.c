/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' post.c with handle_post behind ours: a ROM of 256 KiB also starts in QEMU without Xen.
 * QEMU shows only the last 128 KiB of a BIOS below 1 MiB, and all of it below 4 GiB. hvmloader and
 * the PVH entry copy the whole ROM below 1 MiB before it starts.
 */
#define handle_post seabios_handle_post
#include "src/post.c"
#undef handle_post

/* QEMU's machines show the BIOS at two places, and this is the distance between them. */
#define ROM_BELOW_4_GIB 0xfff00000u

void handle_post(void);

/* Runs before all else in 32-bit mode, when only what is above E0000h can be relied on. */
void VISIBLE32FLAT handle_post(void)
{
    /* The ROM's first word is the offset of a relocation, which has neither of these values; where
     * the ROM is not there, QEMU's memory reads as one of them. */
    u32 first = *(volatile u32 *)VSYMBOL(code32flat_start);

    if (CONFIG_XENPV && (!first || first == (u32)-1)) {
        /* Calls are relative: all of this runs in the ROM below 4 GiB, and copies it. */
        void (*make_writable)(void) = (void *)((u32)make_bios_writable + ROM_BELOW_4_GIB);
        make_writable();
    }
    seabios_handle_post();
}
