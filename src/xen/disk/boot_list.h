/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The guest option "boot": the disks to boot from, by their names ("xvdf,xvde"), the first one
 * first. Disks that it does not name come after those, in their usual order.
 */
#ifndef XEN_BOOT_LIST_H
#define XEN_BOOT_LIST_H

#include "disks.h"

/**
 * Parse @list (vdev_list.h), and keep its disks for disks_listed. Each counts once. The log has the
 * names that no disk of @disks has.
 */
void boot_list_parse(struct disks *disks, const char *list);

#endif
