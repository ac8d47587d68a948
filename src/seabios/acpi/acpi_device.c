/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "acpi_device.h"

#include "acpi_tables.h"
#include "fw/paravirt.h" // runningOnXen
#include "types.h"       // VISIBLE32INIT
#include "util.h"        // RsdpAddr
#include "xen/base/handover.h"
#include "xen/base/log.h"

/* A complete SSDT, compiled from acpi_device.asl. */
static const u8 acpi_device_ssdt[] __aligned(4) = {
#include "src/seabios/acpi/acpi_device.inc"
};

void VISIBLE32INIT xenpv_acpi_setup(void)
{
    if (!runningOnXen())
        return;
    if (!RsdpAddr) {
        log_info("ACPI: this guest has no ACPI tables\n");
        return;
    }
    /* SeaBIOS has copied hvmloader's RSDP to where operating systems search for it, and only
     * there. */
    unsigned count =
        acpi_tables_add((struct acpi_rsdp *)RsdpAddr, (const struct acpi_header *)acpi_device_ssdt);
    if (count)
        log_info("ACPI: added a device that notifies the daemon (port %x) to %u tables\n",
                 HANDOVER_ACPI_PORT, count);
}
