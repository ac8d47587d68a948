/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks_start.h"

#include "boot_list.h"
#include "cached_io.h"
#include "disk_set.h"
#include "disks_call.h"
#include "disks_claim.h"
#include "medium.h"
#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/blk/vbd_connection.h"
#include "xen/blk/vbd_find.h"
#include "xen/blk/vbd_run.h"
#include "xen/blk/vbd_transfer.h"

/* The context of disks_found. */
struct disks_search {
    struct disks *disks;
    disks_choose_role *choose_role;
};

/* Make room for a disk: a CD-ROM drive that is also emulated is complete without PV. Return:
 * whether there was one. */
static bool disks_leave_last_cd(struct disks *disks)
{
    unsigned at = disks->count;

    while (at && !disk_is_emulated_cd(disks->disk[at - 1]))
        at--;
    if (!at)
        return false;
    log_info("%s: left to the emulated drive: more than %u disks\n", disks->vbd[at - 1]->vdev.name,
             DISKS_MAX);
    disks->count--;
    for (; at <= disks->count; at++) {
        disks->disk[at - 1] = disks->disk[at];
        disks->vbd[at - 1] = disks->vbd[at];
    }
    return true;
}

/* Add a disk where the order of the names has it: those of the option "boot" are found first. */
static void disks_insert(struct disks *disks, struct disk *disk)
{
    unsigned place = disks->count++;

    for (; place && vdev_before(&disk->vbd.vdev, &disks->vbd[place - 1]->vdev); place--) {
        disks->disk[place] = disks->disk[place - 1];
        disks->vbd[place] = disks->vbd[place - 1];
    }
    disks->disk[place] = disk;
    disks->vbd[place] = &disk->vbd;
}

static bool disks_found(void *context, const struct vbd_device *device)
{
    struct disks_search *search = context;
    struct disks *disks = search->disks;
    const char *name = device->vdev.name;

    bool removable = bytes_equal(device->type, "cdrom", sizeof("cdrom"));

    if (!removable && !bytes_equal(device->type, "disk", sizeof("disk"))) {
        log_info("%s: skipped: a %s\n", name, device->type);
        return true;
    }
    if (disks->count == DISKS_MAX && !disks_leave_last_cd(disks)) {
        log_error("%s and %u more: skipped: more than %u disks\n", name, device->more, DISKS_MAX);
        disks->skipped += 1 + device->more;
        return false;
    }
    struct disk *disk = platform_alloc_reserved(sizeof(*disk), sizeof(uint64_t));
    if (!disk) {
        log_error("%s: skipped: no memory\n", name);
        disks->skipped++;
        return true;
    }
    disk->disks = disks;
    disk->removable = removable;
    if (vbd_init(&disk->vbd, disks->core, device)) {
        disks->skipped++;
        return true;
    }
    disk->vbd.removable = removable;
    if (removable)
        medium_find(disk);
    disk->role = search->choose_role(disk);
    disk->vbd.keeps_size = !removable && disk->role == DISK_EMULATED;
    /* An emulated drive is complete without PV. */
    if (removable && disk->role == DISK_LEFT)
        return true;
    disks_insert(disks, disk);
    return true;
}

/* Allocate the rings of @count disks with *@pages bounce pages for each, or fewer if memory is
 * short, so that the first disks do not take what the others need. Return: NULL if not even one is
 * there for each disk. */
static uint8_t *disks_alloc_memory(uint32_t count, uint32_t *pages)
{
    uint8_t *memory = 0;

    while (*pages) {
        memory = platform_alloc_reserved(count * (1 + *pages) * PAGE_BYTES, PAGE_BYTES);
        if (memory)
            break;
        *pages /= 2;
    }
    return memory;
}

