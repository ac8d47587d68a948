/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "firmware_log_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xen/xen.h>

#include "client.h"
#include "firmware_log.h"
#include "log.h"
#include "mark.h"
#include "store.h"

#define DOMAIN_NAME_BYTES 256
#define KEY_BYTES         64

/* A part of the guest's memory. */
struct view {
    uint8_t *pages;
    size_t count;
    const uint8_t *at; /* the wanted address in them */
};

static bool name_is(const struct xen *xen, const char *domid, const char *wanted)
{
    char key[KEY_BYTES], name[DOMAIN_NAME_BYTES];

    snprintf(key, sizeof(key), "/local/domain/%s/name", domid);
    return store_read(xen->store, XBT_NULL, NULL, key, name, sizeof(name)) && !strcmp(name, wanted);
}

/* Find a domain by its name. Return: an exit status; 0: *@domid is set. */
static int domain_find_name(const char *wanted, uint32_t *domid)
{
    int status = CLIENT_EXIT_NO_DOMAIN;
    struct xen xen = {0};
    unsigned count = 0;

    if (!client_store_open(&xen))
        return CLIENT_EXIT_FAILED;
    char **names = store_list(xen.store, "/local/domain", &count);
    if (!names) {
        log_error("cannot list the domains: %s", strerror(errno));
        return CLIENT_EXIT_FAILED;
    }
    for (unsigned i = 0; i < count && status; i++)
        if (u32_parse(names[i], DOMID_FIRST_RESERVED - 1, domid) && name_is(&xen, names[i], wanted))
            status = 0;
    free(names);
    alarm(0);
    if (status)
        log_error("there is no domain %s", wanted);
    return status;
}

/* A number needs no xenstored. */
static int domain_find(const char *wanted, uint32_t *domid)
{
    return u32_parse(wanted, DOMID_FIRST_RESERVED - 1, domid) ? 0 : domain_find_name(wanted, domid);
}

static void view_unmap(xenforeignmemory_handle *memory, struct view *view)
{
    if (view->pages)
        xenforeignmemory_unmap(memory, view->pages, view->count);
    view->pages = NULL;
}

/* Map a range of the guest's memory, to be read. Return: 0, or an errno. */
static int view_map(xenforeignmemory_handle *memory, uint32_t domid, uint32_t address,
                    uint32_t bytes, struct view *view)
{
    uint32_t first = address / XEN_PAGE_BYTES, last = (address + bytes - 1) / XEN_PAGE_BYTES;
    int error = 0;

    view->count = last - first + 1;
    xen_pfn_t *frames = calloc(view->count, sizeof(*frames));
    int *errors = calloc(view->count, sizeof(*errors));
    view->pages = NULL;
    for (size_t i = 0; frames && i < view->count; i++)
        frames[i] = first + i;
    if (frames && errors)
        view->pages = xenforeignmemory_map(memory, domid, PROT_READ, view->count, frames, errors);
    if (!view->pages)
        error = errno ? errno : ENOMEM;
    for (size_t i = 0; !error && i < view->count; i++)
        error = -errors[i];
    if (error)
        view_unmap(memory, view);
    else
        view->at = view->pages + address % XEN_PAGE_BYTES;
    free(frames);
    free(errors);
    return error;
}

static int map_failed(const struct options *options, int error)
{
    if (error == ESRCH) {
        log_error("there is no domain %s", options->domain);
        return CLIENT_EXIT_NO_DOMAIN;
    }
    log_error("cannot map the memory of domain %s: %s", options->domain, strerror(error));
    return CLIENT_EXIT_FAILED;
}

static int no_log(const struct options *options, const char *why)
{
    log_error("domain %s: %s", options->domain, why);
    return CLIENT_EXIT_NO_LOG;
}

/* Print the ring. Return: an exit status. */
static int ring_print(const struct options *options, xenforeignmemory_handle *memory,
                      uint32_t domid, const struct firmware_log_place *place)
{
    struct firmware_log log;
    struct view view;
    int error = view_map(memory, domid, place->address,
                         (uint32_t)sizeof(struct log_ring) + place->bytes, &view);

    if (error)
        return map_failed(options, error);
    bool copied = firmware_log_copy(view.at, place, &log);
    error = errno;
    view_unmap(memory, &view);
    if (!copied && error == ENODATA)
        return no_log(options, "the log in its memory is damaged");
    if (!copied)
        return map_failed(options, error);
    firmware_log_print(stdout, &log);
    free(log.data);
    if (fflush(stdout) == 0)
        return 0;
    log_error("cannot write the log: %s", strerror(errno));
    return CLIENT_EXIT_FAILED;
}

/* Copy the area of the anchor, and look for it there. Return: an exit status; 0: *@place is set. */
static int place_find(const struct options *options, xenforeignmemory_handle *memory,
                      uint32_t domid, struct firmware_log_place *place)
{
    static uint8_t area[LOG_AREA_BYTES] __attribute__((aligned(LOG_ANCHOR_ALIGN)));
    struct view view;
    int error = view_map(memory, domid, LOG_AREA_ADDRESS, LOG_AREA_BYTES, &view);

    if (error)
        return map_failed(options, error);
    memcpy(area, view.at, sizeof(area));
    view_unmap(memory, &view);
    if (!firmware_log_find(area, place))
        return no_log(options,
                      "its firmware is no seabios-xenpv that keeps a log, or has not begun");
    if (!place->bytes)
        return no_log(options, "its firmware keeps no log: built without it, or no memory for it");
    return 0;
}

int firmware_log_client_run(const struct options *options)
{
    struct firmware_log_place place;
    uint32_t domid;
    int status = domain_find(options->domain, &domid);

    if (status)
        return status;
    xenforeignmemory_handle *memory = xenforeignmemory_open(&xen_quiet, 0);
    if (!memory) {
        log_error("cannot open /dev/xen/privcmd: %s", strerror(errno));
        return CLIENT_EXIT_FAILED;
    }
    status = place_find(options, memory, domid, &place);
    if (!status)
        status = ring_print(options, memory, domid, &place);
    xenforeignmemory_close(memory);
    return status;
}
