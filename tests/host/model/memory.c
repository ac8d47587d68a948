/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "model/memory.h"

#include "model/fault.h"
#include "xen/base/platform.h"
#include "xen/hv/special_frames.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE      4096u
#define RAM_FIRST 0x3f000u
#define RAM_PAGES 1200u

/* All that real mode can address. */
#define LOW_PAGES 0x110u

/* The layout of the file behind both views, in pages. */
#define FILE_STORE   RAM_PAGES
#define FILE_CONSOLE (FILE_STORE + 1)
#define FILE_GRANT   (FILE_CONSOLE + 1)
#define FILE_SHARED  (FILE_GRANT + MEMORY_GRANT_FRAMES)
#define FILE_HOLE    (FILE_SHARED + 1)
#define FILE_LOW     (FILE_HOLE + 1)
#define FILE_PAGES   (FILE_LOW + LOW_PAGES)

#define NOT_MAPPED UINT32_MAX

static int file = -1;
static uint8_t *own;     /* the model's view of the whole file */
static uint8_t *ram;     /* the firmware's view of RAM, between two pages without access */
static uint8_t *store;   /* the firmware's view of the xenstore page, likewise */
static uint8_t *console; /* of the console's page, likewise */
static uint8_t *window;  /* of the window of special frames, likewise */
static uint8_t *low;     /* of the first MiB, likewise; NULL until a test asks for it */

static uint32_t ram_used; /* bytes */
static uint16_t ram_reserved[RAM_PAGES];
static uint32_t
    window_file_page[SPECIAL_FRAMES_COUNT];        /* the page of the file that is mapped there */
static bool window_mapped[SPECIAL_FRAMES_COUNT];   /* whether the guest sees a frame there */
static uint32_t hole_file_page[MEMORY_TEXT_PAGES]; /* the page of the file that is mapped there */
static unsigned allocations_left;
static uint32_t ram_end;

