/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The size of SeaBIOS' stack for interrupts (ExtraStack). The compiler includes this file before
 * all others.
 *
 * int13 waits on this stack with interrupts on. The timer's interrupt then calls the PV console,
 * which SeaBIOS' own size, 800h, leaves no room for. scripts/stack-depth computes what is needed.
 */
#ifndef SEABIOS_STACK_SIZE_H
#define SEABIOS_STACK_SIZE_H

#include "config.h" // BUILD_EXTRA_STACK_SIZE

#undef BUILD_EXTRA_STACK_SIZE
#define BUILD_EXTRA_STACK_SIZE 0xa00

#endif
