/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "status_obstacle.h"

#include <stdio.h>
#include <string.h>

#include "store.h"

#define BIOS_KEY    "hvmloader/bios"
#define VALUE_BYTES 32

/* Keys of the toolstack, libxl. */
bool status_obstacle_find(const struct xen *xen, uint32_t domid, char text[STATUS_OBSTACLE_BYTES])
{
    char toolstack[STORE_PATH_BYTES], home[STORE_PATH_BYTES], qemus[STORE_PATH_BYTES];
    char number[16], value[VALUE_BYTES];

    snprintf(toolstack, sizeof(toolstack), "/libxl/%u", domid);
    snprintf(home, sizeof(home), "/local/domain/%u", domid);
    snprintf(qemus, sizeof(qemus), "/local/domain/%u/device-model", xen->domid);
    snprintf(number, sizeof(number), "%u", domid);
    bool known = store_read(xen->store, XBT_NULL, toolstack, "type", value, sizeof(value));
    if (known && !strcmp(value, "pvh"))
        return false;
    if (known && strcmp(value, "hvm"))
        snprintf(text, STATUS_OBSTACLE_BYTES, "neither an HVM nor a PVH guest");
    else if (store_exists(xen->store, home, "image/device-model-domid"))
        snprintf(text, STATUS_OBSTACLE_BYTES, "its QEMU runs in a stub domain");
    else if (!store_read(xen->store, XBT_NULL, home, BIOS_KEY, value, sizeof(value)))
        snprintf(text, STATUS_OBSTACLE_BYTES, "no SeaBIOS: it has no " BIOS_KEY);
    else if (strcmp(value, "seabios"))
        snprintf(text, STATUS_OBSTACLE_BYTES, "no SeaBIOS: " BIOS_KEY " is %s", value);
    else if (!store_exists(xen->store, qemus, number))
        snprintf(text, STATUS_OBSTACLE_BYTES, "no QEMU of it runs in this domain");
    else
        return false;
    return true;
}
