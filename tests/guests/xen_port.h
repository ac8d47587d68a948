/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Hypercalls for a program that plays an operating system with PV drivers of its own. */
#ifndef XEN_PORT_H
#define XEN_PORT_H

/** Find Xen and prepare hypercalls. Return: 0 or an error. */
int xen_port_init(void);

#endif
