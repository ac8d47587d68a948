/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A list of disks by their names, with commas between them: "xvdf,xvde".
 */
#ifndef XEN_VDEV_LIST_H
#define XEN_VDEV_LIST_H

#include "vdev.h"

/**
 * Copy the name at the start of @list. A longer name than any disk's is cut off, so that it equals
 * none. Return: what follows the name and its comma; NULL at the end of the list.
 */
const char *vdev_list_take(const char *list, char name[VDEV_NAME_BYTES + 1]);

/** Check whether @vdev has this name. */
bool vdev_is_named(const struct vdev *vdev, const char *name);

/** Return the place of a disk in @list, from 0 on; if the list does not name it, a number that is
 * larger than any place. */
unsigned vdev_list_place(const char *list, const struct vdev *vdev);

#endif
