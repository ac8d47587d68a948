/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The PCI devices of the machine: the names of SeaBIOS' hw/pcidevice.h. */
#ifndef FAKE_PCIDEVICE_H
#define FAKE_PCIDEVICE_H

#include "types.h"

struct pci_device {
    u16 bdf, vendor, device, class;
};

/* The device after @pci, the first one for NULL. Return: NULL after the last one. */
struct pci_device *pci_next_device(const struct pci_device *pci);

#define foreachpci(pci) for (pci = pci_next_device(NULL); pci; pci = pci_next_device(pci))

#endif
