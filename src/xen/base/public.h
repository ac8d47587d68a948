/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Xen's public headers, as the core uses them. They define every layout and number.
 */
#ifndef XEN_PUBLIC_H
#define XEN_PUBLIC_H

#include <stdint.h>

#define __XEN_INTERFACE_VERSION__ __XEN_LATEST_INTERFACE_VERSION__
#include <xen/xen.h>

#include <xen/errno.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/io/blkif.h>
#include <xen/io/console.h>
#include <xen/io/protocols.h>
#include <xen/io/xenbus.h>
#include <xen/io/xs_wire.h>
#include <xen/memory.h>
#include <xen/sched.h>
#include <xen/version.h>

#ifdef __i386__
/* What the other side relies on, in the ABI that the ROM uses. */
_Static_assert(sizeof(struct blkif_request) == 108, "x86_32 blkif request");
_Static_assert(sizeof(struct xen_add_to_physmap) == 16, "x86_32 add_to_physmap");
#endif
_Static_assert(sizeof(struct grant_entry_v1) == 8, "grant entry, version 1");
_Static_assert(sizeof(struct xsd_sockmsg) == 16, "xenstore message header");
_Static_assert(sizeof(struct xenstore_domain_interface) <= 4096, "xenstore ring page");
_Static_assert(sizeof(struct xencons_interface) == 1024 + 2048 + 4 * 4, "console ring page");

#endif
