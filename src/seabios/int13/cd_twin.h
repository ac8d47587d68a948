/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * CD-ROM drives that are emulated as well (twin.h). PV serves only reads, and only while the
 * emulated drive is certain to have the medium that the PV device shows.
 *
 * "xl cd-insert" changes the medium of the emulated drive. The PV device of QEMU opens its image
 * when the guest starts, and goes on with it. So before each read the emulated drive is asked
 * whether it is ready (TEST UNIT READY): a drive whose medium was changed or removed since its last
 * command reports that, and then the PV device is used no more.
 */
#ifndef SEABIOS_CD_TWIN_H
#define SEABIOS_CD_TWIN_H

#include "block.h"           // struct disk_op_s
#include "xen/base/public.h" // XEN_ENODEV

#include <stdbool.h>

struct disk;

/** Ask the emulated drive whether its medium is the same, in 32-bit flat mode. Return: false, with
 * a line in the log, if it may be another one. */
bool cd_twin_is_ready(struct disk *disk, struct drive_s *drive);

/** The emulated drive has reported that it has no medium, or another one. A drive may do so only
 * once: the caller gets an error, as from that drive, and not data of the new medium. */
#define CD_TWIN_REPORTED (-XEN_ENODEV)

/**
 * Read over PV what the emulated drive would read, in 32-bit flat mode. The first read also
 * compares both sides.
 *
 * @index: of the twin, in XenpvTwins. Return: as disks_read; -XEN_EAGAIN if the two may have
 * different media, which is in the log; CD_TWIN_REPORTED.
 */
int cd_twin_read(int index, struct disk *disk, struct disk_op_s *op);

#endif
