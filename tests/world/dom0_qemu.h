/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * QEMU, and what dom0 runs for the daemon as processes of their own: commands for QEMU's monitor,
 * and what drops the page cache of a device. In the place of replay.c and page_cache.c of the
 * daemon.
 */
#ifndef WORLD_DOM0_QEMU_H
#define WORLD_DOM0_QEMU_H

#include <stdbool.h>
#include <stdint.h>

void qemu_reset(void);

/** Let processes end whose time has come. */
void qemu_run(void);

/** How long they take at most from now on; 0: as usual. */
void qemu_slow(uint32_t ms);

/** What a word read of the unplug port returns: all ones if the guest has no QEMU. */
uint16_t qemu_magic(void);

/** A port access that no daemon has claimed: QEMU gets it, if there is one. Return: what is read.
 */
uint64_t qemu_port_access(bool write, unsigned port, unsigned size, uint64_t data);

/** Values that were written to the unplug port since the last call of this, all bits together. */
uint32_t qemu_unplugged(void);

/** Whether it may have been too slow to see one since then. */
bool qemu_is_deaf(void);

#endif
