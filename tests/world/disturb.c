/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "disturb.h"

#include "dom0_daemon.h"
#include "dom0_qemu.h"
#include "dom0_store.h"
#include "dom0_xen.h"
#include "firmware.h"
#include "guest.h"
#include "media.h"
#include "model/world.h"
#include "report.h"
#include "system.h"
#include "toolstack.h"
#include "turns.h"

#include <signal.h>

#define NEVER            UINT64_MAX
#define RELEASE_LATER_US 50000u

static uint64_t daemon_at_us, release_at_us; /* when it is to be started; NEVER: it is not */
static uint64_t store_ends_us, qemu_ends_us;

void disturb_reset(void)
{
    daemon_at_us = release_at_us = NEVER;
    store_ends_us = qemu_ends_us = 0;
}

/* Xen puts off a suspend while a processor waits for a device model. And an operating system with
 * drivers of its own is saved by these, not in the middle of a call to the firmware. */
bool disturb_is_possible(const struct event *event)
{
    if (event->kind != EVENT_RESTORE)
        return true;
    if (system_runs() && firmware_is_called())
        return false;
    for (unsigned cpu = 0; cpu < XEN_CPUS; cpu++)
        if (xen_cpu_is_busy(cpu))
            return false;
    return true;
}

static uint64_t later(uint32_t ms)
{
    return clock_now_us() + ms * UINT64_C(1000);
}

static void slow_store(uint32_t us, uint32_t ms)
{
    report("xenstored takes up to %u us for a request, for %u ms", us, ms);
    store_config.latency_us = us;
    dom0_store_slow(us);
    store_ends_us = later(ms);
}

static void slow_qemu(uint32_t us, uint32_t ms)
{
    qemu_slow(us);
    qemu_ends_us = later(ms);
}

static void end_daemon(const struct event *event)
{
    if (event->kind == EVENT_TERM)
        daemon_signal(SIGTERM);
    else
        daemon_kill();
    daemon_at_us = later(event->a);
    if (event->kind == EVENT_RELEASE)
        release_at_us = later(0) + RELEASE_LATER_US;
}

void disturb(const struct event *event)
{
    switch (event->kind) {
    case EVENT_DESTROY:
        toolstack_destroy();
        toolstack_create();
        break;
    case EVENT_RESTORE:
        toolstack_restore(event->a, event->b, event->c);
        break;
    case EVENT_PAUSED:
        report("the guest is paused for %u ms", event->a);
        turns_pause_guest(event->a);
        break;
    case EVENT_TROUBLE:
        /* A toolstack that takes a disk from an operating system is no matter of ours. */
        if (event->b == TROUBLE_GONE && backends_is_cd(event->a))
            media_change(event->a, MEDIA_REMOVED, true, event->c);
        else if (event->b != TROUBLE_GONE || !system_runs())
            backends_trouble(event->a, (enum trouble)event->b, event->c);
        break;
    case EVENT_MEDIUM:
        media_change(event->a, (enum media_change)event->b, event->d, event->c);
        break;
    case EVENT_STORE:
        slow_store(event->a, event->b);
        break;
    case EVENT_QEMU:
        slow_qemu(event->a, event->b);
        break;
    default:
        end_daemon(event);
        break;
    }
}

/* A daemon that was asked to end may take its time: only one runs at once. */
static void start_daemon(void)
{
    if (daemon_lives())
        return;
    if (clock_now_us() >= release_at_us) {
        release_at_us = NEVER;
        daemon_start(true);
    } else if (release_at_us == NEVER && clock_now_us() >= daemon_at_us) {
        daemon_at_us = NEVER;
        daemon_start(false);
    }
}

void disturb_run(void)
{
    start_daemon();
    if (guest_wants_reboot()) {
        toolstack_destroy();
        toolstack_create();
    }
    if (store_ends_us && clock_now_us() >= store_ends_us) {
        store_ends_us = 0;
        store_config.latency_us = 100;
        dom0_store_slow(0);
    }
    if (qemu_ends_us && clock_now_us() >= qemu_ends_us) {
        qemu_ends_us = 0;
        qemu_slow(0);
    }
}

bool disturb_is_over(void)
{
    return daemon_at_us == NEVER && release_at_us == NEVER && !store_ends_us && !qemu_ends_us &&
           !backends_make_trouble() && media_are_settled();
}
