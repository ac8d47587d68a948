/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the firmware must never do, whatever the other side does.
 */
#ifndef MODEL_FAULT_H
#define MODEL_FAULT_H

/** The firmware broke a rule of Xen or of a protocol: the test has failed. Does not return. */
_Noreturn void model_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
