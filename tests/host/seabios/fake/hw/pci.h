/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef FAKE_PCI_H
#define FAKE_PCI_H

#include "types.h"

static inline u8 pci_bdf_to_bus(u16 bdf)
{
    return bdf >> 8;
}

static inline u8 pci_bdf_to_dev(u16 bdf)
{
    return (bdf & 0xff) >> 3;
}

static inline u8 pci_bdf_to_fn(u16 bdf)
{
    return bdf & 7;
}

u16 pci_config_readw(u16 bdf, u32 offset);

#endif
