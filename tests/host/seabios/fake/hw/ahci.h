/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives on an AHCI controller: the names of SeaBIOS' hw/ahci.h. */
#ifndef FAKE_AHCI_H
#define FAKE_AHCI_H

#include "block.h"

struct pci_device;

struct ahci_ctrl_s {
    struct pci_device *pci_tmp;
    void *iobase;
};

struct ahci_port_s {
    struct drive_s drive;
    struct ahci_ctrl_s *ctrl;
    u32 pnr;
};

#endif
