/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A small ps2port.c: a controller that takes every command. */
#include "hw/ps2port.h"
#include "config.h"
#include "machine.h"

int ps2_kbd_command(int command, u8 *param)
{
    (void)command;
    (void)param;
    machine.controller_commands++;
    return 0;
}

int ps2_mouse_command(int command, u8 *param)
{
    return ps2_kbd_command(command, param);
}
