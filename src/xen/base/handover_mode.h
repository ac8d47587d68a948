/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The modes of the hand-over (handover.h).
 */
#ifndef XEN_HANDOVER_MODE_H
#define XEN_HANDOVER_MODE_H

enum handover_mode {
    MODE_AUTO, /* only until one of the others is chosen */
    MODE_HOOK,
    MODE_STRICT,
    MODE_LINGER,
    MODE_OFF,
};

#define HANDOVER_MODES 5u

/** The name of each mode, for xenstore and the log. */
extern const char *const handover_mode_names[HANDOVER_MODES];

#endif
