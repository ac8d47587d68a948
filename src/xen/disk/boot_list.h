/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The guest option "boot": the disks to boot from, by their names ("xvdf,xvde"), the first one
 * first. Disks that it does not name come after those, in their usual order.
 */
#ifndef XEN_BOOT_LIST_H
#define XEN_BOOT_LIST_H

#include "disks.h"

/**
 * Parse @list, names with commas between them, and keep its disks for disks_listed. Each counts
 * once. A name that no disk of the guest has is logged. Disks beyond DISKS_MAX do not count.
 */
void boot_list_parse(struct disks *disks, const char *list);

#endif
