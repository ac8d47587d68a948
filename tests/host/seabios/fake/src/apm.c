/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small apm.c: a power-off by the ports of a PC. */
#include "biosvar.h" // GET_LOW
#include "config.h"
#include "machine.h"
#include "stacks.h" // call32
#include "util.h"

void apm_shutdown(void)
{
    machine.power_offs++;
}
