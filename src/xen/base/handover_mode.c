/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "handover_mode.h"

#include "handover.h"

const char *const handover_mode_names[HANDOVER_MODES] = {
    [MODE_AUTO] = HANDOVER_MODE_AUTO,     [MODE_HOOK] = HANDOVER_MODE_HOOK,
    [MODE_STRICT] = HANDOVER_MODE_STRICT, [MODE_LINGER] = HANDOVER_MODE_LINGER,
    [MODE_OFF] = HANDOVER_MODE_OFF,
};
