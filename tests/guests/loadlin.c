/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A program under DOS that starts Linux, as LOADLIN does. It asks for the map of memory, and copies
 * a file on the volume of each of two disks (dos_disk.h), so that the firmware learns that a system
 * lives on int13. It reads a kernel and an initramfs from the first disk by int13, writes a
 * directory of each disk, and enters the kernel with no call of the BIOS in between. The kernel's
 * 16-bit code calls int13 through the resident code, which is still there.
 *
 * Parameters
 *   kernel=SECTOR        of the first disk, where the kernel's file begins
 *   kernel_bytes=N
 *   initrd=SECTOR        the same for the initramfs
 *   initrd_bytes=N
 *   entry=32bit          enter the kernel by its 32-bit entry, which calls no BIOS; it gets the map
 *                        of memory that the program has asked for. No tick comes from the last
 *                        calls on, however slow the machine is
 *   arguments=TEXT       the kernel's command line, up to the end of the parameters
 */
#include "loadlin.h"
#include "dos_disk.h"
#include "linux_image.h"
#include "ports.h"
#include "volume.h"

#define DISKS 2u

/* Above what the kernel needs for its own start. */
#define STAGE         0x04000000u /* the kernel's file */
#define INITRD        0x08000000u
#define MEMORY_END    0x0a000000u
#define READ_BUFFER   (LOW_BUFFERS + 0x10000)
#define READ_SECTORS  64u
#define SETUP_MOST    0x7000u
#define SETUP_SECTORS 4u /* if the header says 0 */

#define E820_MAGIC   0x534d4150u /* "SMAP" */
#define E820_AX      0xe820u
#define E820_RAM     1u
#define E820_ENTRIES 32u

#define VECTOR_15    0x15u
#define ENTRY_VECTOR 0x60u

/* Of the first interrupt controller. */
#define PIC_MASK 0x21
#define PIC_TICK 0x01u

extern uint32_t loadlin_next_15;
void loadlin_hide_15(void);
void loadlin_enter_16bit(void);
void loadlin_enter_32bit(void) __attribute__((noreturn));

struct e820_entry {
    uint64_t base, length;
    uint32_t type;
} __attribute__((packed));

static struct geometry geometry[DISKS];
static struct e820_entry map[E820_ENTRIES];
static unsigned map_count;

static uint8_t *stage(uint32_t offset)
{
    return at(STAGE + offset);
}

static bool disks_learn(void)
{
    for (unsigned i = 0; i < DISKS; i++)
        if (!geometry_read((uint8_t)(FIRST_DRIVE + i), &geometry[i]))
            return false;
    return check(geometry[0].drives == DISKS, "%u drives", geometry[0].drives);
}

static void disk_use(unsigned disk)
{
    volume_use((uint8_t)(FIRST_DRIVE + disk), &geometry[disk]);
}

/* Static, so that segment 0 reaches the map. */
static bool memory_learn(void)
{
    struct regs regs = {0};
    bool enough = false;

    do {
        regs.eax = E820_AX;
        regs.edx = E820_MAGIC;
        regs.ecx = sizeof(map[0]);
        regs.edi = (uint32_t)&map[map_count];
        bios_int(0x15, &regs);
        if (!check(!(regs.eflags & FLAG_CARRY) && regs.eax == E820_MAGIC, "e820: EAX=%x", regs.eax))
            return false;
        if (map[map_count].type == E820_RAM && map[map_count].base <= LOADLIN_KERNEL &&
            map[map_count].base + map[map_count].length >= MEMORY_END)
            enough = true;
        map_count++;
    } while (regs.ebx && map_count < E820_ENTRIES);
    return check(enough && !regs.ebx, "no memory from %x to %x", LOADLIN_KERNEL, MEMORY_END);
}

/* Read a file that lies in one piece on the first disk, as the parameters NAME and NAME_bytes say.
 */
static bool read_file(uint32_t sector, uint32_t bytes, uint32_t to)
{
    if (!check(sector && bytes, "a file of %u bytes at sector %u", bytes, sector))
        return false;
    for (uint32_t got = 0; got < bytes; got += READ_SECTORS * SECTOR, sector += READ_SECTORS) {
        if (!volume_move_disk(OPERATION_READ, sector, READ_SECTORS, READ_BUFFER))
            return false;
        memcpy(at(to + got), at(READ_BUFFER), READ_SECTORS * SECTOR);
    }
    return true;
}

