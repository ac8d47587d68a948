/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Create and destroy an ioreq server together with its record. A daemon can be killed at any point:
 * a server without a record would stay until its domain ends, and Xen allows a domain only a few.
 */
#ifndef HOOKD_SERVER_H
#define HOOKD_SERVER_H

#include <stdint.h>

#include "xen.h"

/**
 * Create a server for a domain, with no ports, not enabled, and recorded as RECORD_CLAIMED.
 *
 * Return: 0; or -1 with errno, with no server and no record.
 */
int server_create(const struct xen *xen, uint32_t domid, ioservid_t *server);

/** Destroy a server that was never enabled, or is disabled and idle, and remove its record. */
void server_destroy(const struct xen *xen, uint32_t domid, ioservid_t server);

#endif
