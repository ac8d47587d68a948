/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The status of int13 for the errors of the Xen core.
 */
#ifndef SEABIOS_STATUS_H
#define SEABIOS_STATUS_H

/** Return the status of int13 for an error of the core. */
int int13_status(int error);

#endif
