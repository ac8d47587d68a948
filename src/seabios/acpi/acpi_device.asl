/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A device that tells the daemon in dom0 that an operating system is starting: every operating
 * system with ACPI calls _INI of each device once, before it enumerates devices itself.
 *
 * It has the ID of a mainboard resource, which all systems know and for which none wants a driver.
 * It claims no resources: nothing else uses the port.
 */
#include "xen/base/handover.h"

/* Revision 1: 32-bit integers, so that interpreters of ACPI 1.0 accept it too. */
DefinitionBlock ("", "SSDT", 1, "XENPV", "HANDOVER", 1)
{
    Scope (\_SB)
    {
        Device (XPVB)
        {
            Name (_HID, EisaId ("PNP0C02"))
            Name (_UID, "XPVB")
            Name (_STA, 0x0B) /* present, enabled, works; not shown to the user */

            OperationRegion (HOOK, SystemIO, HANDOVER_ACPI_PORT, 1)
            Field (HOOK, ByteAcc, NoLock, WriteAsZeros)
            {
                TELL, 8
            }

            Method (_INI, 0, NotSerialized)
            {
                Store (1, TELL)
            }
        }
    }
}
