/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "edd.h"
#include "hw/pci.h"       // pci_bdf_to_bus
#include "hw/pcidevice.h" // foreachpci

/* Xen's platform device: the source is Xen's docs/misc/xen-platform-pci. */
#define XEN_PLATFORM_VENDOR 0x5853
#define XEN_PLATFORM_DEVICE 0x0001

struct edd_path edd_find_path(u32 number)
{
    struct edd_path path = {.number = number};
    struct pci_device *pci;

    foreachpci(pci) {
        if (pci->vendor != XEN_PLATFORM_VENDOR || pci->device != XEN_PLATFORM_DEVICE)
            continue;
        path.on_pci = 1;
        path.pci = pci_bdf_to_bus(pci->bdf) | pci_bdf_to_dev(pci->bdf) << 8 |
                   pci_bdf_to_fn(pci->bdf) << 16;
    }
    return path;
}
