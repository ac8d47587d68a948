/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The options of the build. A test can change those that switch something on or off. */
#ifndef FAKE_CONFIG_H
#define FAKE_CONFIG_H

#include <stdbool.h>

enum config_console { CONFIG_AUTO, CONFIG_OFF, CONFIG_DEBUG, CONFIG_MIRROR, CONFIG_ONLY };

struct config {
    bool xenpv, twins, acpi, menu_for_several;
    enum config_console console;
};

extern struct config config;

#define CONFIG_XENPV                  config.xenpv
#define CONFIG_APMBIOS                1
#define CONFIG_XENPV_TWINS            config.twins
#define CONFIG_XENPV_ACPI             config.acpi
#define CONFIG_XENPV_MENU_FOR_SEVERAL config.menu_for_several

#define CONFIG_XENPV_STORE_LIMIT_MS      5000
#define CONFIG_XENPV_CONNECT_LIMIT_MS    10000
#define CONFIG_XENPV_CLOSE_LIMIT_MS      5000
#define CONFIG_XENPV_IO_LIMIT_MS         30000
#define CONFIG_XENPV_HOOK_LIMIT_MS       3000
#define CONFIG_XENPV_POOL_KIB            256
#define CONFIG_XENPV_CACHE_KIB           512
#define CONFIG_XENPV_WRITES_TO_KEEP_OPEN 8
#define CONFIG_XENPV_LOG_LEVEL           2
#define CONFIG_XENPV_LOG_KIB             2

/* The mode is "auto"; a test chooses another one by a key or an OEM string, as a guest's
 * configuration does. */
#define CONFIG_XENPV_HANDOVER_HOOK   0
#define CONFIG_XENPV_HANDOVER_STRICT 0
#define CONFIG_XENPV_HANDOVER_LINGER 0
#define CONFIG_XENPV_HANDOVER_OFF    0

#define CONFIG_XENPV_CONSOLE_OFF    (config.console == CONFIG_OFF)
#define CONFIG_XENPV_CONSOLE_DEBUG  (config.console == CONFIG_DEBUG)
#define CONFIG_XENPV_CONSOLE_MIRROR (config.console == CONFIG_MIRROR)
#define CONFIG_XENPV_CONSOLE_ONLY   (config.console == CONFIG_ONLY)

#define CONFIG_CDROM_EMU 1

/* Sanitizers and the C library need more than the ROM's code. */
#define BUILD_EXTRA_STACK_SIZE   0xb40
#define BUILD_CONSOLE_STACK_SIZE 0x20000
#define BUILD_TASK_STACK_SIZE    0x20000

#define SEG_IVT  0x0000
#define SEG_BDA  0x0040
#define SEG_BIOS 0xf000

/* The first address of the f-segment. The linker knows it. */
extern const char __start_fseg[];
#define BUILD_BIOS_ADDR ((unsigned long)__start_fseg)

#endif
