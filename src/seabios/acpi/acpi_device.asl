/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A device that tells the hook in dom0 that an operating system is starting: every operating
 * system with ACPI calls _INI of each device once, before it looks for devices of its own.
 *
 * It has the name of a piece of the mainboard, which all systems know and want no driver for.
 * It claims no resources: the port is one that nothing else has.
 */
#include "xen/base/handover.h"

/* Revision 1: integers of 32 bits, for interpreters of ACPI 1.0 as well. */
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
