/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Disturbances: what comes over the guest and the daemon at any instant. */
#ifndef WORLD_DISTURB_H
#define WORLD_DISTURB_H

#include "script.h"

void disturb_reset(void);

/** Whether it can happen at this instant. */
bool disturb_is_possible(const struct event *event);

/** It happens. */
void disturb(const struct event *event);

/** Let what has been disturbed for a time go on, and what was ended begin again. */
void disturb_run(void);

/** Whether none of that is left. */
bool disturb_is_over(void);

#endif