static bool linux_read(void)
{
    disk_use(0);
    return read_file(param_number("kernel=", 0), param_number("kernel_bytes=", 0), STAGE) &&
           read_file(param_number("initrd=", 0), param_number("initrd_bytes=", 0), INITRD) &&
           check(*(uint32_t *)stage(LINUX_MAGIC) == LINUX_MAGIC_HDRS &&
                     *(uint16_t *)stage(LINUX_VERSION) >= LINUX_VERSION_LEAST &&
                     *stage(LINUX_FLAGS) & LINUX_FLAG_HIGH,
                 "no kernel of the expected kind");
}

/* Fill in the header as a boot loader does; put the kernel where it belongs. */
static bool linux_place(void)
{
    uint32_t sectors = *stage(LINUX_HEADER) ? *stage(LINUX_HEADER) : SETUP_SECTORS;
    uint32_t setup = (sectors + 1) * SECTOR;
    const char *arguments = param_text("arguments=");

    if (!check(setup <= SETUP_MOST && arguments, "a setup of %x bytes, or no arguments", setup))
        return false;
    *stage(LINUX_LOADER) = LINUX_LOADER_UNKNOWN;
    *stage(LINUX_FLAGS) |= LINUX_FLAG_HEAP;
    *(uint16_t *)stage(LINUX_HEAP_END) = LOADLIN_SETUP_STACK - LINUX_HEAP_END_MARGIN;
    *(uint32_t *)stage(LINUX_INITRD_ADDRESS) = INITRD;
    *(uint32_t *)stage(LINUX_INITRD_BYTES) = param_number("initrd_bytes=", 0);
    *(uint32_t *)stage(LINUX_COMMAND_LINE) = LOADLIN_COMMAND_LINE;
    memcpy(at(LOADLIN_COMMAND_LINE), arguments, strlen(arguments) + 1);
    memcpy(at(LOADLIN_SETUP), stage(0), setup);
    memcpy(at(LOADLIN_KERNEL), stage(setup), param_number("kernel_bytes=", 0) - setup);
    return true;
}

/* The 32-bit entry gets a page of parameters in the place of the 16-bit code. */
static void parameters_make(void)
{
    uint32_t end = LINUX_MAGIC + *stage(LINUX_HEADER_LENGTH);

    memset(at(LOADLIN_SETUP), 0, 4096);
    memcpy(at(LOADLIN_SETUP + LINUX_HEADER), stage(LINUX_HEADER), end - LINUX_HEADER);
    *(uint8_t *)at(LOADLIN_SETUP + LINUX_E820_COUNT) = (uint8_t)map_count;
    memcpy(at(LOADLIN_SETUP + LINUX_E820), map, map_count * sizeof(map[0]));
}

/* Code of this program is in the segment 0. */
static void vector_set(uint8_t vector, void (*handler)(void))
{
    *(uint32_t *)at(vector * 4u) = (uint32_t)handler;
}

/* What DOS writes when files have been read. */
static bool disks_touch(void)
{
    for (unsigned i = 0; i < DISKS; i++) {
        disk_use(i);
        if (!dos_disk_touch())
            return false;
    }
    return true;
}

void guest_main(void)
{
    if (!disks_learn() || !memory_learn())
        return;
    dos_disk_hook();
    for (unsigned i = 0; i < DISKS; i++) {
        disk_use(i);
        if (!dos_disk_copy())
            return;
    }
    print("loadlin: both files are copied\n");
    if (!linux_read() || !linux_place())
        return;
    if (param_is("entry=32bit"))
        parameters_make();
    vector_set(ENTRY_VECTOR, loadlin_enter_16bit);
    if (param_is("hide")) {
        loadlin_next_15 = *(uint32_t *)at(VECTOR_15 * 4);
        vector_set(VECTOR_15, loadlin_hide_15);
    }
    print("loadlin: enters Linux, call %u\n", volume_calls_made());
    if (!disks_touch())
        return;
    if (param_is("entry=32bit"))
        port_write8(PIC_MASK, port_read8(PIC_MASK) | PIC_TICK);
    /* The last calls: from here on, nothing takes time. */
    if (!disks_touch())
        return;
    if (param_is("entry=32bit"))
        loadlin_enter_32bit();
    bios_int(ENTRY_VECTOR, &(struct regs){0});
}
