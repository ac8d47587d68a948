/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A boot loader with a PV driver of its own: it sets version 2 of the grant table and maps the
 * table at a place of its choice, as iPXE's network driver does. Then it reads the second drive by
 * int13: the read must fail, and the table must stay where it is. After it has set version 1, a
 * reset makes the drive readable again.
 */
#include "int13.h"
#include "xen/base/error.h"
#include "xen/base/public.h"
#include "xen/hv/hypercall.h"
#include "xen/hv/special_frames.h"
#include "xen_port.h"

#define DRIVE      (FIRST_DRIVE + 1)
#define BUFFER     (LOW_BUFFERS + 0x10000)
#define FAR_SECTOR 8000u /* beyond what is read ahead of the first sectors */
#define NOT_READY  0xaa

/* Offset in the table's first frame, within an entry that grants nothing in either version. */
#define MARK_WORD 42u
#define MARK      0x6b72616du

static long set_version(uint32_t version)
{
    struct gnttab_set_version set = {.version = version};

    return hypercall3(__HYPERVISOR_grant_table_op, GNTTABOP_set_version, (unsigned long)&set, 1);
}

static uint8_t read_far(void)
{
    struct packet packet = {.size = 0x10, .count = 1, .segment = BUFFER >> 4, .lba = FAR_SECTOR};

    return int13_packet(0x42, DRIVE, &packet, 0).status;
}

static uint8_t reset(void)
{
    struct regs regs = {.eax = 0};

    return int13(0x00, DRIVE, regs).status;
}

void guest_main(void)
{
    volatile uint32_t *table;
    void *address;

    if (!check(xen_port_init() == 0, "no hypercalls"))
        return;
    long error = set_version(2);
    if (!check(error == 0, "version 2 cannot be set: %s", error_name(error)))
        return;
    error = special_frame_map(XENMAPSPACE_grant_table, 0, 0, &address);
    if (!check(error == 0, "the table cannot be mapped: %s", error_name(error)))
        return;
    table = address;
    table[MARK_WORD] = MARK;
    uint8_t status = read_far();
    check(status == NOT_READY, "with version 2: status %x", status);
    check(table[MARK_WORD] == MARK, "the table was moved: %x", table[MARK_WORD]);
    table[MARK_WORD] = 0;

    error = set_version(1);
    check(error == 0, "version 1 cannot be set: %s", error_name(error));
    status = reset();
    check(status == STATUS_SUCCESS, "with version 1: reset: status %x", status);
    status = read_far();
    check(status == STATUS_SUCCESS, "with version 1: status %x", status);
}
