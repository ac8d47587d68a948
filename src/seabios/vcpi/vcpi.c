/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "seabios/port/vcpi.h"

#include "biosvar.h" // GET_LOW
#include "config.h"  // SEG_BIOS
#include "memmap.h"  // PAGE_SIZE
#include "output.h"  // dprintf
#include "seabios/port/function_32.h"
#include "seabios/port/vcpi_switch.h"

#define VCPI_INT      0x67
#define VCPI_PRESENCE 0xde00

/* A memory manager's device has this name, or a Q in it if it offers no expanded memory; it is in
 * the segment of int 67h, which another program may use, or none. Source: LIM EMS 4.0, "Testing for
 * the presence of the expanded memory manager". */
#define VCPI_NAME_OFFSET 10
#define VCPI_NAME_EMMX   0x584d4d45
#define VCPI_NAME_EMMQ   0x514d4d45
#define VCPI_NAME_REST   0x30585858

/* Of an entry of a page table: the page is there. */
#define VCPI_PAGE_PRESENT 1
/* These bits have other meanings or none. */
#define VCPI_PAGE_IGNORED 0xffe

#define VCPI_PAGES (0x100000 / PAGE_SIZE)

/* Memory managers copy the last page, to catch jumps to the address of a reset (JEMM386 does so
 * whenever it has memory for it). A BIOS has only 16-bit code there, at addresses that never change
 * (SeaBIOS' from fe05b on), and a copy of it does as well. */
#define VCPI_PAGES_CHECKED (VCPI_PAGES - 1)

static int vcpi_has_manager(void)
{
    u16 segment = GET_IVT(VCPI_INT).seg;
    u32 *name_far = (void *)VCPI_NAME_OFFSET;
    u32 first = GET_FARVAR(segment, name_far[0]), rest = GET_FARVAR(segment, name_far[1]);

    return (first == VCPI_NAME_EMMX || first == VCPI_NAME_EMMQ) && rest == VCPI_NAME_REST;
}

/* Both sides use this memory, and so does the way to ring 0 while paging goes off and on. */
static int vcpi_is_in_place(void)
{
    u32 *table_fl = (u32 *)GET_LOW(XenpvVcpi.table);
    u16 bytes = GET_LOW(XenpvVcpi.table_bytes);

    if (bytes < VCPI_PAGES * sizeof(u32) || bytes > PAGE_SIZE)
        return 0;
    for (u32 page = GET_LOW(XenpvVcpi.first_page); page < VCPI_PAGES_CHECKED; page++) {
        u32 entry = GET_FLATPTR(table_fl[page]) & ~VCPI_PAGE_IGNORED;
        if (entry != (page * PAGE_SIZE | VCPI_PAGE_PRESENT))
            return 0;
    }
    return 1;
}

/* Get ready for a switch. All of this is done for each call: programs of DOS come and go. */
static enum vcpi_outcome vcpi_prepare(void)
{
    if (GET_SEG(CS) != SEG_BIOS)
        return VCPI_NOT_V86;
    if (!vcpi_has_manager())
        return VCPI_NO_MANAGER;
    if (vcpi_int67(VCPI_PRESENCE) >> 8)
        return VCPI_REFUSED;
    if (!GET_LOW(XenpvVcpi.linear))
        return VCPI_NO_MEMORY;
    if (vcpi_get_interface(GET_LOW(XenpvVcpi.table)) >> 8)
        return VCPI_REFUSED;
    return vcpi_is_in_place() ? VCPI_DONE : VCPI_REMAPPED;
}

static enum vcpi_outcome vcpi_run(u32 function, u32 argument)
{
    if (GET_LOW(XenpvVcpi.busy))
        return VCPI_BUSY;
    enum vcpi_outcome outcome = vcpi_prepare();
    if (outcome != VCPI_DONE)
        return outcome;
    SET_LOW(XenpvVcpi.registers.entry, FUNCTION_32(vcpi_enter));
    SET_LOW(XenpvVcpi.function, function);
    SET_LOW(XenpvVcpi.argument, argument);
    SET_LOW(XenpvVcpi.stack_32, 0);
    SET_LOW(XenpvVcpi.done, 0);
    SET_LOW(XenpvVcpi.busy, 1);
    if (vcpi_switch()) {
        SET_LOW(XenpvVcpi.busy, 0);
        return VCPI_DONE;
    }
    /* Code that waits in ring 0 has the disks, and may have a write in flight. */
    if (GET_LOW(XenpvVcpi.stack_32))
        return VCPI_LOST;
    SET_LOW(XenpvVcpi.busy, 0);
    return VCPI_REFUSED;
}

/* Once for each outcome: a program may call int13 thousands of times. */
static void vcpi_log(enum vcpi_outcome outcome)
{
    u8 logged = GET_LOW(XenpvVcpi.logged);

    if (!CONFIG_XENPV_LOG_LEVEL || outcome == VCPI_BUSY || outcome == VCPI_NOT_V86 ||
        logged & 1 << outcome)
        return;
    SET_LOW(XenpvVcpi.logged, logged | 1 << outcome);
    dprintf(1, "xenpv: int13 in virtual 8086 mode: %s\n",
            outcome == VCPI_DONE         ? "through VCPI"
            : outcome == VCPI_NO_MEMORY  ? "no memory for VCPI"
            : outcome == VCPI_NO_MANAGER ? "no memory manager with VCPI"
            : outcome == VCPI_REFUSED    ? "the memory manager refuses VCPI"
            : outcome == VCPI_LOST       ? "the memory manager does not return to a call"
                                         : "the memory manager has remapped the BIOS");
}

enum vcpi_outcome noinline vcpi_call(u32 function, u32 argument)
{
    enum vcpi_outcome outcome = vcpi_run(function, argument);

    vcpi_log(outcome);
    return outcome;
}
