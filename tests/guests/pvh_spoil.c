/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The BIOS for PVH guests, whose start_info is spoiled before it sees it.
 * build/guests/pvh_spoil.kernel is the kernel of a PVH guest: it has an entry of its own and all of
 * src/pvh with another note.
 *
 * The first word of the guest's command line, spoil=NAME, says what is spoiled (the table below).
 * Everything is changed where Xen's builder has put it. Without such a word nothing is.
 */
#include <stddef.h>
#include <stdint.h>

#include <xen/arch-x86/hvm/start_info.h>
#include <xen/elfnote.h>

#define WORD "spoil="

#define ABOVE_4_GIB (UINT64_C(1) << 32)
#define IMAGE       0x200000u /* pvh.ld */

/* The note, and the entry: EBX has the address of start_info, and pvh_entry expects it there. */
#define TEXT(value)  #value
#define VALUE(value) TEXT(value)
__asm__(".pushsection .note.Xen, \"a\", @note\n"
        ".balign 4\n"
        ".long 4, 4, " VALUE(XEN_ELFNOTE_PHYS32_ENTRY) "\n"
                                                       ".asciz \"Xen\"\n"
                                                       ".long spoil_entry\n"
                                                       ".popsection\n"
                                                       ".text\n"
                                                       "spoil_entry:\n"
                                                       "    cld\n"
                                                       "    mov $spoil_stack_end, %esp\n"
                                                       "    mov %ebx, %eax\n"
                                                       "    call spoil\n"
                                                       "    mov %eax, %ebx\n"
                                                       "    jmp pvh_entry\n"
                                                       ".bss\n"
                                                       "    .space 4096\n"
                                                       "spoil_stack_end:\n"
                                                       ".text\n");

struct hvm_start_info *spoil(struct hvm_start_info *info) __attribute__((regparm(1), used));

static void *at(uint64_t address)
{
    return (void *)(uintptr_t)address;
}

/**** What is spoiled ****/

static void spoil_magic(struct hvm_start_info *info)
{
    info->magic = 0x2badb002;
}

static void spoil_version(struct hvm_start_info *info)
{
    info->version = 0;
}

static void spoil_none(struct hvm_start_info *info)
{
    info->memmap_entries = 0;
}

static void spoil_many(struct hvm_start_info *info)
{
    info->memmap_entries = UINT32_MAX;
}

static void spoil_above(struct hvm_start_info *info)
{
    info->memmap_paddr |= ABOVE_4_GIB;
}

static void spoil_line(struct hvm_start_info *info)
{
    info->cmdline_paddr |= ABOVE_4_GIB;
}

static void spoil_tables(struct hvm_start_info *info)
{
    info->rsdp_paddr |= ABOVE_4_GIB;
}

static void spoil_rsdp(struct hvm_start_info *info)
{
    info->rsdp_paddr += 16;
}

static void spoil_image(struct hvm_start_info *info)
{
    info->memmap_paddr = IMAGE;
}

/* Replace the last entry of the map. */
static void last_entry_set(struct hvm_start_info *info, uint64_t address, uint64_t size,
                           uint32_t type)
{
    struct hvm_memmap_table_entry *entry = at(info->memmap_paddr);

    entry += info->memmap_entries - 1;
    entry->addr = address;
    entry->size = size;
    entry->type = type;
}

static void spoil_window(struct hvm_start_info *info)
{
    last_entry_set(info, 0xfd000000, 0x1000, XEN_HVM_MEMMAP_TYPE_RAM);
}

static void spoil_frames(struct hvm_start_info *info)
{
    last_entry_set(info, 0xfe700000, 0x1000, XEN_HVM_MEMMAP_TYPE_RESERVED);
}

static void spoil_end(struct hvm_start_info *info)
{
    last_entry_set(info, ABOVE_4_GIB, UINT64_MAX, XEN_HVM_MEMMAP_TYPE_RAM);
}

static void spoil_hole(struct hvm_start_info *info)
{
    last_entry_set(info, 0xa0000, 0x20000, XEN_HVM_MEMMAP_TYPE_RESERVED);
}

static void spoil_ram(struct hvm_start_info *info)
{
    last_entry_set(info, IMAGE, 0x1000, XEN_HVM_MEMMAP_TYPE_UNUSABLE);
}

static const struct {
    char name[8];
    void (*apply)(struct hvm_start_info *info);
} kinds[] = {
    {"magic", spoil_magic},   {"version", spoil_version}, {"none", spoil_none},
    {"many", spoil_many},     {"above", spoil_above},     {"line", spoil_line},
    {"tables", spoil_tables}, {"rsdp", spoil_rsdp},       {"image", spoil_image},
    {"window", spoil_window}, {"frames", spoil_frames},   {"end", spoil_end},
    {"hole", spoil_hole},     {"ram", spoil_ram},
};

/**** The choice ****/

/* Return: what follows @prefix in @text; NULL if @text begins in another way. */
static const char *after(const char *text, const char *prefix)
{
    for (; *prefix; text++, prefix++)
        if (*text != *prefix)
            return NULL;
    return text;
}

struct hvm_start_info *__attribute__((regparm(1))) spoil(struct hvm_start_info *info)
{
    const char *name = after(at(info->cmdline_paddr), WORD);

    for (unsigned i = 0; name && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const char *end = after(name, kinds[i].name);
        if (end && (!*end || *end == ' ')) {
            kinds[i].apply(info);
            break;
        }
    }
    return info;
}
