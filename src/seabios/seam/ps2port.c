/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' ps2port.c with its commands behind ours: a PVH guest has no controller of a keyboard,
 * and its port reads as busy for ever. SeaBIOS sends the lock keys' lights before it serves any
 * function of int16, and would wait half a second for the controller each time.
 */
#define ps2_kbd_command   seabios_ps2_kbd_command
#define ps2_mouse_command seabios_ps2_mouse_command
#include "src/hw/ps2port.c"
#undef ps2_kbd_command
#undef ps2_mouse_command

#include "seabios/port/pvh_guest.h"

int ps2_kbd_command(int command, u8 *param);
int ps2_mouse_command(int command, u8 *param);

static int noinline ps2_has_controller(void)
{
    return !CONFIG_XENPV || !xenpv_is_pvh();
}

int ps2_kbd_command(int command, u8 *param)
{
    return ps2_has_controller() ? seabios_ps2_kbd_command(command, param) : -1;
}

int ps2_mouse_command(int command, u8 *param)
{
    return ps2_has_controller() ? seabios_ps2_mouse_command(command, param) : -1;
}
