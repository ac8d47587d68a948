/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_mode.h"

#include "xen/base/log.h"

const char *const console_mode_names[CONSOLE_MODES] = {
    [CONSOLE_AUTO] = "auto",     [CONSOLE_OFF] = "off",   [CONSOLE_DEBUG] = "debug",
    [CONSOLE_MIRROR] = "mirror", [CONSOLE_ONLY] = "only",
};

enum console_mode console_mode_choose(const struct guest_option *option,
                                      enum console_mode configured, bool has_vga)
{
    enum console_mode wish = (enum console_mode)guest_option_choose(option, console_mode_names,
                                                                    CONSOLE_MODES, configured);
    enum console_mode mode = wish;

    if (wish == CONSOLE_AUTO || wish == CONSOLE_MIRROR || wish == CONSOLE_ONLY)
        mode = has_vga ? CONSOLE_MIRROR : CONSOLE_ONLY;
    log_info("console: %s (%s)\n", console_mode_names[mode], console_mode_names[wish]);
    return mode;
}
