/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "status_guest.h"

#include <stdio.h>
#include <string.h>

#include "mark.h"
#include "status_obstacle.h"
#include "store.h"
#include "xen/base/handover.h"

/**** The claim ****/

/* States in which the daemon attends to a guest. */
static const struct status_words {
    const char *state, *words;
} attending[] = {
    {"adopting", "takes over the claim of an earlier daemon"},
    {"idle", "waits for the firmware to open a disk in hook mode"},
    {"claimed", "has claimed the I/O ports"},
    {"closing", "closes the disks; the guest waits"},
    {"answering", "has closed the disks; answers the guest"},
    {"releasing", "has handed over; releases the claim"},
};

static void words_write(struct status_guest *guest, const char *words, int error)
{
    snprintf(guest->words, sizeof(guest->words), "%s%s%s", words, error ? ": " : "",
             error ? strerror(error) : "");
}

/* Of a domain to which the daemon does not attend. */
static void obstacle_write(struct status_guest *guest, const struct xen *xen)
{
    char text[STATUS_OBSTACLE_BYTES];

    words_write(guest,
                status_obstacle_find(xen, guest->domid, text) ? text
                                                              : "the daemon does not know it yet",
                0);
}

static void attendance_write(struct status_guest *guest, const struct xen *xen,
                             enum status_daemon daemon)
{
    const struct status_line *line = guest->line;

    if (daemon == STATUS_DAEMON_ABSENT) {
        words_write(guest, "no daemon runs", 0);
        return;
    }
    if (daemon != STATUS_DAEMON_RUNS) {
        words_write(guest, "the daemon does not report it", 0);
        return;
    }
    if (!line || !strcmp(line->state, "unattended")) {
        obstacle_write(guest, xen);
        return;
    }
    if (!strcmp(line->state, STATUS_GIVEN_UP)) {
        words_write(guest, "its ports could not be claimed", line->error);
        return;
    }
    guest->attends = true;
    words_write(guest, line->state, line->error);
    for (unsigned i = 0; i < sizeof(attending) / sizeof(attending[0]); i++)
        if (!strcmp(line->state, attending[i].state))
            words_write(guest, attending[i].words, line->error);
}

/**** The disks ****/

/* The path of the backend, as far as it has the form of one: the guest may have written it. */
static void backend_find(struct status_disk *disk, const struct xen *xen, uint32_t domid,
                         const char *frontend)
{
    char toolstack[STORE_PATH_BYTES];
    uint32_t backend_domid;

    snprintf(toolstack, sizeof(toolstack), "/libxl/%u/device/vbd/%u", domid, disk->number);
    if (!store_read(xen->store, XBT_NULL, toolstack, "backend", disk->directory,
                    sizeof(disk->directory)))
        store_read(xen->store, XBT_NULL, frontend, "backend", disk->directory,
                   sizeof(disk->directory));
    if (!backend_path_parse(disk->directory, domid, disk->number, &backend_domid))
        disk->directory[0] = 0;
}

static uint32_t state_read(const struct xen *xen, const char *directory)
{
    uint32_t state;

    return *directory && store_read_u32(xen->store, XBT_NULL, directory, "state", &state)
               ? state
               : STATUS_NO_STATE;
}

static void mode_read(struct status_disk *disk, const struct xen *xen, const char *frontend)
{
    char text[HANDOVER_MARK_BYTES];
    struct mark mark;

    if (store_read(xen->store, XBT_NULL, frontend, HANDOVER_MARK, text, sizeof(text)) &&
        mark_parse(text, &mark))
        snprintf(disk->mode, sizeof(disk->mode), "%.*s", (int)strcspn(text, " "), text);
}

static void disk_read(struct status_disk *disk, const struct xen *xen, uint32_t domid)
{
    char frontend[STORE_PATH_BYTES];

    snprintf(frontend, sizeof(frontend), "/local/domain/%u/" DOMAIN_DISKS_KEY "/%u", domid,
             disk->number);
    vdev_name(disk->number, disk->name);
    backend_find(disk, xen, domid, frontend);
    disk->frontend = state_read(xen, frontend);
    disk->backend = state_read(xen, disk->directory);
    mode_read(disk, xen, frontend);
}

static void disks_read(struct status_guest *guest, const struct xen *xen)
{
    const struct domain domain = {.domid = guest->domid};
    uint32_t numbers[STATUS_DISKS_MAX];

    guest->disk_count = domain_disks_list(&domain, xen, numbers, STATUS_DISKS_MAX);
    for (unsigned i = 0; i < guest->disk_count; i++) {
        guest->disks[i].number = numbers[i];
        disk_read(&guest->disks[i], xen, guest->domid);
    }
}

void status_guest_read(struct status_guest *guest, const struct xen *xen, uint32_t domid,
                       enum status_daemon daemon, const struct status_line *line)
{
    char home[STORE_PATH_BYTES];

    memset(guest, 0, sizeof(*guest));
    guest->domid = domid;
    guest->line = line;
    snprintf(home, sizeof(home), "/local/domain/%u", domid);
    store_read(xen->store, XBT_NULL, home, "name", guest->name, sizeof(guest->name));
    attendance_write(guest, xen, daemon);
    disks_read(guest, xen);
}

const char *status_guest_mode(const struct status_guest *guest)
{
    for (unsigned i = 0; i < guest->disk_count; i++)
        if (guest->disks[i].mode[0])
            return guest->disks[i].mode;
    return NULL;
}
