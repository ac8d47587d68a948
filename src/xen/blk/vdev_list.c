/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vdev_list.h"

#include "xen/base/bytes.h"

const char *vdev_list_take(const char *list, char name[VDEV_NAME_BYTES + 1])
{
    unsigned length = 0;

    for (; *list && *list != ','; list++)
        if (length < VDEV_NAME_BYTES)
            name[length++] = *list;
    name[length] = 0;
    return *list ? list + 1 : 0;
}

bool vdev_is_named(const struct vdev *vdev, const char *name)
{
    uint32_t length = string_length(vdev->name);

    return length == string_length(name) && bytes_equal(vdev->name, name, length);
}

unsigned vdev_list_place(const char *list, const struct vdev *vdev)
{
    char name[VDEV_NAME_BYTES + 1];
    unsigned place = 0;

    for (; list && *list; place++) {
        list = vdev_list_take(list, name);
        if (vdev_is_named(vdev, name))
            return place;
    }
    return UINT32_MAX;
}
