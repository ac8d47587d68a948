/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "controllers.h"

#include "hw/ata.h"
#include "hw/lsi-scsi.h"
#include "hw/pci.h"
#include "hw/pci_regs.h"
#include "hw/rtc.h"
#include "machine.h"
#include "model/fault.h"
#include "x86.h"

#include <string.h>

#define PORT_A20 0x92

#define CHANNELS      2u
#define DEVICES       2u
#define ATA_REGISTERS 8u

/* The sector count of a CD-ROM drive after a command: why it has interrupted. */
#define REASON_DONE 0x03

#define SELECTED 0x10 /* bit of the register "device and head" */

#define PCI_DEVICES_MAX 8u

/* AHCI: the registers of a port. The first one is the address of the command list. */
#define AHCI_PORT(port)   (0x100 + 0x80 * (port))
#define AHCI_BYTES        0x1100
#define AHCI_LIST_BIOS    0x000e4000u
#define AHCI_LIST_FOREIGN 0x1f884000u

static struct {
    uint8_t device_head;
    struct {
        bool present;
        uint8_t registers[ATA_REGISTERS]; /* by ATA_CB_* */
    } device[DEVICES];
} channels[CHANNELS];

static uint8_t ahci[AHCI_BYTES] __attribute__((aligned(4096)));
static uint32_t lsi_script;

static struct {
    struct pci_device device;
    uint16_t subsystem_vendor;
} devices[PCI_DEVICES_MAX];
static unsigned device_count;

void controllers_reset(void)
{
    uint32_t list = AHCI_LIST_BIOS;

    memset(channels, 0, sizeof(channels));
    memset(ahci, 0, sizeof(ahci));
    for (unsigned port = 0; port < 6; port++)
        memcpy(ahci + AHCI_PORT(port), &list, sizeof(list));
    lsi_script = 0;
    device_count = 0;
}

/**** PCI ****/

struct pci_device *controllers_add_pci(uint16_t vendor, uint16_t device, uint16_t subsystem_vendor)
{
    uint16_t bdf = (uint16_t)(device_count * 8);

    devices[device_count].device = (struct pci_device){bdf, vendor, device, 0};
    devices[device_count].subsystem_vendor = subsystem_vendor;
    return &devices[device_count++].device;
}

void controllers_set_maker(const struct pci_device *pci, uint16_t subsystem_vendor)
{
    devices[pci->bdf / 8].subsystem_vendor = subsystem_vendor;
}

struct pci_device *pci_next_device(const struct pci_device *pci)
{
    unsigned next = pci ? pci->bdf / 8 + 1u : 0;

    return next < device_count ? &devices[next].device : NULL;
}

u16 pci_config_readw(u16 bdf, u32 offset)
{
    if (offset != PCI_SUBSYSTEM_VENDOR_ID)
        model_fault("read of PCI register %x", offset);
    return devices[bdf / 8].subsystem_vendor;
}

/**** IDE ****/

void ide_add_device(unsigned channel, unsigned slave)
{
    channels[channel].device[slave].present = true;
}

void ide_search(void)
{
    for (unsigned i = 0; i < CHANNELS; i++)
        channels[i].device_head = ATA_CB_DH_DEV1;
}

/* Both devices of a channel take what is written to these registers. */
static void ide_set(unsigned channel, unsigned number, uint64_t value)
{
    for (unsigned i = 0; i < DEVICES; i++)
        channels[channel].device[i].registers[number] = (uint8_t)value;
}

void ide_run_command(unsigned channel, unsigned slave, uint64_t sector)
{
    channels[channel].device_head = slave ? ATA_CB_DH_DEV1 : ATA_CB_DH_DEV0;
    ide_set(channel, ATA_CB_SC, 1);
    ide_set(channel, ATA_CB_SN, sector);
    ide_set(channel, ATA_CB_CL, sector >> 8);
    ide_set(channel, ATA_CB_CH, sector >> 16);
}

void ide_run_dma_packet_command(unsigned channel, unsigned slave)
{
    channels[channel].device_head = slave ? ATA_CB_DH_DEV1 : ATA_CB_DH_DEV0;
    channels[channel].device[slave].registers[ATA_CB_SC] = REASON_DONE;
}

void ide_run_packet_command(unsigned channel, unsigned slave)
{
    ide_run_dma_packet_command(channel, slave);
    channels[channel].device[slave].registers[ATA_CB_CL] = 0x00;
    channels[channel].device[slave].registers[ATA_CB_CH] = 0x08;
}

/* Return: whether the port is a register of a channel. */
static bool ide_find(u16 port, unsigned *channel, unsigned *number)
{
    *channel = (port & ~7u) == PORT_ATA1_CMD_BASE ? 0 : 1;
    *number = port & 7u;
    return (port & ~7u) == PORT_ATA1_CMD_BASE || (port & ~7u) == PORT_ATA2_CMD_BASE;
}

static u8 ide_read(unsigned channel, unsigned number)
{
    unsigned selected = !!(channels[channel].device_head & SELECTED);

    if (!channels[channel].device[selected].present)
        return 0;
    return channels[channel].device[selected].registers[number];
}

/**** AHCI and LSI ****/

void *ahci_registers(void)
{
    return ahci;
}

void ahci_set_foreign_list(unsigned port)
{
    uint32_t list = AHCI_LIST_FOREIGN;

    memcpy(ahci + AHCI_PORT(port), &list, sizeof(list));
}

void lsi_run_script(uint32_t address)
{
    lsi_script = address;
}

/**** Ports ****/

u8 inb(u16 port)
{
    if (port != PORT_CMOS_INDEX && port != PORT_A20)
        model_fault("read of port %x", port);
    machine.cmos_accesses++;
    return 0;
}

u16 inw(u16 port)
{
    unsigned channel, number;

    if (!ide_find(port, &channel, &number) || (number != ATA_CB_SC && number != ATA_CB_CL))
        model_fault("read of port %x, 16 bits", port);
    return (u16)(ide_read(channel, number) | ide_read(channel, number + 1) << 8);
}

u32 inl(u16 port)
{
    if (port != LSI_PORTS + LSI_REG_DSP0)
        model_fault("read of port %x, 32 bits", port);
    return lsi_script;
}

void outb(u8 value, u16 port)
{
    unsigned channel, number;

    if (!ide_find(port, &channel, &number)) {
        if (port != PORT_CMOS_INDEX && port != PORT_A20)
            model_fault("write to port %x", port);
        machine.cmos_accesses++;
    } else if (number == ATA_CB_DH) {
        channels[channel].device_head = value;
    } else if (number >= ATA_CB_SC && number <= ATA_CB_CH) {
        ide_set(channel, number, value);
    } else {
        model_fault("write to IDE register %u", number);
    }
}

u8 set_a20(u8 open)
{
    u8 was_open = inb(PORT_A20) != 0;

    if (was_open != open)
        outb(open, PORT_A20);
    return was_open;
}
