/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives on an IDE controller: the names of SeaBIOS' hw/ata.h. */
#ifndef FAKE_ATA_H
#define FAKE_ATA_H

#include "block.h"
#include "config.h"

struct pci_device;

struct ata_channel_s {
    struct pci_device *pci_tmp;
    u16 iobase1;
    u8 chanid;
};

struct atadrive_s {
    struct drive_s drive;
    struct ata_channel_s *chan_gf;
    u8 slave;
};

#define PORT_ATA1_CMD_BASE 0x1f0
#define PORT_ATA2_CMD_BASE 0x170

/* Registers: sector count and number, cylinder low and high, device and head. */
#define ATA_CB_SC 2
#define ATA_CB_SN 3
#define ATA_CB_CL 4
#define ATA_CB_CH 5
#define ATA_CB_DH 6

#define ATA_CB_DH_DEV0 0xa0
#define ATA_CB_DH_DEV1 0xb0

#endif
