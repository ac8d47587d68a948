/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Xen as the daemon sees it: ioreq servers and their event channels, and the guest's memory; and as
 * the guest sees the same: a port access that waits until it is answered.
 */
#ifndef WORLD_DOM0_XEN_H
#define WORLD_DOM0_XEN_H

#include <stdbool.h>
#include <stdint.h>

#define XEN_CPUS 2u

void dom0_xen_reset(void);

/** A domain is gone, and with it its servers. */
void dom0_xen_end_domain(uint32_t domid);

/** The daemon is no more: its event channels are closed and its mappings gone. Servers stay. */
void dom0_xen_drop(void);

/** Whether an event channel of the daemon's is pending. */
bool dom0_xen_has_event(void);

/** The daemon is killed: check that each of its servers has a record. */
void dom0_xen_killed(void);

/** Servers that there are. */
unsigned dom0_xen_servers(void);

/** Whether an access to the first port of the hand-over would wait for the daemon. */
bool xen_ports_are_claimed(void);

/**
 * A processor of the guest accesses a port, and waits until it is answered. To be called by its
 * actor. @data: what it writes. @waited: set if the daemon was asked; unchanged otherwise.
 * Return: what it reads.
 */
uint64_t xen_port_access(unsigned cpu, bool write, unsigned port, unsigned size, uint64_t data,
                         bool *waited);

/** Whether a processor waits for an answer that has not been given yet; and whether it waits for
 * one or has yet to take it. */
bool xen_cpu_waits(unsigned cpu);
bool xen_cpu_is_busy(unsigned cpu);

#endif
