/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console_setup.h"

#include "biosvar.h" // SET_LOW, FUNC16
#include "config.h"  // CONFIG_XENPV_CONSOLE_*
#include "console_calls.h"
#include "console_entry.h"
#include "console_log.h"
#include "console_memory.h"
#include "console_mirror.h"
#include "console_state.h"
#include "hw/pci_ids.h"   // PCI_BASE_CLASS_DISPLAY
#include "hw/pcidevice.h" // foreachpci
#include "malloc.h"       // malloc_low
#include "seabios/port/xen_core.h"
#include "string.h" // memcpy
#include "vgasrc/int10.h"
#include "vgasrc/state.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/store/core.h"

#define CONFIGURED                                                                                 \
    (CONFIG_XENPV_CONSOLE_OFF      ? CONSOLE_OFF                                                   \
     : CONFIG_XENPV_CONSOLE_DEBUG  ? CONSOLE_DEBUG                                                 \
     : CONFIG_XENPV_CONSOLE_MIRROR ? CONSOLE_MIRROR                                                \
     : CONFIG_XENPV_CONSOLE_ONLY   ? CONSOLE_ONLY                                                  \
                                   : CONSOLE_AUTO)

u32 XenpvScreen VARLOW;

/* A copy of state_functions where real mode can read it. POST writes it. */
u8 XenpvScreenFunctions[STATE_FUNCTIONS_BYTES] VARFSEG;

/* Return: whether a video BIOS, or SeaBIOS' serial console, has taken int10. */
static bool int10_is_served(void)
{
    /* The compiler takes a constant address so near to zero for an error. */
    volatile u8 vector = 0x10;
    struct segoff_s now = GET_IVT(vector), own = FUNC16(entry_10);

    return now.segoff != own.segoff;
}

/* A VGA has memory at B8000h even if it has no BIOS. */
static bool has_display_device(void)
{
    struct pci_device *pci;

    foreachpci(pci) {
        if (pci->class >> 8 == PCI_BASE_CLASS_DISPLAY)
            return true;
    }
    return false;
}

static bool screen_begin(struct xenpv_console *console)
{
    struct screen *screen = console->screen;

    if (has_display_device()) {
        log_error("console: the VGA has no BIOS: no screen\n");
        return false;
    }
    if (!console_memory_provide())
        return false;
    memcpy(XenpvScreenFunctions, state_functions, sizeof(XenpvScreenFunctions));
    screen->functions = ((u32)SEG_BIOS << 16) | ((u32)XenpvScreenFunctions - BUILD_BIOS_ADDR);
    int10_start(screen);
    SET_LOW(XenpvScreen, (u32)screen);
    SET_IVT(0x10, FUNC16(xenpv_entry_10));
    return true;
}

/* Return: whether the console shows a screen. */
static bool console_begin(struct xenpv_console *console)
{
    if (console_init(&console->ring))
        return false;
    console->screen->low = MAKE_FLATPTR(SEG_IVT, 0);
    console->clock = platform_clock();
    SET_LOW(XenpvUpdateAt, console_clock());
    if (console->mode == CONSOLE_DEBUG)
        xenpv_console_log_begin(console);
    if (console->mode == CONSOLE_MIRROR)
        console_mirror_begin(console);
    return console->mode == CONSOLE_MIRROR ||
           (console->mode == CONSOLE_ONLY && screen_begin(console));
}

void VISIBLE32INIT xenpv_console_setup(void)
{
    int error;
    struct core *core = xenpv_core(&error);

    if (!core)
        return;
    enum console_mode mode =
        console_mode_choose(&core_guest_options(core)->console, CONFIGURED, int10_is_served());
    if (mode == CONSOLE_OFF)
        return;
    struct xenpv_console *console = platform_alloc_reserved(sizeof(*console), 16);
    if (!console) {
        log_error("console: no memory\n");
        return;
    }
    console->mode = mode;
    console->screen = malloc_low(sizeof(*console->screen));
    if (!console->screen) {
        log_error("console: no memory\n");
        return;
    }
    memset(console->screen, 0, sizeof(*console->screen));
    if (console_begin(console))
        SET_LOW(XenpvConsole, (u32)console);
}
