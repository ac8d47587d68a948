/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "status_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xen/xen.h>

#include "client.h"
#include "log.h"
#include "mark.h"
#include "status_ask.h"
#include "status_guest.h"
#include "status_print.h"
#include "store.h"

struct guest_list {
    struct status_guest *guests;
    unsigned count;
};

static void daemon_report(enum status_daemon daemon)
{
    switch (daemon) {
    case STATUS_DAEMON_RUNS:
        break;
    case STATUS_DAEMON_ABSENT:
        log_error("no daemon runs");
        break;
    case STATUS_DAEMON_OTHER_VERSION:
        log_error("a daemon of another version runs: restart it");
        break;
    case STATUS_DAEMON_SILENT:
        log_error("the daemon does not report its status: %s", strerror(errno));
        break;
    }
}

static bool domain_is_wanted(const char *wanted, uint32_t domid, const struct status_guest *guest)
{
    uint32_t number;

    if (!wanted)
        return true;
    return u32_parse(wanted, UINT32_MAX, &number) ? number == domid
                                                  : *wanted && !strcmp(wanted, guest->name);
}

static int guests_compare(const void *one, const void *other)
{
    uint32_t a = ((const struct status_guest *)one)->domid;
    uint32_t b = ((const struct status_guest *)other)->domid;

    return (a > b) - (a < b);
}

/* Read the wanted guests, in the order of their numbers. Return: false if that failed, with errno.
 */
static bool guests_read(struct guest_list *list, const struct xen *xen, const char *wanted,
                        enum status_daemon daemon, const struct status_line *lines,
                        unsigned line_count)
{
    unsigned count = 0;
    char **names = store_list(xen->store, "/local/domain", &count);

    if (!names)
        return false;
    list->count = 0;
    list->guests = calloc(count + 1, sizeof(*list->guests));
    for (unsigned i = 0; list->guests && i < count; i++) {
        const struct status_line *line = NULL;
        uint32_t domid;

        if (!u32_parse(names[i], DOMID_FIRST_RESERVED - 1, &domid) || domid == xen->domid)
            continue;
        for (unsigned j = 0; j < line_count; j++)
            if (lines[j].domid == domid)
                line = &lines[j];
        struct status_guest *guest = &list->guests[list->count];
        status_guest_read(guest, xen, domid, daemon, line);
        list->count += domain_is_wanted(wanted, domid, guest);
    }
    free(names);
    if (list->guests)
        qsort(list->guests, list->count, sizeof(*list->guests), guests_compare);
    return list->guests;
}

/* Return: the exit status. */
static int guests_print(const struct options *options, enum status_daemon daemon,
                        const struct guest_list *list)
{
    if (options->domain && !list->count) {
        log_error("there is no domain %s", options->domain);
        return CLIENT_EXIT_NO_DOMAIN;
    }
    if (options->json)
        status_json_print(stdout, daemon, list->guests, list->count);
    else
        status_table_print(stdout, list->guests, list->count);
    return daemon == STATUS_DAEMON_RUNS ? 0 : CLIENT_EXIT_FAILED;
}

int status_client_run(const struct options *options, const char *path)
{
    struct status_line *lines;
    struct guest_list list;
    struct xen xen = {0};
    unsigned count;
    int status = CLIENT_EXIT_FAILED;

    enum status_daemon daemon = status_ask(path, &lines, &count);
    daemon_report(daemon);
    if (client_store_open(&xen)) {
        if (guests_read(&list, &xen, options->domain, daemon, lines, count)) {
            status = guests_print(options, daemon, &list);
            free(list.guests);
        } else {
            log_error("cannot list the domains: %s", strerror(errno));
        }
    }
    free(lines);
    alarm(0);
    return status;
}
