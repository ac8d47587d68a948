/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Event channels: notify another domain that there is work for it.
 */
#ifndef XEN_EVTCHN_H
#define XEN_EVTCHN_H

#include <stdint.h>

/**
 * Allocate a port that domain @domid may bind to.
 *
 * Return: 0 with *@port set, or Xen's error.
 */
int evtchn_alloc(uint16_t domid, uint32_t *port);

/** Notify the other end of @port. Return: 0 or Xen's error. */
int evtchn_notify(uint32_t port);

/** Close @port. Return: 0 or Xen's error. */
int evtchn_close(uint32_t port);

#endif
