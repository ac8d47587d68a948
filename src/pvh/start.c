/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Prepare a PVH guest's memory for SeaBIOS as hvmloader does in an HVM guest: the ROM at the end of
 * the first megabyte, and what SeaBIOS reads about the machine.
 */
#include <stdbool.h>
#include <stdint.h>

#include "handoff.h"
#include "memory_map.h"
#include "rsdp.h"
#include "start_info.h"
#include "xen/hv/detect.h"

/* Xen's debug console. */
#define DEBUG_PORT 0xe9

/* Low memory behind the two blocks: addresses. */
#define TABLES_ADDRESS 0x1100u
#define MAP_ADDRESS    0x1200u
#define WORDS_ADDRESS  0x1800u

_Static_assert(HANDOFF_HVM_ADDRESS + sizeof(struct handoff_hvm) <= HANDOFF_PVH_ADDRESS, "");
_Static_assert(HANDOFF_PVH_ADDRESS + sizeof(struct handoff_pvh) <= TABLES_ADDRESS, "");
_Static_assert(MAP_ADDRESS + sizeof(struct memory_map) <= WORDS_ADDRESS, "");

#define ADAPTER_ADDRESS 0xa0000u
#define ROM_END         0x100000u

extern const uint8_t image_begin[], image_end[], rom_begin[], rom_end[];

/**** What the compiler calls ****/

void *memcpy(void *to, const void *from, __SIZE_TYPE__ count);
void *memset(void *to, int value, __SIZE_TYPE__ count);

void *memcpy(void *to, const void *from, __SIZE_TYPE__ count)
{
    void *next = to;

    __asm__ volatile("rep movsb" : "+D"(next), "+S"(from), "+c"(count)::"memory");
    return to;
}

void *memset(void *to, int value, __SIZE_TYPE__ count)
{
    void *next = to;

    __asm__ volatile("rep stosb" : "+D"(next), "+c"(count) : "a"(value) : "memory");
    return to;
}

/**** Words ****/

static void print(const char *text)
{
    for (; *text; text++)
        __asm__ volatile("outb %0, %1" ::"a"(*text), "Nd"((uint16_t)DEBUG_PORT));
}

/* Say why the firmware does not start, and stop the processor: Xen shuts the domain down. */
static void __attribute__((noreturn)) stop(const char *why)
{
    print("xenpv: pvh: cannot start: ");
    print(why);
    print("\n");
    while (true)
        __asm__ volatile("cli; hlt");
}

/**** The parts ****/

static void *at(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

/* The builder has placed what @info points to anywhere, perhaps where the ROM and the blocks go. So
 * all of it is copied into the image, where none of it is, before anything else is written. */
static struct memory_map map;
static char words[HANDOFF_WORDS_BYTES];
static uint32_t words_bytes, rsdp;

static void take_words(const struct hvm_start_info *info)
{
    const char *line = at(info->cmdline_paddr);
    uint32_t max = start_info_line_max(info, sizeof(words));

    if (!info->cmdline_paddr)
        return;
    if (!start_info_line_ends(line, max))
        print("xenpv: pvh: the command line is too long: only its first 1023 characters count\n");
    words_bytes = start_info_words(line, max, words, sizeof(words));
}

static void take(const struct hvm_start_info *info)
{
    const struct start_image image = {(uintptr_t)image_begin, (uintptr_t)image_end};
    const char *fault = start_info_fault(info, (uintptr_t)info, &image);

    if (!fault)
        fault = memory_map_build(&map, at(info->memmap_paddr), info->memmap_entries, &image);
    if (fault)
        stop(fault);
    /* A guest with acpi=0 has none. */
    if (info->rsdp_paddr && !rsdp_is_good(at(info->rsdp_paddr)))
        stop("there are no ACPI tables where Xen says");
    rsdp = (uint32_t)info->rsdp_paddr;
    take_words(info);
}

static void put_rom(void)
{
    uint32_t bytes = (uint32_t)(rom_end - rom_begin);

    /* What is left there from before could look like the ROMs of adapters. */
    memset(at(ADAPTER_ADDRESS), 0, ROM_END - bytes - ADAPTER_ADDRESS);
    memcpy(at(ROM_END - bytes), rom_begin, bytes);
}

static void put_blocks(void)
{
    struct handoff_hvm hvm = {
        .signature = HANDOFF_HVM_SIGNATURE,
        .length = sizeof(hvm),
        .tables = TABLES_ADDRESS,
        .tables_count = rsdp ? 1 : 0,
        .e820 = MAP_ADDRESS,
        .e820_count = map.count,
    };
    struct handoff_pvh pvh = {
        .signature = HANDOFF_PVH_SIGNATURE,
        .length = sizeof(pvh),
        .words_bytes = (uint16_t)words_bytes,
        .words = WORDS_ADDRESS,
    };

    hvm.checksum = handoff_checksum(&hvm, sizeof(hvm));
    pvh.checksum = handoff_checksum(&pvh, sizeof(pvh));
    memcpy(at(HANDOFF_HVM_ADDRESS), &hvm, sizeof(hvm));
    memcpy(at(HANDOFF_PVH_ADDRESS), &pvh, sizeof(pvh));
    memcpy(at(TABLES_ADDRESS), &rsdp, sizeof(rsdp));
    memcpy(at(MAP_ADDRESS), map.entries, sizeof(map.entries));
    memcpy(at(WORDS_ADDRESS), words, sizeof(words));
}

/** entry.S calls this with what EBX had. It returns if the firmware can start. */
void __attribute__((regparm(1))) pvh_start(const struct hvm_start_info *info);

void __attribute__((regparm(1))) pvh_start(const struct hvm_start_info *info)
{
    struct xen_leaves leaves;

    /* QEMU and other virtual machines start files with this note as well, in the same way. */
    if (!xen_detect(&leaves))
        stop("this is not a guest of Xen");
    take(info);
    put_rom();
    put_blocks();
}
