/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_probe.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"

void vbd_probe_post(struct vbd_probe *probe, struct xenstore *store, const char *path)
{
    if (probe->done)
        return;
    xenbus_post_number(store, &probe->linux_key, path, VBD_KIND_LINUX_KEY);
    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, path, "type", probe->type,
                       sizeof(probe->type), &probe->type_length);
    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, path, "params", probe->params,
                       sizeof(probe->params), &probe->params_length);
}

static void vbd_probe_decide(struct vbd_probe *probe, const char *path)
{
    int length = probe->linux_key.length;
    /* The key counts, whatever its value. */
    bool has_linux_key = length >= 0 || length == -XEN_E2BIG;

    /* Any other error is not an answer: the next poll may get one. */
    if (!has_linux_key && length != -XEN_ENOENT)
        return;
    probe->kind = vbd_kind_of(path, has_linux_key);
    /* Values that could not be read are empty. */
    probe->raw = vbd_kind_is_raw(probe->kind, probe->type, probe->params);
    probe->done = true;
}

enum vbd_verdict vbd_probe_judge(struct vbd_probe *probe, const char *path, int state)
{
    if (state <= XenbusStateInitialising)
        return VBD_UNDECIDED;
    if (!probe->done)
        vbd_probe_decide(probe, path);
    if (!probe->done)
        return VBD_UNDECIDED;
    return vbd_kind_facts(probe->kind)->reopens ? VBD_MAY_BE_USED : VBD_LEFT_ALONE;
}

bool vbd_probe_is_raw(struct vbd_probe *probe, struct xenstore *store, const char *path)
{
    probe->done = false;
    vbd_probe_post(probe, store, path);
    xenstore_collect(store);
    vbd_probe_decide(probe, path);

    bool raw = probe->done && probe->raw;
    /* The kind is only certain in a later state. */
    probe->done = false;
    return raw;
}

bool vbd_probe_knows_units(const struct vbd_probe *probe, uint64_t sector_bytes)
{
    return sector_bytes <= SECTOR_BYTES || vbd_kind_facts(probe->kind)->counts_512;
}
