/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A device that notifies the daemon in dom0 that an operating system is starting, at the first of
 * three moments:
 *
 *   when the table is loaded      for systems that attach their disks before they initialise any
 *                                 device. ACPICA since 2018 and other interpreters execute the
 *                                 code outside of methods then, ACPICA since 2009 a bit later;
 *                                 older ones ignore it
 *   when _STA is evaluated        before _INI, and by some systems right after the tables are
 *                                 loaded
 *   when the device is            every system calls _INI of each device once, before it
 *   initialised                   enumerates devices itself
 *
 * The daemon acts upon the first access. The device has the ID of a mainboard resource, which all
 * systems know and for which none wants a driver. It claims no resources: nothing else uses the
 * port.
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

            OperationRegion (HOOK, SystemIO, HANDOVER_ACPI_PORT, 1)
            Field (HOOK, ByteAcc, NoLock, WriteAsZeros)
            {
                TELL, 8
            }

            Method (_STA, 0, NotSerialized)
            {
                Store (1, TELL)
                Return (0x0B) /* present, enabled, works; not shown to the user */
            }

            Method (_INI, 0, NotSerialized)
            {
                Store (1, TELL)
            }
        }

        /* ACPICA before 2018 ignores a Store outside of methods, but executes an If. The If stands
         * behind the Device, because that has to exist first. */
        If (One)
        {
            Store (One, \_SB.XPVB.TELL)
        }
    }
}
