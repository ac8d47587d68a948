/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The sizes of SeaBIOS' stack for interrupts (ExtraStack), of the PV console's, and of the one on
 * which ticks close the disks. The compiler includes this file before all others.
 * scripts/stack-depth checks that each is enough.
 *
 * int13 waits on this stack with interrupts on. The timer's interrupt then calls the PV console,
 * which SeaBIOS' own size, 800h, leaves no room for.
 */
#ifndef SEABIOS_STACK_SIZE_H
#define SEABIOS_STACK_SIZE_H

#include "config.h" // BUILD_EXTRA_STACK_SIZE

#undef BUILD_EXTRA_STACK_SIZE
#define BUILD_EXTRA_STACK_SIZE 0xb40

#define BUILD_CONSOLE_STACK_SIZE 0x1000

#define BUILD_TASK_STACK_SIZE 0x1000

#endif
