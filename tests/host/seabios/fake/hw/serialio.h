/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The debug port: the names of SeaBIOS' hw/serialio.h. */
#ifndef FAKE_SERIALIO_H
#define FAKE_SERIALIO_H

#include "types.h"

extern u16 DebugOutputPort;
void qemu_debug_putc(char c);

#endif
