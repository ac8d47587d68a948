/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Memory: the names of SeaBIOS' malloc.h. */
#ifndef FAKE_MALLOC_H
#define FAKE_MALLOC_H

#include "types.h"

#include <stdlib.h>

/* Below 1 MiB. */
static inline void *malloc_low(u32 bytes)
{
    return machine_alloc_low(bytes);
}

static inline void *memalign_low(u32 align, u32 bytes)
{
    uintptr_t memory = (uintptr_t)machine_alloc_low(bytes + align - 1);

    return memory ? (void *)((memory + align - 1) / align * align) : NULL;
}

/* For POST. */
static inline void *malloc_tmp(u32 bytes)
{
    return machine_alloc_fails() ? NULL : malloc(bytes);
}

#endif
