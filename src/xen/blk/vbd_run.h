/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Connect or close several disks side by side.
 */
#ifndef XEN_VBD_RUN_H
#define XEN_VBD_RUN_H

#include "vbd.h"

/** Step several disks, side by side, until all are at rest. Polls xenstored at the pace of
 * wait.h. */
void vbd_run(struct vbd *const vbds[], unsigned count);

#endif
