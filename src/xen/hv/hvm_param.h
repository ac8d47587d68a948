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

#endif
