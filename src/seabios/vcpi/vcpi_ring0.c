/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "seabios/port/vcpi.h"

#include "config.h" // SEG_BIOS
#include "malloc.h" // memalign_low
#include "memmap.h" // PAGE_SIZE
#include "seabios/port/vcpi_switch.h"
#include "stacks.h" // ExtraStack
#include "string.h" // memset
#include "xen/base/platform.h"

struct vcpi XenpvVcpi VARLOW;

/* Of an entry of a page table. Source: Intel's manual, volume 3, 4.3. */
#define VCPI_ENTRY_PRESENT 1
#define VCPI_ENTRY_WRITE   2
#define VCPI_ENTRY_USER    4

/* Descriptors. Source: Intel's manual, volume 3, 3.4.5. */
#define VCPI_FLAT_CODE  0x00cf9b000000ffffULL
#define VCPI_FLAT_DATA  0x00cf93000000ffffULL
#define VCPI_TASK_STATE 0x0000890000000067ULL

/* Memory managers look for memory to put programs into, and take pages that are all zeros or all
 * ones for unused. This is neither, and as an entry it is a page that is not there. */
#define VCPI_UNUSED 0x5a

/* The page directory, and after it the sector of vcpi_sector. */
#define VCPI_HIGH_BYTES (2 * PAGE_SIZE)

void vcpi_setup(void)
{
    u32 *directory = platform_alloc_reserved(VCPI_HIGH_BYTES, PAGE_SIZE);
    u32 *table = directory ? memalign_low(PAGE_SIZE, PAGE_SIZE) : NULL;
    struct vcpi *vcpi = &XenpvVcpi;
    u32 lowest = (u32)table < (u32)ExtraStack ? (u32)table : (u32)ExtraStack;

    memset(vcpi, 0, sizeof(*vcpi));
    if (!table)
        return;
    memset(table, VCPI_UNUSED, PAGE_SIZE);
    directory[0] = (u32)table | VCPI_ENTRY_PRESENT | VCPI_ENTRY_WRITE | VCPI_ENTRY_USER;
    vcpi->gdt[VCPI_CODE] = VCPI_FLAT_CODE;
    vcpi->gdt[VCPI_DATA] = VCPI_FLAT_DATA;
    vcpi->gdt[VCPI_TASK] = VCPI_TASK_STATE;
    vcpi->gdt_pointer = (struct descloc_s){sizeof(vcpi->gdt) - 1, (u32)vcpi->gdt};
    vcpi->registers = (struct vcpi_registers){
        .page_directory = (u32)directory,
        .gdt_pointer = (u32)&vcpi->gdt_pointer,
        .idt_pointer = (u32)&vcpi->idt_pointer,
        .task = VCPI_SELECTOR(VCPI_TASK),
        .code = VCPI_SELECTOR(VCPI_CODE),
    };
    vcpi->server_code = VCPI_SELECTOR(VCPI_SERVER);
    vcpi->table = (u32)table;
    vcpi->first_page = (lowest < SEG_BIOS * 16 ? lowest : SEG_BIOS * 16) / PAGE_SIZE;
    vcpi->linear = (u32)&vcpi->registers;
}

/* Call the function for which 16-bit code has come. */
void VISIBLE32FLAT vcpi_serve(void)
{
    struct vcpi *vcpi = &XenpvVcpi;
    u32 (*function)(u32) = (void *)vcpi->function;

    vcpi->in_ring0 = 1;
    vcpi->result = function(vcpi->argument);
    vcpi->in_ring0 = 0;
    vcpi->done = 1;
    vcpi_leave();
}

/* Meanwhile other 32-bit code may run, in real mode. */
void vcpi_pause(void)
{
    XenpvVcpi.in_ring0 = 0;
    vcpi_leave();
    XenpvVcpi.in_ring0 = 1;
}

void vcpi_abandon(void)
{
    XenpvVcpi.busy = XenpvVcpi.in_ring0 = 0;
    XenpvVcpi.stack_32 = 0;
}

bool vcpi_translate(u32 linear, bool write, u32 *physical)
{
    const struct vcpi *vcpi = &XenpvVcpi;
    const u32 *table = (void *)vcpi->table;
    u32 needed = VCPI_ENTRY_PRESENT | VCPI_ENTRY_USER | (write ? VCPI_ENTRY_WRITE : 0);
    u32 page = linear / PAGE_SIZE;

    if (page >= vcpi->table_bytes / sizeof(*table) || (table[page] & needed) != needed)
        return false;
    *physical = table[page] / PAGE_SIZE * PAGE_SIZE + linear % PAGE_SIZE;
    return true;
}

u8 *vcpi_sector(void)
{
    return (u8 *)XenpvVcpi.registers.page_directory + PAGE_SIZE;
}
