/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "guest.h"

#include "backends.h"
#include "dom0_xen.h"
#include "firmware.h"
#include "report.h"
#include "script.h"
#include "system.h"
#include "ticks.h"
#include "toolstack.h"
#include "truth.h"
#include "turns.h"

#include <stddef.h>
#include <stdint.h>

/* From the time that a domain is made until the firmware runs. */
#define START_US 30000u
#define FOREVER  UINT64_MAX

/* Between two calls a program is idle so often: mostly for a short time, now and then for longer
 * than it takes the firmware to look for another medium. */
#define IDLE_PERCENT      25u
#define IDLE_MAX_US       400000u
#define IDLE_LONG_PERCENT 30u
#define IDLE_LONG_MAX_US  2500000u

/* So many of the sectors that were written does the last boot read over int13, and so much does it
 * pass over for each. */
#define LAST_READS 24u

static bool done, last, wants_reboot;

void guest_reset(void)
{
    done = last = wants_reboot = false;
}

bool guest_is_done(void)
{
    return done;
}

bool guest_wants_reboot(void)
{
    return wants_reboot;
}

void guest_make_last(void)
{
    last = true;
    done = false;
}

/* Wait for the toolstack to make the domain anew. */
static void reboot(void)
{
    wants_reboot = true;
    sleep_until(NULL, NULL, FOREVER);
}

static void do_firmware(const struct event *event)
{
    switch (event->kind) {
    case EVENT_READ:
        firmware_read(event->a, event->b, event->c);
        break;
    case EVENT_WRITE:
        firmware_write(event->a, event->b, event->c);
        break;
    case EVENT_RESET:
        firmware_reset_disk(event->a);
        break;
    case EVENT_CHECK:
        firmware_check(event->a, event->b, event->c);
        break;
    case EVENT_BOOT:
        firmware_boot();
        break;
    case EVENT_OTHER:
        firmware_other_drive();
        break;
    case EVENT_UNREACHED:
        firmware_is_unreached();
        break;
    case EVENT_LEAVE:
        firmware_leave();
        break;
    case EVENT_PORT:
        firmware_port_read();
        break;
    case EVENT_TAKE:
        system_take((enum system_way)event->a, event->b);
        break;
    default:
        break;
    }
}

static void do_system(const struct event *event)
{
    switch (event->kind) {
    case EVENT_SYSTEM_READ:
        system_read(event->a, event->b, event->c);
        break;
    case EVENT_SYSTEM_WRITE:
        system_write(event->a, event->b, event->c);
        break;
    case EVENT_SYSTEM_INT13:
        system_int13(event->a, event->b, event->c);
        break;
    case EVENT_SYSTEM_STOP:
        system_stop();
        break;
    default:
        break;
    }
}

static uint32_t choose_idle_us(void)
{
    return random_chance(&turns_random, IDLE_LONG_PERCENT)
               ? random_below(&turns_random, IDLE_LONG_MAX_US)
               : random_size(&turns_random, IDLE_MAX_US);
}

static void do_event(const struct event *event)
{
    if (event->kind == EVENT_PAUSE && system_runs())
        sleep_us(event->a * UINT64_C(1000));
    else if (event->kind == EVENT_PAUSE)
        firmware_idle(event->a * UINT64_C(1000));
    else if (event->kind == EVENT_REBOOT)
        reboot();
    else if (system_runs())
        do_system(event);
    else
        do_firmware(event);
    /* Most calls follow each other at once. */
    if (!system_runs() && random_chance(&turns_random, IDLE_PERCENT))
        firmware_idle(choose_idle_us());
}

static void last_boot(void)
{
    unsigned disk;
    uint32_t sector;

    if (!firmware_has_disks())
        violation("the last boot does not find its disks");
    for (unsigned i = 0; truth_find(i, &disk, &sector); i += 1 + i / LAST_READS)
        firmware_read(disk, sector, 1);
    for (disk = 0; disk < backends_count(); disk++)
        firmware_read(disk, 0, 64);
    firmware_write(0, 8, 8);
    system_take(SYSTEM_BY_ACPI, false);
    for (disk = 0; disk < backends_count(); disk++) {
        if (backends_is_cd(disk))
            continue;
        system_write(disk, 16, 8);
        system_read(disk, 0, 32);
    }
    system_stop();
    firmware_read(0, 0, 32);
    firmware_boot();
}

static void cpu_0(void *context)
{
    const struct event *event;

    (void)context;
    sleep_us(random_below(&turns_random, START_US));
    firmware_post();
    if (last)
        last_boot();
    else
        while ((event = script_next()))
            do_event(event);
    done = true;
}

void guest_begin(void)
{
    wants_reboot = false;
    actor_start(ACTOR_CPU_0, cpu_0, NULL);
}

void guest_end(void)
{
    actor_abandon(ACTOR_CPU_0);
    actor_abandon(ACTOR_CPU_1);
    actor_abandon(ACTOR_TASK);
    ticks_end();
}
