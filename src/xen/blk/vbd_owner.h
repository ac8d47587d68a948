/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The owner of a disk's connection.
 */
#ifndef XEN_VBD_OWNER_H
#define XEN_VBD_OWNER_H

#include "vbd.h"

/**
 * Check whether the connection is still the one that this side made: an operating system may have
 * taken the disk over, or the daemon may have closed it. Return: true also if xenstore cannot tell.
 */
bool vbd_is_ours(struct vbd *vbd);

#endif
