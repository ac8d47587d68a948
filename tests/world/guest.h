/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The guest's first processor: the firmware, and what it is asked for. */
#ifndef WORLD_GUEST_H
#define WORLD_GUEST_H

#include <stdbool.h>

void guest_reset(void);

/** Power on. */
void guest_begin(void);

/** Power off. */
void guest_end(void);

/** Have the guest boot for the last time: it reads all that was written, and an operating system
 *  takes over as it should. */
void guest_make_last(void);

/** Whether the guest's list of events, or its last boot, is at its end. */
bool guest_is_done(void);

/** Whether the guest wants its domain to be made anew. */
bool guest_wants_reboot(void);

#endif
