/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS' stacks.c, and a way to the variable in it by which POST keeps interrupts out of waits
 * as long as there is nobody to handle them.
 */
#include "stacks.c"

#include "interrupts.h"

void xenpv_interrupts_off(void)
{
    ASSERT32FLAT();
    CanInterrupt = 0;
}
