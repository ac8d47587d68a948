/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef FAKE_PARAVIRT_H
#define FAKE_PARAVIRT_H

#include "machine.h"

static inline int runningOnXen(void)
{
    return machine_is_xen();
}

#endif
