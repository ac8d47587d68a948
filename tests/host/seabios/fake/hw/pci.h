/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef FAKE_PCI_H
#define FAKE_PCI_H

#include "types.h"

u16 pci_config_readw(u16 bdf, u32 offset);

#endif
