/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "edd.h"

#include "biosvar.h"  // GET_FARVAR
#include "std/disk.h" // struct int13dpt_s

/* Sizes of the table. */
#define EDD_2_BYTES       30
#define EDD_PHOENIX_BYTES 66
#define EDD_T13_BYTES     74

#define DPTE_NONE 0xffffffff
#define PATH_KEY  0xbedd

/* Texts as numbers, with the first letter in the lowest byte. */
#define TEXT_PCI   0x20494350 /* "PCI " */
#define TEXT_XEN   0x204e4558 /* "XEN " */
#define TEXT_BLANK 0x20202020

u16 edd_size(struct segoff_s table)
{
    struct int13dpt_s *table_far = (void *)(table.offset + 0);

    return GET_FARVAR(table.seg, table_far->size);
}

/* Return what makes the sum of the bytes from the key on, up to @end, zero. */
static u8 edd_checksum(struct segoff_s table, u16 end)
{
    u8 *bytes_far = (void *)(table.offset + 0), sum = 0;

    for (u16 i = EDD_2_BYTES; i < end; i++)
        sum += GET_FARVAR(table.seg, bytes_far[i]);
    return -sum;
}

/* The device path of T13 has twice the size of the other one. */
static void edd_end(struct segoff_s table, u8 t13, u64 number)
{
    struct int13dpt_s *table_far = (void *)(table.offset + 0);
    u16 seg = table.seg;

    SET_FARVAR(seg, table_far->phoenix.device_path, number);
    if (t13) {
        SET_FARVAR(seg, table_far->t13.device_path[1], 0);
        SET_FARVAR(seg, table_far->t13.reserved3, 0);
        SET_FARVAR(seg, table_far->t13.checksum, edd_checksum(table, EDD_T13_BYTES - 1));
    } else {
        SET_FARVAR(seg, table_far->phoenix.reserved3, 0);
        SET_FARVAR(seg, table_far->phoenix.checksum, edd_checksum(table, EDD_PHOENIX_BYTES - 1));
    }
}

void edd_extend(struct segoff_s table, u16 size, struct edd_path *path_fl)
{
    struct int13dpt_s *table_far = (void *)(table.offset + 0);
    u8 t13 = size >= EDD_T13_BYTES, on_pci = GET_FLATPTR(path_fl->on_pci);
    u16 seg = table.seg;

    if (size < EDD_2_BYTES)
        return;
    SET_FARVAR(seg, table_far->dpte.segoff, DPTE_NONE);
    SET_FARVAR(seg, table_far->size, EDD_2_BYTES);
    if (size < EDD_PHOENIX_BYTES)
        return;
    SET_FARVAR(seg, table_far->size, t13 ? EDD_T13_BYTES : EDD_PHOENIX_BYTES);
    SET_FARVAR(seg, table_far->key, PATH_KEY);
    SET_FARVAR(seg, table_far->dpi_length, (t13 ? EDD_T13_BYTES : EDD_PHOENIX_BYTES) - EDD_2_BYTES);
    SET_FARVAR(seg, table_far->reserved1, 0);
    SET_FARVAR(seg, table_far->reserved2, 0);
    SET_FARVAR(seg, *(u32 *)&table_far->host_bus[0], on_pci ? TEXT_PCI : TEXT_XEN);
    SET_FARVAR(seg, *(u32 *)&table_far->iface_type[0], TEXT_XEN);
    SET_FARVAR(seg, *(u32 *)&table_far->iface_type[4], TEXT_BLANK);
    SET_FARVAR(seg, table_far->iface_path, on_pci ? GET_FLATPTR(path_fl->pci) : 0);
    edd_end(table, t13, GET_FLATPTR(path_fl->number));
}
