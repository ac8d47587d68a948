/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Low memory: here a variable exists once. */
#ifndef WORLD_BIOSVAR_H
#define WORLD_BIOSVAR_H

#define GET_LOW(variable)        (variable)
#define SET_LOW(variable, value) ((void)((variable) = (value)))

#endif
