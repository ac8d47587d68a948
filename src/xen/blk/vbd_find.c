/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_find.h"

#include "xen/base/bytes.h"
#include "xen/base/decimal.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"

#define VBD_DIRECTORY "device/vbd"

/* The names of directories, as xenstored lists them. */
struct names {
    const char *first, *end;
};

/* A disk among them. */
struct candidate {
    struct vdev vdev;
    uint32_t number;
};

static bool candidate_parse(const char *name, struct candidate *candidate)
{
    uint64_t number;

    if (!decimal_parse_u64(name, UINT32_MAX, &number) ||
        !vdev_decode((uint32_t)number, &candidate->vdev))
        return false;
    candidate->number = (uint32_t)number;
    return true;
}

/* Log the names that are not disks. Return: how many there are. */
static int find_others(const struct names *names)
{
    struct candidate candidate;
    int others = 0;

    for (const char *name = names->first; name < names->end; name += string_length(name) + 1) {
        if (!candidate_parse(name, &candidate))
            log_info(VBD_DIRECTORY "/%s: skipped: not the number of a disk\n", name);
        else if (candidate.vdev.partition)
            log_info("%s: skipped: a partition, not a disk\n", candidate.vdev.name);
        else
            continue;
        others++;
    }
    return others;
}

/* Find the disk after @last in the order of the names, or the first one if @last is NULL. Return:
 * whether there is one. */
static bool find_next(const struct names *names, const struct vdev *last, struct candidate *next)
{
    struct candidate candidate;
    bool found = false;

    for (const char *name = names->first; name < names->end; name += string_length(name) + 1) {
        if (!candidate_parse(name, &candidate) || candidate.vdev.partition ||
            (last && !vdev_before(last, &candidate.vdev)) ||
            (found && !vdev_before(&candidate.vdev, &next->vdev)))
            continue;
        *next = candidate;
        found = true;
    }
    return found;
}

/* Read a device's type, and report the device, or log why it cannot be read and count it. Return:
 * whether to go on. */
static bool find_report(struct core *core, const struct candidate *candidate, vbd_found *found,
                        void *context, int *skipped)
{
    struct vbd_device device = {.vdev = candidate->vdev, .type = "disk"};
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

int vbd_find(struct core *core, char *names, vbd_found *found, void *context)
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

    const struct names list = {.first = names, .end = names + length};
    uint32_t since = platform_clock();
    struct candidate candidate;
    struct vdev last;

    int skipped = find_others(&list);
    for (bool more = find_next(&list, 0, &candidate); more;
         more = find_next(&list, &last, &candidate)) {
        last = candidate.vdev;
        if (platform_elapsed_ms(since) >= core->options.connect_limit_ms) {
            log_error("%s and those after it: skipped: xenstored took too long\n", last.name);
            skipped++;
            break;
        }
        if (!find_report(core, &candidate, found, context, &skipped))
            break;
    }
    return skipped;
}
