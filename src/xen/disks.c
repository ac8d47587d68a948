/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disks.h"

#include "bytes.h"
#include "error.h"
#include "log.h"
#include "platform.h"
#include "wait.h"

/* What vbd_find tells of. */
struct disks_search {
    struct disks *disks;
    disks_wanted *wanted;
};

/* Keep a disk that is wanted, in the order of the names. */
static void disks_found(void *context, const struct vdev *vdev, const char *frontend)
{
    struct disks_search *search = context;
    struct disks *disks = search->disks;

    if (!search->wanted(vdev))
        return;
    if (disks->count == DISKS_MOST) {
        log_error("%s: skipped: more than %u disks\n", vdev->name, DISKS_MOST);
        return;
    }
    struct disk *disk = platform_alloc_reserved(sizeof(*disk), sizeof(uint64_t));
    if (!disk) {
        log_error("%s: skipped: no memory\n", vdev->name);
        return;
    }
    disk->disks = disks;
    if (vbd_init(&disk->vbd, &disks->core, vdev, frontend))
        return;

    unsigned place = disks->count++;
    for (; place && vdev_before(vdev, &disks->disk[place - 1]->vbd.vdev); place--)
        disks->disk[place] = disks->disk[place - 1];
    disks->disk[place] = disk;
}

void disks_finish(struct disks *disks)
{
    bool pending = true;

    while (pending) {
        pending = false;
        for (unsigned i = 0; i < disks->count; i++)
            pending |= vbd_step(&disks->disk[i]->vbd);
        if (pending)
            wait_rest(disks->options.poll_ms);
    }
}

/* Share the bounce memory out; disks for which there is none are dropped. */
static void disks_alloc(struct disks *disks)
{
    uint32_t pages = disks->options.pool_pages / disks->count;
    /* Each page takes a grant, and so does the ring. */
    uint32_t most = GRANT_REFS_USABLE / disks->count - 1;
    unsigned kept = 0;

    if (pages > most)
        pages = most;

    for (unsigned i = 0; i < disks->count; i++)
        if (vbd_alloc(&disks->disk[i]->vbd, pages ? pages : 1) == 0)
            disks->disk[kept++] = disks->disk[i];
    disks->count = kept;
}

/* What this guest is told otherwise than the ROM. */
static void disks_take_guest_options(struct disks *disks)
{
    static const char *const cache_names[] = {"off", "on"};
    struct xenstore *store = &disks->core.store;
    struct guest_options guest;

    guest_options_read(&guest, store);
    disks_set_mode(disks, handover_choose(store, &guest.handover, disks->options.mode));
    if (guest_option_choose(&guest.cache, cache_names, 2, true))
        return;
    disks->options.cache_bytes = 0;
    log_info("nothing is cached\n");
}

/* A boot begins with the first sectors: have them before the disks are closed. */
static void disks_read_first_lines(struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->disk[i]->vbd.state == VBD_CONNECTED)
            cache_fill(&disks->cache, &disks->disk[i]->vbd, 0, 1, true);
}

int disks_start(struct disks *disks, const struct disks_options *options, disks_wanted *wanted,
                char *names)
{
    struct disks_search search = {.disks = disks, .wanted = wanted};

    disks->options = *options;
    int error = core_init(&disks->core, &options->core);
    disks->started = platform_clock();
    if (!error)
        error = vbd_find(&disks->core, names, disks_found, &search);
    if (error)
        disks->count = 0;
    if (error || !disks->count)
        return error;

    disks_take_guest_options(disks);
    if (disks->mode == MODE_OFF)
        disks->count = 0;
    else
        disks_alloc(disks);
    if (!disks->count)
        return 0;
    cache_init(&disks->cache, disks->options.cache_bytes);
    for (unsigned i = 0; i < disks->count; i++)
        vbd_connect_begin(&disks->disk[i]->vbd);
    disks_finish(disks);
    if (disks_are_open(disks))
        disks_need_claim(disks);
    if (disks->mode == MODE_STRICT) {
        disks_read_first_lines(disks);
        disks_close_open(disks);
    }
    disks->used = instant_now();
    for (unsigned i = 0; i < disks->count; i++) {
        disks->disk[i]->used = disks->used;
        disks->disk[i]->claimed = disks->disk[i]->vbd.connects;
    }
    return 0;
}

bool disks_usable(const struct disk *disk)
{
    return disk->handed_over || disk->vbd.state == VBD_CONNECTED;
}

bool disks_are_open(const struct disks *disks)
{
    for (unsigned i = 0; i < disks->count; i++)
        if (disks->disk[i]->vbd.state == VBD_CONNECTED)
            return true;
    return false;
}
