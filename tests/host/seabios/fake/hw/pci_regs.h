/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef FAKE_PCI_REGS_H
#define FAKE_PCI_REGS_H

#define PCI_SUBSYSTEM_VENDOR_ID 0x2c

#endif
