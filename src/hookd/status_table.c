/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "status_print.h"

/* Of xenbus, by number. */
static const char *const state_names[] = {
    "Unknown", "Initialising", "InitWait", "Initialised",   "Connected",
    "Closing", "Closed",       "",         "Reconfiguring", "Reconfigured",
};
#define STATE_BYTES 24

static void state_text(uint32_t state, char text[STATE_BYTES])
{
    if (state == STATUS_NO_STATE)
        snprintf(text, STATE_BYTES, "-");
    else if (state < sizeof(state_names) / sizeof(state_names[0]))
        snprintf(text, STATE_BYTES, "%u %s", state, state_names[state]);
    else
        snprintf(text, STATE_BYTES, "%u", state);
}

static void disks_print(FILE *to, const struct status_guest *guest)
{
    if (guest->disk_count)
        fprintf(to, "  %-10s %-8s %-16s %-16s %s\n", "VDEV", "NAME", "FRONTEND", "BACKEND", "MARK");
    for (unsigned i = 0; i < guest->disk_count; i++) {
        const struct status_disk *disk = &guest->disks[i];
        char frontend[STATE_BYTES], backend[STATE_BYTES];

        state_text(disk->frontend, frontend);
        state_text(disk->backend, backend);
        fprintf(to, "  %-10u %-8s %-16s %-16s %s\n", disk->number, *disk->name ? disk->name : "-",
                frontend, backend, *disk->mode ? disk->mode : "-");
    }
}

static void trigger_print(FILE *to, const char *trigger)
{
    const char *way = strchr(trigger, '/');

    if (way)
        fprintf(to, ", at a %s of port %.*s", way + 1, (int)(way - trigger), trigger);
    else if (!strcmp(trigger, HANDOVER_TRIGGER_STOP))
        fputs(", because the daemon stops", to);
    else
        fputs(", begun by an earlier daemon", to);
}

static void open_disks_print(FILE *to, const struct handover_report *handover)
{
    unsigned open = handover_report_open_count(handover);
    unsigned rest = handover->disks - handover->closed - open;

    for (unsigned i = 0; i < open; i++) {
        char name[VDEV_NAME_BYTES];

        vdev_name(handover->open[i], name);
        fprintf(to, "%s%u%s%s", i ? ", " : "; not closed: ", handover->open[i], *name ? " " : "",
                name);
    }
    if (rest)
        fprintf(to, ", and %u more", rest);
}

static void handover_print(FILE *to, const struct handover_report *handover)
{
    char when[32] = "?";
    struct tm local;

    if (localtime_r(&handover->began, &local))
        strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &local);
    fprintf(to, "  last hand-over: %s", when);
    trigger_print(to, handover->trigger);
    if (!handover_report_has_access(handover))
        fputs("\n    the guest did not wait", to);
    else
        fprintf(to, "\n    the guest %s %u ms", handover->ended ? "waited" : "has waited",
                handover->wait_ms);
    if (handover->ended) {
        fprintf(to, "; %u of %u disks closed", handover->closed, handover->disks);
        open_disks_print(to, handover);
    } else {
        fputs(" so far", to);
    }
    fputc('\n', to);
}

/* A name with anything but printable ASCII could change the terminal. */
static void name_print(FILE *to, const char *name)
{
    for (; *name; name++)
        fputc(*name >= ' ' && *name < 0x7f ? *name : '?', to);
}

void status_table_print(FILE *to, const struct status_guest *guests, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct status_guest *guest = &guests[i];
        const char *mode = status_guest_mode(guest);

        fprintf(to, "%sdomain %u (", i ? "\n" : "", guest->domid);
        name_print(to, guest->name);
        fprintf(to, ")\n  daemon: %s", guest->attends ? "attends; " : "does not attend: ");
        name_print(to, guest->words);
        fprintf(to, "\n  firmware: %s%s\n", mode ? "mode " : "has no disk open", mode ? mode : "");
        disks_print(to, guest);
        if (guest->line && guest->line->handover.began)
            handover_print(to, &guest->line->handover);
    }
}