static void *map_or_die(void *where, size_t pages, int protection, int flags, uint32_t page)
{
    void *at = mmap(where, pages * PAGE, protection, flags, flags & MAP_ANONYMOUS ? -1 : file,
                    (off_t)page * PAGE);
    if (at == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
    return at;
}

/* Address space with a guard page on both sides. */
static uint8_t *reserve_space(size_t pages)
{
    uint8_t *at = map_or_die(0, pages + 2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, 0);

    return at + PAGE;
}

static void memory_create(void)
{
    file = memfd_create("guest", MFD_CLOEXEC);
    if (file < 0 || ftruncate(file, (off_t)FILE_PAGES * PAGE)) {
        perror("memfd");
        exit(2);
    }
    own = map_or_die(0, FILE_PAGES, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
    ram = reserve_space(RAM_PAGES);
    map_or_die(ram, RAM_PAGES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, 0);
    store = reserve_space(1);
    map_or_die(store, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, FILE_STORE);
    console = reserve_space(1);
    map_or_die(console, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, FILE_CONSOLE);
    window = reserve_space(SPECIAL_FRAMES_COUNT);
    for (unsigned i = 0; i < SPECIAL_FRAMES_COUNT; i++)
        window_file_page[i] = NOT_MAPPED;
    ram_used = RAM_PAGES * PAGE;
}

/* Let the firmware see a page of the file, or nothing. */
static void show(uint8_t *at, uint32_t page)
{
    if (page == NOT_MAPPED)
        map_or_die(at, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0);
    else
        map_or_die(at, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, page);
}

/* A page of the RAM that was moved there goes back. */
void memory_make_hole(void)
{
    for (unsigned i = 0; i < MEMORY_TEXT_PAGES; i++) {
        if (hole_file_page[i] < RAM_PAGES)
            show(ram + hole_file_page[i] * PAGE, hole_file_page[i]);
        hole_file_page[i] = NOT_MAPPED;
        show(low + (MEMORY_TEXT_FRAME + i) * PAGE, NOT_MAPPED);
    }
}

void memory_reset(void)
{
    if (!own)
        memory_create();
    if (low)
        memory_make_hole();
    memset(own, 0, ram_used);
    memset(own + FILE_STORE * PAGE, 0, (FILE_LOW - FILE_STORE) * PAGE);
    memset(ram_reserved, 0, sizeof(ram_reserved));
    memset(window_mapped, 0, sizeof(window_mapped));
    ASAN_POISON_MEMORY_REGION(ram, RAM_PAGES * PAGE);
    ASAN_POISON_MEMORY_REGION(window, SPECIAL_FRAMES_COUNT * PAGE);
    ram_used = 0;
    allocations_left = UINT32_MAX;
    ram_end = RAM_PAGES * PAGE;
}

void memory_restore(void)
{
    memset(own + FILE_STORE * PAGE, 0, (FILE_HOLE - FILE_STORE) * PAGE);
    memory_take_specials();
}

void memory_take_specials(void)
{
    memset(own + FILE_HOLE * PAGE, 0xff, PAGE);
    for (unsigned i = 0; i < SPECIAL_FRAMES_COUNT; i++) {
        window_mapped[i] = false;
        window_file_page[i] = FILE_HOLE;
        map_or_die(window + i * PAGE, 1, PROT_READ, MAP_SHARED | MAP_FIXED, FILE_HOLE);
    }
    ASAN_UNPOISON_MEMORY_REGION(window, SPECIAL_FRAMES_COUNT * PAGE);
}

void memory_fail_after(unsigned count)
{
    allocations_left = count;
}

void memory_leave(uint32_t pages)
{
    ram_end = ram_used + pages * PAGE;
}

void *platform_alloc_reserved(uint32_t bytes, uint32_t align)
{
    uint32_t start = (ram_used + align - 1) & ~(align - 1);

    if (!align || align & (align - 1))
        model_fault("an allocation aligned to %u", align);
    if (!allocations_left || start > ram_end || bytes > ram_end - start)
        return NULL;
    allocations_left--;
    /* The bytes between two allocations stay poisoned. */
    ram_used = start + bytes + (align >= PAGE ? PAGE : 16);
    if (ram_used > RAM_PAGES * PAGE)
        ram_used = RAM_PAGES * PAGE;
    for (uint32_t at = start; at < start + bytes;) {
        uint32_t in_page = PAGE - at % PAGE;
        if (in_page > start + bytes - at)
            in_page = start + bytes - at;
        ram_reserved[at / PAGE] = (uint16_t)(ram_reserved[at / PAGE] + in_page);
        at += in_page;
    }
    ASAN_UNPOISON_MEMORY_REGION(ram + start, bytes);
    memset(ram + start, 0, bytes);
    return ram + start;
}

static bool within(const void *address, const uint8_t *from, size_t pages)
{
    return (const uint8_t *)address >= from && (const uint8_t *)address < from + pages * PAGE;
}

static uint32_t pages_into(const void *address, const uint8_t *from)
{
    return (uint32_t)(((const uint8_t *)address - from) / (int)PAGE);
}

uint32_t platform_frame(const void *address)
{
    if (within(address, ram, RAM_PAGES))
        return RAM_FIRST + pages_into(address, ram);
    if (within(address, window, SPECIAL_FRAMES_COUNT))
        return SPECIAL_FRAMES_FIRST + pages_into(address, window);
    if (within(address, store, 1))
        return MEMORY_STORE_FRAME;
    model_fault("asked for the frame of %p, which is not guest memory", address);
}

void *platform_map(uint64_t frame)
{
    if (frame >= RAM_FIRST && frame < RAM_FIRST + RAM_PAGES)
        return ram + (uint32_t)(frame - RAM_FIRST) * PAGE;
    if (memory_is_special(frame))
        return window + (uint32_t)(frame - SPECIAL_FRAMES_FIRST) * PAGE;
    if (frame == MEMORY_CONSOLE_FRAME)
        return console;
    return frame == MEMORY_STORE_FRAME ? store : NULL;
}

void *memory_frame(uint64_t frame)
{
    if (frame >= RAM_FIRST && frame < RAM_FIRST + RAM_PAGES)
        return own + (uint32_t)(frame - RAM_FIRST) * PAGE;
    if (frame == MEMORY_CONSOLE_FRAME)
        return own + FILE_CONSOLE * PAGE;
    return frame == MEMORY_STORE_FRAME ? own + FILE_STORE * PAGE : NULL;
}

bool memory_is_reserved(uint64_t frame)
{
    return frame >= RAM_FIRST && frame < RAM_FIRST + RAM_PAGES &&
           ram_reserved[frame - RAM_FIRST] == PAGE;
}

void memory_forbid(uint64_t frame, bool forbid)
{
    if (!memory_is_reserved(frame))
        return;
    if (forbid)
        ASAN_POISON_MEMORY_REGION(platform_map(frame), PAGE);
    else
        ASAN_UNPOISON_MEMORY_REGION(platform_map(frame), PAGE);
}

void *memory_grant_frame(uint32_t index)
{
    return index < MEMORY_GRANT_FRAMES ? own + (FILE_GRANT + index) * PAGE : NULL;
}

bool memory_is_special(uint64_t gfn)
{
    return gfn >= SPECIAL_FRAMES_FIRST && gfn < SPECIAL_FRAMES_FIRST + SPECIAL_FRAMES_COUNT;
}

bool memory_special_is_mapped(uint64_t gfn)
{
    return memory_is_special(gfn) && window_mapped[gfn - SPECIAL_FRAMES_FIRST];
}

unsigned memory_specials_mapped(void)
{
    unsigned mapped = 0;

    for (unsigned i = 0; i < SPECIAL_FRAMES_COUNT; i++)
        mapped += window_mapped[i];
    return mapped;
}

static void map_special(uint32_t page, uint64_t gfn)
{
    uint32_t i = (uint32_t)(gfn - SPECIAL_FRAMES_FIRST);

    if (window_file_page[i] != page)
        map_or_die(window + i * PAGE, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, page);
    window_file_page[i] = page;
    window_mapped[i] = true;
    ASAN_UNPOISON_MEMORY_REGION(window + i * PAGE, PAGE);
}

void memory_map_grant_frame(uint32_t index, uint64_t gfn)
{
    map_special(FILE_GRANT + index, gfn);
}

void *memory_shared_info(void)
{
    return own + FILE_SHARED * PAGE;
}

void memory_map_shared_info(uint64_t gfn)
{
    map_special(FILE_SHARED, gfn);
}

void memory_unmap_special(uint64_t gfn)
{
    uint32_t i = (uint32_t)(gfn - SPECIAL_FRAMES_FIRST);

    window_mapped[i] = false;
    ASAN_POISON_MEMORY_REGION(window + i * PAGE, PAGE);
}

/**** The first MiB ****/

uint8_t *memory_make_low(void)
{
    if (!low) {
        low = reserve_space(LOW_PAGES);
        map_or_die(low, LOW_PAGES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, FILE_LOW);
        for (unsigned i = 0; i < MEMORY_TEXT_PAGES; i++)
            hole_file_page[i] = NOT_MAPPED;
    }
    memory_make_hole();
    memset(own + FILE_LOW * PAGE, 0, LOW_PAGES * PAGE);
    return low;
}

static bool is_in_hole(uint64_t gfn)
{
    return low && gfn >= MEMORY_TEXT_FRAME && gfn < MEMORY_TEXT_FRAME + MEMORY_TEXT_PAGES;
}

bool memory_is_hole(uint64_t gfn)
{
    return is_in_hole(gfn) && hole_file_page[gfn - MEMORY_TEXT_FRAME] == NOT_MAPPED;
}

static void hole_fill(uint64_t gfn, uint32_t page)
{
    hole_file_page[gfn - MEMORY_TEXT_FRAME] = page;
    show(low + gfn * PAGE, page);
}

void memory_fill_hole(void)
{
    for (uint32_t gfn = MEMORY_TEXT_FRAME; gfn < MEMORY_TEXT_FRAME + MEMORY_TEXT_PAGES; gfn++)
        hole_fill(gfn, FILE_LOW + gfn);
}

void memory_move(uint64_t from, uint64_t to)
{
    uint32_t page = (uint32_t)(from - RAM_FIRST);

    ram_reserved[page] = 0;
    show(ram + page * PAGE, NOT_MAPPED);
    hole_fill(to, page);
}

static bool is_nothing(const void *address)
{
    return low && within(address, low, LOW_PAGES) && memory_is_hole(pages_into(address, low));
}

uint32_t memory_read32(const void *address)
{
    return is_nothing(address) ? UINT32_MAX : *(const volatile uint32_t *)address;
}

void memory_write32(void *address, uint32_t value)
{
    if (!is_nothing(address))
        *(volatile uint32_t *)address = value;
}
