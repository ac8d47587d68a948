/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_find.h"

#include "vdev_list.h"
#include "xen/base/bytes.h"
#include "xen/base/decimal.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"

#define VBD_DIRECTORY "device/vbd"

/* The names of directories, as xenstored lists them, and the disks that come first. */
struct listing {
    const char *names, *end;
    const char *first;
};

/* A disk among them. */
struct candidate {
    struct vdev vdev;
    uint32_t number;
    unsigned place; /* in the list of those that come first */
};

static bool candidate_parse(const struct listing *listing, const char *name,
                            struct candidate *candidate)
{
    uint64_t number;

    if (!decimal_parse_u64(name, UINT32_MAX, &number) ||
        !vdev_decode((uint32_t)number, &candidate->vdev))
        return false;
    candidate->number = (uint32_t)number;
    candidate->place = vdev_list_place(listing->first, &candidate->vdev);
    return true;
}

static bool candidate_before(const struct candidate *a, const struct candidate *b)
{
    return a->place != b->place ? a->place < b->place : vdev_before(&a->vdev, &b->vdev);
}

/* Log the names that are not disks. *@disks: the number of those that are. Return: how many are
 * not. */
static int find_others(const struct listing *listing, unsigned *disks)
{
    struct candidate candidate;
    int others = 0;

    *disks = 0;
    for (const char *name = listing->names; name < listing->end; name += string_length(name) + 1) {
        if (!candidate_parse(listing, name, &candidate)) {
            log_info(VBD_DIRECTORY "/%s: skipped: not the number of a disk\n", name);
            others++;
        } else if (candidate.vdev.partition) {
            log_info("%s: skipped: a partition, not a disk\n", candidate.vdev.name);
            others++;
        } else {
            ++*disks;
        }
    }
    return others;
}

/* Find the disk after @last in the order of vbd_find, or the first one if @last is NULL. Return:
 * whether there is one. */
static bool find_next(const struct listing *listing, const struct candidate *last,
                      struct candidate *next)
{
    struct candidate candidate;
    bool found = false;

    for (const char *name = listing->names; name < listing->end; name += string_length(name) + 1) {
        if (!candidate_parse(listing, name, &candidate) || candidate.vdev.partition ||
            (last && !candidate_before(last, &candidate)) ||
            (found && !candidate_before(&candidate, next)))
            continue;
        *next = candidate;
        found = true;
    }
    return found;
}

/* Read a device's type, and report the device, or log why it cannot be read and count it. @more:
 * the number of devices after it. Return: whether to go on. */
static bool find_report(struct core *core, const struct candidate *candidate, unsigned more,
                        vbd_found *found, void *context, int *skipped)
{
    struct vbd_device device = {.vdev = candidate->vdev, .type = "disk", .more = more};
    char type[VBD_DEVICE_TYPE_BYTES];

    platform_snprintf(device.frontend, sizeof(device.frontend), VBD_DIRECTORY "/%u",
                      candidate->number);
    int length = xenstore_read(&core->store, XENSTORE_NO_TRANSACTION, device.frontend,
                               "device-type", type, sizeof(type));
    if (length < 0 && length != -XEN_ENOENT) {
        log_info("%s: skipped: cannot read its device-type: %s\n", device.vdev.name,
                 error_name(length));
        ++*skipped;
        return true;
    }
    if (length > 0)
        bytes_copy(device.type, type, sizeof(type));
    return found(context, &device);
}

/* Report the disks. Return: the number of devices that are skipped. */
static int find_disks(struct core *core, const struct listing *listing, vbd_found *found,
                      void *context)
{
    uint32_t since = platform_clock();
    struct candidate candidate, last;
    unsigned more;

    int skipped = find_others(listing, &more);
    for (bool next = find_next(listing, 0, &candidate); next;
         next = find_next(listing, &last, &candidate)) {
        last = candidate;
        more--;
        if (platform_elapsed_ms(since) >= core->options.connect_limit_ms) {
            log_error("%s and %u more: skipped: xenstored took too long\n", last.vdev.name, more);
            return skipped + 1 + (int)more;
        }
        if (!find_report(core, &candidate, more, found, context, &skipped))
            break;
    }
    return skipped;
}

int vbd_find(struct core *core, const char *first, char *names, vbd_found *found, void *context)
{
    int length = xenstore_directory(&core->store, VBD_DIRECTORY, names, XENSTORE_PAYLOAD_MAX);

    if (length == -XEN_ENOENT) {
        log_info("this guest has no PV disks\n");
        return 0;
    }
    if (length < 0) {
        log_error("cannot list " VBD_DIRECTORY ": %s\n", error_name(length));
        return length;
    }

    const struct listing listing = {.names = names, .end = names + length, .first = first};
    return find_disks(core, &listing, found, context);
}
