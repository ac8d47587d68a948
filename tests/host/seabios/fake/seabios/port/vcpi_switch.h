/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The calls of int 67h and the way to ring 0: the memory manager of the tests. */
#ifndef SEABIOS_VCPI_SWITCH_H
#define SEABIOS_VCPI_SWITCH_H

#include "types.h"

u16 vcpi_int67(u16 ax);
u16 vcpi_get_interface(u32 table);
int vcpi_switch(void);
void vcpi_leave(void);
void vcpi_enter(void);
void vcpi_serve(void);

#endif
