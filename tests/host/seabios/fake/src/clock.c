/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small clock.c: the interrupt of the timer, which other programs may hook. */
#include "biosvar.h" // GET_LOW
#include "config.h"
#include "machine.h"
#include "stacks.h" // call32
#include "util.h"

void handle_08(void)
{
    machine.ticks++;
}
