/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The report of a boot that failed: log lines that say what became of each PV disk. They are errors
 * (log.h), one line a disk.
 */
#ifndef XEN_BOOT_REPORT_H
#define XEN_BOOT_REPORT_H

#include "disks.h"

/** How an attempt to boot from a disk has ended. */
enum boot_end {
    BOOT_END_NOT_STARTED, /* the firmware has started no boot code */
    BOOT_END_GAVE_UP,     /* the boot code has called int18 */
    BOOT_END_AGAIN,       /* the boot code has called int19 */
};

/** Log why the attempt to boot from a disk has failed. */
void boot_report_tried(struct disk *disk, enum boot_end end);

/** Log what became of each disk without such a line since the last report, and why there are no
 * others. */
void boot_report_others(struct disks *disks);

#endif
