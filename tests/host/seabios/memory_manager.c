/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "memory_manager.h"

#include "biosvar.h" // SET_IVT
#include "machine.h"
#include "model/fault.h"
#include "seabios/port/vcpi.h"
#include "seabios/port/vcpi_switch.h"

#include <string.h>

#define VECTOR         0x67
#define DEVICE_SEGMENT 0x70
#define NAME_OFFSET    10u
#define NAME_BYTES     8u

#define PRESENCE      0xde00
#define NOT_SUPPORTED 0x8400
#define SERVER_ENTRY  0x1234

struct memory_manager memory_manager;

void memory_manager_reset(void)
{
    memory_manager = (struct memory_manager){.entries = 0};
    SET_IVT(VECTOR, ((struct segoff_s){.seg = 0}));
}

void memory_manager_install(const char *name)
{
    memory_manager_reset();
    memory_manager.entries = MANAGER_PAGES;
    for (uint32_t i = 0; i < MANAGER_PAGES; i++)
        memory_manager.table[i] = i * PAGE_SIZE | MANAGER_ALL;
    memcpy(machine_far(DEVICE_SEGMENT, NAME_OFFSET), name, NAME_BYTES);
    SET_IVT(VECTOR, ((struct segoff_s){.seg = DEVICE_SEGMENT}));
}

static void expect_v86(void)
{
    if (machine.caller != CALLER_VIRTUAL_8086 || machine.is_32bit || !memory_manager.entries)
        model_fault("int 67h without a memory manager");
}

u16 vcpi_int67(u16 ax)
{
    expect_v86();
    memory_manager.presence += ax == PRESENCE;
    return memory_manager.refuses || ax != PRESENCE ? NOT_SUPPORTED : 0;
}

u16 vcpi_get_interface(u32 table)
{
    expect_v86();
    memory_manager.interface++;
    memcpy((void *)(uintptr_t)table, memory_manager.table,
           memory_manager.entries * sizeof(memory_manager.table[0]));
    unsigned claimed = memory_manager.claimed ? memory_manager.claimed : memory_manager.entries;
    XenpvVcpi.table_bytes = (u16)(claimed * sizeof(memory_manager.table[0]));
    XenpvVcpi.server = SERVER_ENTRY;
    return 0;
}

void vcpi_enter(void)
{
}

int vcpi_switch(void)
{
    expect_v86();
    memory_manager.switches++;
    if (memory_manager.refuses_return)
        XenpvVcpi.stack_32 = (u32)(uintptr_t)&memory_manager;
    if (memory_manager.refuses_switch || memory_manager.refuses_return)
        return 0;
    machine.is_32bit = true;
    if (memory_manager.in_ring0)
        memory_manager.in_ring0();
    vcpi_serve();
    machine.is_32bit = false;
    return 1;
}

void vcpi_leave(void)
{
    if (!XenpvVcpi.done)
        model_fault("the tests' platform does not let interrupts in");
}