/* Divide the bounce memory among the disks. A disk that gets none is not connected. */
static void disks_alloc_pools(struct disks *disks)
{
    uint32_t wanted = 0;

    for (unsigned i = 0; i < disks->count; i++)
        wanted += disks->disk[i]->role != DISK_LEFT;
    if (!wanted)
        return;

    uint32_t pages = disks->options.pool_pages / wanted;
    /* Each page takes a grant, and so does the ring. */
    uint32_t max = GRANT_REFS_USABLE / wanted - 1;

    if (pages > max)
        pages = max;
    if (pages > VBD_POOL_PAGES_MAX)
        pages = VBD_POOL_PAGES_MAX;
    if (!pages)
        pages = 1;
    uint8_t *memory = disks_alloc_memory(wanted, &pages);
    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (disk->role == DISK_LEFT)
            continue;
        if (memory) {
            vbd_use_memory(&disk->vbd, memory, pages);
            memory += (1 + pages) * PAGE_BYTES;
            continue;
        }
        if (!vbd_alloc(&disk->vbd, 1))
            continue;
        disk->role = DISK_LEFT;
        disk->no_memory = true;
    }
}

/* Apply the options of this guest, which override the ROM's. */
static void disks_apply_guest_options(struct disks *disks)
{
    static const char *const switch_names[] = {"off", "on"};
    struct core *core = disks->core;
    const struct guest_options *guest = core_guest_options(core);

    core->mode = handover_choose(&core->store, &guest->handover, disks->options.mode);
    disks->keep.needed = disks->options.writes_to_keep_open;
    if (!guest_option_choose(&guest->cache, switch_names, 2, true)) {
        disks->options.cache_bytes = 0;
        log_info("the cache is off\n");
    }
    disks->acpi = guest_option_choose(&guest->acpi, switch_names, 2, true);
    if (!disks->acpi)
        log_info("ACPI: the tables are not changed\n");
}

/* Begin to connect a disk, or leave that to its first call. */
static void disk_connect_begin(struct disk *disk)
{
    if (disk->role == DISK_LEFT || disk_is_empty(disk))
        return;
    if (disk_is_emulated_cd(disk))
        disk->handed_over = true;
    else
        vbd_connect_begin(&disk->vbd, disk->disks->core->options.connect_limit_ms);
}

struct disks *disks_alloc(void)
{
    return platform_alloc_reserved(sizeof(struct disks), sizeof(uint64_t));
}

int disks_start(struct disks *disks, struct core *core, const struct disks_options *options,
                disks_choose_role *choose_role, char *names)
{
    struct disks_search search = {.disks = disks, .choose_role = choose_role};

    disks->core = core;
    disks->options = *options;
    disks->started = platform_clock();
    /* A guest may have more disks than drives: those that it boots from must get one. */
    const char *boot = guest_option_text(&core_guest_options(core)->boot);
    int skipped = vbd_find(core, boot, names, disks_found, &search);
    if (skipped < 0) {
        disks->count = 0;
        return skipped;
    }
    disks->skipped += (unsigned)skipped;
    if (!disks->count)
        return 0;
    boot_list_parse(disks, boot);

    disks_apply_guest_options(disks);
    if (disks->core->mode == MODE_OFF)
        disks->count = 0;
    disks_alloc_pools(disks);
    if (!disks->count)
        return 0;
    cache_init(&disks->cache, disks->options.cache_bytes);
    for (unsigned i = 0; i < disks->count; i++)
        disk_connect_begin(disks->disk[i]);
    vbd_run(disks->vbd, disks->count);
    return 0;
}

void disks_leave_to_emulated(struct disk *disk)
{
    disk->role = DISK_LEFT;
    disk->handed_over = false;
    vbd_close_begin(&disk->vbd);
}

void disks_set_alone(struct disk *disk)
{
    disk->role = DISK_ALONE;
    disk->vbd.keeps_size = false;
}

/* What the backend can still change is copied before it is parsed. */
static void disk_note_chs(struct disk *disk)
{
    uint8_t sector[SECTOR_BYTES];

    if (vbd_copy_first_sector(&disk->vbd, sector))
        disk->chs = first_sector_parse(sector, disk->vbd.sectors);
}

