/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Included in front of each file of the daemon. Its loop waits as an actor of the world does, and
 * names that it has in common with the firmware or its model get a mark.
 */
#ifndef WORLD_DOM0_SYSTEM_H
#define WORLD_DOM0_SYSTEM_H

#define poll     world_poll
#define read     world_read
#define signalfd world_signalfd

#define store_read  hookd_store_read
#define store_write hookd_store_write

#define _GNU_SOURCE /* as the daemon's files do, before the first header */
#include <poll.h>
#include <signal.h>
#include <sys/types.h>

#endif
