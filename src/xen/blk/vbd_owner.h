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

/**
 * Check whether the directory of a lost disk, in a state that a frontend in use has, is as a close
 * of ours has left it that was not finished: no driver uses it. Does not look at the grants: a
 * driver may have the table mapped elsewhere.
 */
bool vbd_is_left_open(struct vbd *vbd);

#endif