/* Read the first block of each PV-only disk; an emulated one boots without it. */
static void disks_read_first_blocks(struct disks *disks)
{
    struct vbd **alone = disks->scratch;
    unsigned count = 0;

    for (unsigned i = 0; i < disks->count; i++)
        if (disks->disk[i]->role == DISK_ALONE)
            alone[count++] = disks->vbd[i];
    vbd_learn_blocks(alone, count);
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->disk[i]->role == DISK_ALONE)
            disk_note_chs(disks->disk[i]);
    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        if (disk->role != DISK_ALONE || !vbd_is_broken(&disk->vbd))
            continue;
        disk->first_error = disk->vbd.io.result;
        disk->handed_over = disk->first_error == -XEN_ENOTCONN;
        vbd_close_begin(&disk->vbd);
    }
    vbd_run(alone, count);
    /* A daemon that is stopped closes the disks: the next call opens them again. */
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->disk[i]->role == DISK_ALONE && disks->disk[i]->handed_over)
            disks->disk[i]->handed_over =
                xenbus_read_state(&disks->core->store, disks->vbd[i]->backend) > XenbusStateUnknown;
}

/* Return the disk that the guest boots from, as far as the core knows: the first open one of the
 * option "boot", or the first open one. */
static struct disk *disks_boot_disk(const struct disks *disks)
{
    for (unsigned i = 0; i < disks->listed_count; i++)
        if (disks->listed[i]->vbd.state == VBD_CONNECTED)
            return disks->listed[i];
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->vbd[i]->state == VBD_CONNECTED)
            return disks->disk[i];
    return 0;
}

/* A boot begins with the first sectors of its disk: read them before it is closed. */
static void disks_read_first_lines(struct disks *disks)
{
    struct disk *disk = disks_boot_disk(disks);

    if (!disk)
        return;
    cached_io_fill(&disks->cache, &disk->vbd, 0, 1, true);
    /* Its first block could be read, so it has a drive, and the first call opens it again. A disk
     * that is emulated as well has the emulated drive. */
    if (disk->role == DISK_ALONE && disk->vbd.state != VBD_CONNECTED)
        disk->handed_over = true;
}

void disks_ready(struct disks *disks)
{
    if (!disks->count)
        return;
    /* Close the disks that were left to the emulated drives. */
    vbd_run(disks->vbd, disks->count);
    core_phase_begin(disks->core, disks->core->options.connect_limit_ms);
    disks_read_first_blocks(disks);
    core_phase_end(disks->core);
    if (disks_are_open(disks))
        disks_await_claim(disks);
    if (disks->core->mode == MODE_STRICT) {
        core_phase_begin(disks->core, disks->core->options.connect_limit_ms);
        disks_read_first_lines(disks);
        core_phase_end(disks->core);
        disks_close_open(disks);
    }
    disks->used = instant_now();
    disks->ready_ms = platform_elapsed_ms(disks->started);
    for (unsigned i = 0; i < disks->count; i++) {
        struct disk *disk = disks->disk[i];

        disk->used = disks->used;
        disk->claimed = disk->vbd.connects;
        medium_note_post(disk);
        disk->registered = disk->role == DISK_ALONE && (disks_usable(disk) || disk_is_empty(disk));
    }
}

void disks_log_ready(const struct disks *disks)
{
    unsigned usable = 0, count = 0;

    for (unsigned i = 0; i < disks->count; i++) {
        if (disk_is_empty(disks->disk[i]) || disk_is_emulated_cd(disks->disk[i]))
            continue;
        usable += disks_usable(disks->disk[i]);
        count++;
    }
    if (count)
        log_info("%u of %u PV disks ready in %u ms, %u xenstore round trips\n", usable, count,
                 disks->ready_ms, disks->core->store.round_trips);
}
