/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The options of the build. A test can change those that switch something on or off. */
#ifndef FAKE_CONFIG_H
#define FAKE_CONFIG_H

#include <stdbool.h>

struct config {
    bool xenpv, twins, acpi, menu_for_several;
};

extern struct config config;

#define CONFIG_XENPV                  config.xenpv
#define CONFIG_XENPV_TWINS            config.twins
#define CONFIG_XENPV_ACPI             config.acpi
#define CONFIG_XENPV_MENU_FOR_SEVERAL config.menu_for_several

#define CONFIG_XENPV_STORE_LIMIT_MS   5000
#define CONFIG_XENPV_CONNECT_LIMIT_MS 10000
#define CONFIG_XENPV_CLOSE_LIMIT_MS   5000
#define CONFIG_XENPV_IO_LIMIT_MS      30000
#define CONFIG_XENPV_HOOK_LIMIT_MS    3000
#define CONFIG_XENPV_POOL_KIB         256
#define CONFIG_XENPV_CACHE_KIB        512
#define CONFIG_XENPV_LOG_LEVEL        2
#define CONFIG_XENPV_LOG_KIB          2

/* The mode is "auto"; a test chooses another one by a key or an OEM string, as a guest's
 * configuration does. */
#define CONFIG_XENPV_HANDOVER_HOOK   0
#define CONFIG_XENPV_HANDOVER_STRICT 0
#define CONFIG_XENPV_HANDOVER_LINGER 0
#define CONFIG_XENPV_HANDOVER_OFF    0

#define CONFIG_CDROM_EMU 1

#endif
