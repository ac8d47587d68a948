/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "system.h"

#include "backends.h"
#include "dom0_qemu.h"
#include "dom0_xen.h"
#include "firmware.h"
#include "report.h"
#include "rules.h"
#include "script.h"
#include "system_disk.h"
#include "ticks.h"
#include "truth.h"
#include "turns.h"

#include "model/memory.h"
#include "model/xen.h"
#include "xen/base/handover.h"

#include <stddef.h>

/* An operating system takes longer than this from one call of the firmware to the next: see
 * disks_call.c. */
#define AWAY_US 5200000u

/* Sectors of one request. */
#define SECTORS_A_REQUEST 8u

#define UNPLUG_ALL 3u

static bool runs, answered;

void system_reset(void)
{
    runs = answered = false;
}

void system_new_domain(void)
{
    runs = answered = false;
    system_disks_new_domain();
}

bool system_runs(void)
{
    return runs;
}

bool system_has_disk(unsigned disk)
{
    return runs && system_disk_is_connected(disk);
}

void system_check(void)
{
    if (runs)
        system_disks_check();
}

/**** Taking over ****/

static void port_read(unsigned cpu)
{
    bool waited = false;

    if (xen_port_access(cpu, false, HANDOVER_UNPLUG_PORT, 2, 0, &waited) != qemu_magic())
        violation("the unplug port does not read as it should");
    answered |= waited;
}

static void port_write(unsigned cpu, unsigned port, unsigned size, uint32_t value)
{
    bool waited = false;

    report("processor %u writes to port %x", cpu, port);
    xen_port_access(cpu, true, port, size, value, &waited);
    answered |= waited;
}

static void unplug(void)
{
    port_write(0, HANDOVER_UNPLUG_PORT, 2, UNPLUG_ALL);
}

/* The second processor comes by chance a little earlier or later. */
static void cpu_1(void *context)
{
    (void)context;
    sleep_us(random_size(&turns_random, 300000));
    port_read(1);
}

static void first_steps(enum system_way way)
{
    switch (way) {
    case SYSTEM_BY_LEAVE:
        port_read(0);
        break;
    case SYSTEM_BY_READ:
    case SYSTEM_LATE:
        port_read(0);
        unplug();
        break;
    case SYSTEM_BY_WRITE:
        unplug();
        break;
    default:
        port_write(0, HANDOVER_ACPI_PORT, 1, 1);
        break;
    }
}

/* A system that connects without touching a port is no matter of the mode hook
 * (docs/admin/handover.md), unless it has ACPI. */
static bool goes_at_once(enum system_way way)
{
    return way == SYSTEM_AT_ONCE && firmware_has_disks() && firmware_mode() != MODE_HOOK;
}

/* In linger mode, and without the daemon's claim, the system finds the disks open and resets them.
 */
static void check_hand_over(void)
{
    if (answered)
        rules_disks_are_closed("after the hand-over", RULES_BY_DAEMON);
    else if (firmware_has_disks() && firmware_mode() == MODE_STRICT && !runs)
        rules_disks_are_closed("when the operating system starts", RULES_BY_FIRMWARE);
    else
        rules_disks_were_found_open();
}

/* The daemon is to leave that disk alone, and to close the others. */
static void connect_first(void)
{
    if (firmware_mode() == MODE_STRICT)
        rules_disks_are_closed("when the operating system starts", RULES_BY_FIRMWARE);
    rules_disks_were_found_open();
    runs = true;
    system_disks_connect(1);
}

void system_take(enum system_way way, bool both)
{
    if (!firmware_has_disks())
        return;
    report("an operating system starts, way %u", way);
    answered = false;
    qemu_unplugged();
    if (way == SYSTEM_BY_LEAVE) {
        firmware_leave();
        firmware_read(0, 0, 1);
    } else {
        firmware_pause();
    }
    ticks_end();
    if (way == SYSTEM_LATE)
        connect_first();
    else if (both)
        actor_start(ACTOR_CPU_1, cpu_1, NULL);
    if (!goes_at_once(way))
        first_steps(way);
    check_hand_over();
    if ((way == SYSTEM_BY_WRITE || way == SYSTEM_BY_READ) && !script_is_pvh() && !qemu_is_deaf() &&
        qemu_unplugged() != UNPLUG_ALL)
        violation("QEMU did not see that the operating system unplugs");
    runs = true;
    system_disks_connect(backends_count());
    system_disks_resume();
}

/**** Using its disks ****/

/* An operating system reads and writes whole blocks. */
static void widen(unsigned disk, uint32_t *sector, uint32_t *count)
{
    uint32_t block = backends_block_sectors(disk), before = *sector % block;

    *sector -= before;
    *count = (*count + before + block - 1) / block * block;
}

void system_read(unsigned disk, uint32_t sector, uint32_t count)
{
    uint8_t bytes[SECTORS_A_REQUEST * 512];

    widen(disk, &sector, &count);
    report("the system reads disk %u, sector %u, count %u", disk, sector, count);
    while (count) {
        uint32_t part = count < SECTORS_A_REQUEST ? count : SECTORS_A_REQUEST;

        if (system_disk_transfer(disk, false, sector, part, bytes))
            truth_compare("the operating system", disk, sector, part, bytes);
        sector += part;
        count -= part;
    }
}

void system_write(unsigned disk, uint32_t sector, uint32_t count)
{
    uint8_t bytes[SECTORS_A_REQUEST * 512];

    widen(disk, &sector, &count);
    report("the system writes disk %u, sector %u, count %u", disk, sector, count);
    while (count) {
        uint32_t part = count < SECTORS_A_REQUEST ? count : SECTORS_A_REQUEST;

        truth_write_begin(disk, sector, part, bytes);
        if (system_disk_transfer(disk, true, sector, part, bytes))
            truth_written(disk, sector, part);
        sector += part;
        count -= part;
    }
}

void system_int13(unsigned disk, uint32_t sector, bool write)
{
    sleep_us(AWAY_US);
    system_disks_resume();
    if (system_disk_is_connected(disk))
        firmware_must_refuse(disk, sector, write);
}

void system_stop(void)
{
    report("the system closes its disks");
    system_disks_resume();
    system_disks_disconnect();
    runs = false;
    rules_disks_were_taken();
    sleep_us(AWAY_US);
    ticks_begin();
}
