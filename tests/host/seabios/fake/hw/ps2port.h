/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef __PS2PORT_H
#define __PS2PORT_H

#include "types.h"

int ps2_kbd_command(int command, u8 *param);
int ps2_mouse_command(int command, u8 *param);

#endif
