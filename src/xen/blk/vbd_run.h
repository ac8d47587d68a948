/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Several disks that connect or close side by side.
 */
#ifndef XEN_VBD_RUN_H
#define XEN_VBD_RUN_H

#include "vbd.h"

/** Go on with several disks, side by side, until all are at rest. xenstored is asked at the pace of
 *  wait.h. */
void vbd_run(struct vbd *const vbds[], unsigned count);

#endif
