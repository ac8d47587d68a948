/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Create and destroy an ioreq server together with its record. A daemon can be killed at any point:
 * a server without a record would stay until its domain ends, and Xen allows a domain only a few.
 * But Xen gives the number of a server that does not exist to the next device model that asks, and
 * the next daemon must not destroy that one's server. So a server is recorded before it is created
 * only as one that was never enabled, and its record is removed before it is destroyed.
 */
#ifndef HOOKD_SERVER_H
#define HOOKD_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "xen.h"

/* Not a number of a server: Xen gives a domain only a few. */
#define SERVER_NONE UINT16_MAX

/**
 * Create a server for a domain, with no ports, not enabled, and recorded as RECORD_CLAIMED.
 *
 * Return: 0; or -1 with errno, with no server and no record, and *@server is SERVER_NONE. But if
 * the store stalls after the server was created, the server *@server is there, and may have a
 * record.
 */
int server_create(const struct xen *xen, uint32_t domid, ioservid_t *server);

/**
 * Remove the record of a server that was never enabled, or is disabled and idle, and destroy it.
 *
 * Return: false if the record cannot be removed. Then both stay, for another try or the next
 * daemon. If the connection to xenstored is lost, the server is destroyed in any case: the record
 * is lost too.
 */
bool server_destroy(const struct xen *xen, uint32_t domid, ioservid_t server);

#endif
