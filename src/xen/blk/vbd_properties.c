/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_properties.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"

/* From then on only the state is polled: before the pace of wait.h counts requests. */
#define DETAILS_UNTIL_MS 900

static void vbd_post_properties(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    struct vbd_poll *poll = &vbd->poll;

    xenbus_post_number(store, &poll->sectors, vbd->backend, "sectors");
    xenbus_post_number(store, &poll->sector_bytes, vbd->backend, "sector-size");
    xenbus_post_number(store, &poll->info, vbd->backend, "info");
    xenbus_post_number(store, &poll->flush, vbd->backend, "feature-flush-cache");
    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, vbd->backend, "mode", poll->mode,
                       sizeof(poll->mode), &poll->mode_length);
    xenstore_post_digest(store, vbd->backend, "params", &poll->params, &poll->params_length);
}

/* Check whether the last poll has found the state for which the other keys are read, without
 * reading them. */
static bool vbd_details_are_due(const struct vbd *vbd)
{
    int state = xenbus_state(&vbd->core->store, &vbd->poll.state);

    return !vbd->poll.details && (vbd->state == VBD_AWAIT_INIT ? state > XenbusStateInitialising
                                                               : state == XenbusStateConnected);
}

/* All in one round trip: xenstored reads the state first, so the other keys are at least as
 * recent. */
int vbd_poll_backend(struct vbd *vbd)
{
    struct xenstore *store = &vbd->core->store;
    struct vbd_poll *poll = &vbd->poll;

    poll->details = vbd->wait.waited_ms < DETAILS_UNTIL_MS || vbd_details_are_due(vbd);
    xenbus_post_number(store, &poll->state, vbd->backend, "state");
    if (poll->details && vbd->state == VBD_AWAIT_INIT)
        vbd_probe_post(&vbd->probe, store, vbd->backend);
    else if (poll->details)
        vbd_post_properties(vbd);
    xenstore_collect(store);
    return xenbus_state(store, &poll->state);
}

/* Read a number that may be missing: @value is then unchanged. Return: 0 or an error. */
static int optional_number(const struct xenbus_number *read, uint64_t max, uint64_t *value)
{
    int error = xenbus_number(read, max, value);

    return error == -XEN_ENOENT ? 0 : error;
}

static bool vbd_size_is_valid(uint64_t sectors, uint64_t sector_bytes)
{
    return sectors && sector_bytes >= SECTOR_BYTES && sector_bytes <= PAGE_BYTES &&
           !(sector_bytes & (sector_bytes - 1)) && !(sectors & (sector_bytes / SECTOR_BYTES - 1));
}

/* Between two connections the toolstack may have detached the disk and attached it with another
 * image, while programs keep what they know of the old one, and a call waits to repeat its write.
 * The first connection after a restore may find the image under another name, unless that name was
 * refused before. Return: 0, -XEN_ENODEV if the image is another one, or an error. */
static int vbd_check_image(struct vbd *vbd)
{
    struct vbd_image *image = &vbd->poll.image;
    int length = vbd->poll.params_length;

    /* As for a directory that is gone: see xenbus_state. */
    if (length < 0 && length != -XEN_ENOENT && length != -XEN_EACCES && !vbd->removable)
        return length;
    image->name = length < 0 ? 0 : vbd->poll.params.hash;
    image->incarnation = vbd->incarnation;
    if (!vbd->connects || vbd->removable || image->name == vbd->image.name)
        return 0;
    bool moved = image->incarnation != vbd->image.incarnation;
    if (moved && !vbd->keeps_size && !(vbd->refused && image->name == vbd->refused_name))
        return 0;
    /* The toolstack may be removing the directory. */
    return length < 0 ? length : -XEN_ENODEV;
}

void vbd_keep_image(struct vbd *vbd)
{
    const struct vbd_image *image = &vbd->poll.image;

    vbd->resized = vbd->connects && image->sectors != vbd->image.sectors;
    vbd->replaced = vbd->resized && image->incarnation == vbd->image.incarnation;
    vbd->image = *image;
}

/* Whether the disk may be used with this size, and in these units. */
static int vbd_check_size(struct vbd *vbd, uint64_t sectors, uint32_t sector_bytes)
{
    vbd->fault.sector_bytes = sector_bytes;
    if (!vbd_probe_knows_units(&vbd->probe, sector_bytes)) {
        log_error("%s: left alone: its backend, %s, may count in units of its sector-size, %u\n",
                  vbd->vdev.name, vbd_kind_facts(vbd->probe.kind)->name, sector_bytes);
        vbd->fault.what = VBD_FAULT_UNITS;
        return -XEN_EOPNOTSUPP;
    }
    if (!vbd_size_is_valid(sectors, sector_bytes)) {
        /* The log has no 64-bit numbers: give the text that was read. */
        log_error("%s: invalid size: %s sectors, sector-size %u\n", vbd->vdev.name,
                  vbd->poll.sectors.text, sector_bytes);
        vbd->fault.what = VBD_FAULT_SIZE;
        return -XEN_EINVAL;
    }
    vbd->poll.image.sectors = sectors;
    if (vbd->keeps_size && vbd->connects && sectors != vbd->image.sectors) {
        vbd->fault.what = VBD_FAULT_IMAGE;
        return -XEN_ENODEV;
    }
    return 0;
}

/* A learned block size only applies to the same disk. */
static void vbd_set_size(struct vbd *vbd, uint64_t sectors, uint32_t block_sectors)
{
    if (sectors != vbd->sectors || block_sectors > vbd->learned_sectors)
        vbd->learned_sectors = 0;
    vbd->sectors = sectors;
    vbd->block_sectors = vbd->learned_sectors ? vbd->learned_sectors : block_sectors;
}

/* Not inlined, to keep its variables out of the stack frame of its caller. */
__attribute__((noinline)) int vbd_parse_properties(struct vbd *vbd)
{
    const struct vbd_poll *poll = &vbd->poll;
    uint64_t sectors, sector_bytes = SECTOR_BYTES, info = 0, flush = 0;

    vbd->fault.what = VBD_FAULT_PROPERTIES;
    int error = xenbus_number(&poll->sectors, UINT64_MAX, &sectors);
    if (!error)
        error = optional_number(&poll->sector_bytes, UINT32_MAX, &sector_bytes);
    if (!error)
        error = optional_number(&poll->info, UINT32_MAX, &info);
    if (error)
        return error;
    error = xenbus_number(&poll->flush, 1, &flush);
    if (error && error != -XEN_ENOENT && error != -XEN_EINVAL)
        return error;
    error = vbd_check_image(vbd);
    if (error == -XEN_ENODEV)
        vbd->fault.what = VBD_FAULT_IMAGE;
    if (error)
        return error;
    error = vbd_check_size(vbd, sectors, (uint32_t)sector_bytes);
    if (error)
        return error;
    vbd_set_size(vbd, sectors, (uint32_t)sector_bytes / SECTOR_BYTES);
    vbd->read_only = info & VDISK_READONLY;
    /* A mode that cannot be read or does not fit may be w!. */
    vbd->shared_writable = poll->mode_length < 0 && poll->mode_length != -XEN_ENOENT;
    for (int i = 0; i < poll->mode_length; i++)
        vbd->shared_writable |= poll->mode[i] == '!';
    vbd->can_flush = flush;
    return 0;
}
