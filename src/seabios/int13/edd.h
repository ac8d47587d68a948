/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What function 48h of int13 returns for the drive of a PV-only disk beyond the table of EDD 1.x,
 * which is SeaBIOS' own. Source: T13's BIOS Enhanced Disk Drive Services 3, "Get Drive Parameters";
 * the shorter table is that of Phoenix' EDD 3.0.
 *
 *   DPTE             none (FFFF:FFFF): no task file of an ATA device leads to the disk
 *   host bus         "PCI " with the address of Xen's platform device; "XEN " without this device
 *   interface        "XEN     ", which no other drive has
 *   device path      the disk's virtual device number, as in the guest's device/vbd/NUMBER
 */
#ifndef SEABIOS_EDD_H
#define SEABIOS_EDD_H

#include "block.h" // struct drive_s

/** Where the drive of a PV-only disk is. 16-bit code reads it. */
struct edd_path {
    u32 pci;    /* bus, device and function, in the bytes 0 to 2 */
    u32 number; /* the virtual device number */
    u8 on_pci;  /* whether the guest has the platform device */
} PACKED;

/** POST: return where the disk with this virtual device number is. */
struct edd_path edd_find_path(u32 number);

/** Return the size of the caller's table, in bytes. In 16-bit code. */
u16 edd_size(struct segoff_s table);

/** Add to the table of EDD 1.x what a table of @size bytes has room for: 30 bytes (EDD 2.x), 66
 * (Phoenix) or 74 (T13). In 16-bit code. */
void edd_extend(struct segoff_s table, u16 size, struct edd_path *path_fl);

#endif
