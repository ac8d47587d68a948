/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Source: xen/docs/misc/hvm-emulated-unplug.pandoc; the orders are those of each system's driver.
 */
#include "unplug.h"

#include "guest.h"
#include "ports.h"
#include "timer.h"
#include "xen/base/handover.h"

#define UNPLUG_PORT   HANDOVER_UNPLUG_PORT /* word: magic, mask; long: build number of the driver */
#define PROTOCOL_PORT 0x12                 /* byte: version; word: product */
#define PORT_NONE     0xffffu
#define UNPLUG_IDE    1u
#define UNPLUG_NICS   2u
#define PRODUCT_LINUX 3u
#define BUILD_LINUX   0xffu

#define IDE_SECTOR_COUNT 0x1f2
#define IDE_DEVICE       0x1f6
#define IDE_STATUS       0x1f7
#define IDE_DEVICE_0     0xa0
#define IDE_IDENTIFY     0xec
#define IDE_BUSY         0x80
#define IDE_DATA_REQUEST 0x08
#define IDE_ERROR        0x01
#define IDE_NONE         0xff
#define IDE_LOOKS        10000u

/* The platform device on PCI bus 0. */
#define PCI_ADDRESS     0xcf8
#define PCI_DATA        0xcfc
#define PCI_ENABLED     0x80000000u
#define PCI_FUNCTIONS   256u
#define PCI_BAR0        0x10u
#define PCI_BAR_IO_MASK 0xfffcu
#define PLATFORM_DEVICE 0x00015853u /* device, vendor */
#define SUSE_PORT       4u          /* from the first port of BAR 0 on; source: QEMU's device */
#define SUSE_UNPLUG     1u

static uint32_t pci_read(uint32_t function, uint32_t offset)
{
    port_write32(PCI_ADDRESS, PCI_ENABLED | function << 8 | offset);
    return port_read32(PCI_DATA);
}

static void unplug_by_suse_port(void)
{
    for (uint32_t function = 0; function < PCI_FUNCTIONS; function++) {
        if (pci_read(function, 0) != PLATFORM_DEVICE)
            continue;
        uint16_t first = (uint16_t)(pci_read(function, PCI_BAR0) & PCI_BAR_IO_MASK);
        port_write32(first + SUSE_PORT, SUSE_UNPLUG);
        return;
    }
    check(false, "there is no platform device");
}

static void expect_magic(void)
{
    uint16_t magic = port_read16(UNPLUG_PORT);

    check(magic == HANDOVER_UNPLUG_MAGIC, "port %x: expected %x, got %x", UNPLUG_PORT,
          HANDOVER_UNPLUG_MAGIC, magic);
}

static void expect_protocol(void)
{
    uint8_t version = port_read8(PROTOCOL_PORT);

    check(version == 1, "port %x: expected version 1, got %x", PROTOCOL_PORT, version);
}

static void expect_no_magic(void)
{
    uint16_t magic = port_read16(UNPLUG_PORT);

    check(magic == PORT_NONE, "port %x: expected none, got %x", UNPLUG_PORT, magic);
}

/* Most systems look for the port before they know that the guest has no device model. The daemon
 * answers the first access if it attends to the guest, and Xen the next one. */
static void look_for_port(void)
{
    if (param_is("order=write"))
        port_write16(UNPLUG_PORT, UNPLUG_IDE | UNPLUG_NICS);
    else
        expect_no_magic();
    expect_no_magic();
    print("unplug: no port\n");
}

void unplug(void)
{
    uint32_t before = timer_read();

    if (param_is("pvh")) {
        look_for_port();
        return;
    }
    if (param_is("order=suse")) {
        unplug_by_suse_port();
        return;
    }
    if (!param_is("order=write"))
        expect_magic();
    if (param_is("order=linux")) {
        expect_protocol();
        port_write16(PROTOCOL_PORT, PRODUCT_LINUX);
        port_write32(UNPLUG_PORT, BUILD_LINUX);
        expect_magic();
    }
    port_write16(UNPLUG_PORT, UNPLUG_IDE | UNPLUG_NICS);
    /* The daemon closes disks meanwhile, which must take less than the timer's 4.7 s. */
    print("unplug: microseconds=%u\n", timer_lap(&before) / (TIMER_HZ / 1000) * 1000);
}

bool emulated_disk_is_there(void)
{
    uint8_t status;

    port_write8(IDE_DEVICE, IDE_DEVICE_0);
    status = port_read8(IDE_STATUS);
    if (status == 0 || status == IDE_NONE)
        return false;
    port_write8(IDE_SECTOR_COUNT, 0);
    port_write8(IDE_STATUS, IDE_IDENTIFY);
    for (unsigned looks = 0; looks < IDE_LOOKS; looks++) {
        status = port_read8(IDE_STATUS);
        if (!(status & IDE_BUSY) && status & (IDE_DATA_REQUEST | IDE_ERROR))
            return !(status & IDE_ERROR);
    }
    return false;
}
