/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The controllers of the emulated disks: the registers that other drivers see, as in QEMU, and the
 * PCI devices.
 */
#ifndef CONTROLLERS_H
#define CONTROLLERS_H

#include "hw/pcidevice.h"

#include <stdint.h>

/** Remove all PCI devices, and set all registers as after power-on. */
void controllers_reset(void);

/** Add a device. @subsystem_vendor: the maker that it reports, QEMU's or another one. */
struct pci_device *controllers_add_pci(uint16_t vendor, uint16_t device, uint16_t subsystem_vendor);

/** Set the maker that a device reports; one that is passed through has another than QEMU's. */
void controllers_set_maker(const struct pci_device *pci, uint16_t subsystem_vendor);

/**** IDE: two channels of two devices ****/

/** Add a device @slave (0 or 1) to @channel. */
void ide_add_device(unsigned channel, unsigned slave);

/** Leave the registers as SeaBIOS' search for devices does: the second device is selected, even if
 * it does not exist. */
void ide_search(void);

/** Leave the registers as a command to a disk for @sector does. */
void ide_run_command(unsigned channel, unsigned slave, uint64_t sector);

/** Leave the registers as a command to a CD-ROM by DMA does, whose driver sets none but the
 * features: as QEMU's cmd_packet and ide_atapi_cmd_ok, with a reason in the sector count. */
void ide_run_dma_packet_command(unsigned channel, unsigned slave);

/** The same, not by DMA: with a count of bytes as well. */
void ide_run_packet_command(unsigned channel, unsigned slave);

/**** AHCI ****/

void *ahci_registers(void);

/** Set the command list of an operating system's driver. */
void ahci_set_foreign_list(unsigned port);

/**** LSI 53C895A ****/

/** The first of its ports. */
#define LSI_PORTS 0xc000u

/** Run a script at @address. */
void lsi_run_script(uint32_t address);

#endif
