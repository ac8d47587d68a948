/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Log lines of the core. In the ROM they go to the Xen debug console (port 0xe9, `xl dmesg`).
 */
#ifndef XEN_LOG_H
#define XEN_LOG_H

#include "platform.h"

enum log_level {
    LOG_LEVEL_ERROR = 1, /* something does not work */
    LOG_LEVEL_INFO = 2,  /* what was found or skipped, and how long it took */
    LOG_LEVEL_DEBUG = 3, /* every step */
};

#define LOG_AT(level, ...)                                                                         \
    do {                                                                                           \
        if ((level) <= platform_log_level)                                                         \
            platform_log("xenpv: " __VA_ARGS__);                                                   \
    } while (0)

#define log_error(...) LOG_AT(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_info(...)  LOG_AT(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) LOG_AT(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
