/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "bytes.h"
#include "decimal.h"
#include "error.h"
#include "log.h"
#include "platform.h"
#include "vbd.h"

#define VBD_DIRECTORY "device/vbd"

#define DEVICE_TYPE_BYTES 8

/* Look at the directory of the device @number and report it, or say why not. */
static void vbd_look_at(struct core *core, const char *number, vbd_found *found, void *context)
{
    char frontend[XENBUS_PATH_BYTES], type[DEVICE_TYPE_BYTES];
    struct vdev vdev;
    uint64_t value;

    if (!decimal_parse(number, UINT32_MAX, &value) || !vdev_decode((uint32_t)value, &vdev)) {
        log_info("skipped " VBD_DIRECTORY "/%s: not a number of a disk\n", number);
        return;
    }
    if (vdev.partition) {
        log_info("%s: skipped: a partition, not a disk\n", vdev.name);
        return;
    }
    platform_snprintf(frontend, sizeof(frontend), VBD_DIRECTORY "/%u", (unsigned)value);

    int length = xenstore_read(&core->store, XENSTORE_NO_TRANSACTION, frontend, "device-type", type,
                               sizeof(type));
    if (length < 0 && length != -XEN_ENOENT)
        log_info("%s: skipped: device-type: %s\n", vdev.name, error_name(length));
    else if (length > 0 && !bytes_equal(type, "disk", sizeof("disk")))
        log_info("%s: skipped: a %s\n", vdev.name, type);
    else
        found(context, &vdev, frontend);
}

int vbd_find(struct core *core, char *names, vbd_found *found, void *context)
{
    int length = xenstore_directory(&core->store, VBD_DIRECTORY, names, XENSTORE_PAYLOAD_MAX);

    if (length == -XEN_ENOENT) {
        log_info("no PV disks\n");
        return 0;
    }
    if (length < 0) {
        log_error("listing " VBD_DIRECTORY ": %s\n", error_name(length));
        return length;
    }
    for (const char *name = names; name < names + length; name += string_length(name) + 1)
        vbd_look_at(core, name, found, context);
    return 0;
}
