/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The hypercalls of a program that is an operating system with PV drivers of its own. */
#ifndef XEN_PORT_H
#define XEN_PORT_H

/** Find Xen and make hypercalls possible. Return: 0 or an error. */
int xen_port_init(void);

#endif
