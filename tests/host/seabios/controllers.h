/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The controllers of the emulated disks: the registers that can be seen from outside, as QEMU has
 * them, and the PCI devices.
 */
#ifndef CONTROLLERS_H
#define CONTROLLERS_H

#include "hw/pcidevice.h"

#include <stdint.h>

/** No PCI device, and all registers as after power-on. */
void controllers_reset(void);

/** Add a device. @subsystem_vendor: who says to have made it; QEMU or another one. */
struct pci_device *controllers_add_pci(uint16_t vendor, uint16_t device, uint16_t subsystem_vendor);

/** Say that somebody else has made it: it is passed through. */
void controllers_set_maker(const struct pci_device *pci, uint16_t subsystem_vendor);

/**** IDE: two channels of two devices ****/

/** There is a device @slave (0 or 1) on @channel. */
void ide_add_device(unsigned channel, unsigned slave);

/** What SeaBIOS' search for devices leaves: the second one is selected, there or not. */
void ide_search(void);

/** What a command to a disk for @sector leaves. */
void ide_run_command(unsigned channel, unsigned slave, uint64_t sector);

/** What a command to a CD-ROM leaves: a count of bytes. */
void ide_run_packet_command(unsigned channel, unsigned slave);

/**** AHCI ****/

void *ahci_registers(void);

/** A driver of an operating system has a command list of its own. */
void ahci_set_foreign_list(unsigned port);

/**** LSI 53C895A ****/

/** Where its ports are. */
#define LSI_PORTS 0xc000u

/** Run a script at @address. */
void lsi_run_script(uint32_t address);

#endif
