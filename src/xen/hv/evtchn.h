/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Event channels: notify another domain that there is work for it.
 */
#ifndef XEN_EVTCHN_H
#define XEN_EVTCHN_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Allocate a port that domain @domid may bind to.
 *
 * Return: 0 with *@port set, or Xen's error.
 */
int evtchn_alloc(uint16_t domid, uint32_t *port);

/** Notify the other end of @port. Return: 0 or Xen's error. */
int evtchn_notify(uint32_t port);

/**
 * Check whether @port, which evtchn_alloc has allocated for domain @domid, may still be that one,
 * bound or not. The domain can only unbind its end. A port vanishes if the guest closes it, and all
 * do in a restore or a migration. If Xen does not tell: true. Source: EVTCHNOP_status in
 * xen/event_channel.h.
 */
bool evtchn_stands(uint32_t port, uint16_t domid);

/** Close @port. Return: 0 or Xen's error. */
int evtchn_close(uint32_t port);

#endif
