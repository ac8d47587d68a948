/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Parameters that the toolstack has set for this HVM domain.
 */
#ifndef XEN_HVM_PARAM_H
#define XEN_HVM_PARAM_H

#include <stdint.h>

/**
 * Read a parameter of this domain.
 *
 * @index: HVM_PARAM_* of xen/hvm/params.h. Return: 0 with *@value set, or Xen's error.
 */
int hvm_param_get(uint32_t index, uint64_t *value);

/**
 * Find a page that the toolstack has shared with this domain, and its event channel.
 *
 * @frame_index, @port_index: the parameters with its frame number and its port. Return: 0 with
 * *@page and *@port set; -XEN_ENODEV if this domain has no such page or port; or Xen's error.
 */
int hvm_param_get_ring(uint32_t frame_index, uint32_t port_index, void **page, uint32_t *port);

#endif
