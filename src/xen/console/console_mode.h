/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the firmware uses the guest's PV console for.
 */
#ifndef XEN_CONSOLE_MODE_H
#define XEN_CONSOLE_MODE_H

#include "xen/store/guest_option.h"

#include <stdbool.h>

enum console_mode {
    CONSOLE_AUTO,   /* only until one of the others is chosen */
    CONSOLE_OFF,    /* nothing */
    CONSOLE_DEBUG,  /* it gets the firmware's log */
    CONSOLE_MIRROR, /* it shows the text screen of the VGA, and sends keys */
    CONSOLE_ONLY,   /* it is the only screen: the firmware serves int10 */
};

#define CONSOLE_MODES 5u

/** The name of each mode, for xenstore and the log. */
extern const char *const console_mode_names[CONSOLE_MODES];

/**
 * Choose the mode of this boot, and log it with the request that led to it.
 *
 * @option: the guest's, which overrides @configured, the ROM's. @has_vga: a VGA has a BIOS of its
 * own, which serves int10. Return: never CONSOLE_AUTO; CONSOLE_ONLY only without a VGA, and
 * CONSOLE_MIRROR only with one.
 */
enum console_mode console_mode_choose(const struct guest_option *option,
                                      enum console_mode configured, bool has_vga);

#endif
