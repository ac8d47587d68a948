/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "dom0_qemu.h"

#include "dom0_daemon.h"
#include "hookd/children.h"
#include "hookd/clock.h"
#include "hookd/page_cache.h"
#include "hookd/replay.h"
#include "model/clock.h"
#include "report.h"
#include "script.h"
#include "turns.h"
#include "xen/base/handover.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSES_MAX 32u
#define USUAL_MS      20u

/* The process number is the place here, counted from 1. */
static struct process {
    bool in_use, ended;
    uint64_t end_us;
    char command[64]; /* for QEMU's monitor; empty: it drops what is cached of a device */
} processes[PROCESSES_MAX];

static uint32_t slowest_ms, unplugged;
static bool is_deaf;

void qemu_reset(void)
{
    memset(processes, 0, sizeof(processes));
    slowest_ms = USUAL_MS;
    unplugged = 0;
}

void qemu_slow(uint32_t ms)
{
    slowest_ms = ms ? ms : USUAL_MS;
    is_deaf |= ms >= REPLAY_LIMIT_MS;
}

uint64_t clock_ms(void)
{
    return clock_now_us() / 1000;
}

bool qemu_is_deaf(void)
{
    return is_deaf;
}

uint32_t qemu_unplugged(void)
{
    uint32_t bits = unplugged;

    unplugged = 0;
    is_deaf = slowest_ms >= REPLAY_LIMIT_MS;
    return bits;
}

uint16_t qemu_magic(void)
{
    return script_is_pvh() ? UINT16_MAX : HANDOVER_UNPLUG_MAGIC;
}

uint64_t qemu_port_access(bool write, unsigned port, unsigned size, uint64_t data)
{
    if (script_is_pvh())
        return UINT64_MAX >> (64 - 8 * size);
    if (port == HANDOVER_UNPLUG_PORT && write)
        unplugged |= (uint32_t)data;
    return port == HANDOVER_UNPLUG_PORT && size == 2 ? HANDOVER_UNPLUG_MAGIC : 0;
}

static pid_t process_start(const char *command)
{
    unsigned i = 0;

    while (processes[i].in_use)
        if (++i == PROCESSES_MAX)
            return 0;
    processes[i] = (struct process){
        .in_use = true,
        .end_us = clock_now_us() + random_below(&turns_random, slowest_ms * 1000),
    };
    snprintf(processes[i].command, sizeof(processes[i].command), "%s", command);
    return (pid_t)i + 1;
}

/* A process whose parent has ended has no daemon that waits for it. */
void qemu_run(void)
{
    for (struct process *process = processes; process < processes + PROCESSES_MAX; process++) {
        if (!process->in_use || process->ended || clock_now_us() < process->end_us)
            continue;
        if (process->command[0] == 'o')
            qemu_port_access(true, HANDOVER_UNPLUG_PORT, 2,
                             strtoul(strrchr(process->command, ' '), NULL, 16));
        process->ended = true;
        process->in_use = actor_lives(ACTOR_DAEMON);
        daemon_signal(SIGCHLD);
    }
}

static void process_forget(pid_t *process)
{
    if (*process)
        processes[*process - 1].in_use = false;
    *process = 0;
}

/**** In the place of replay.c ****/

bool replay_start(struct replay *replay, uint32_t domid, const char *command)
{
    (void)domid;
    if (script_is_pvh())
        violation("the daemon asks for a QEMU that the guest does not have");
    replay->process = process_start(command);
    replay->deadline_ms = clock_ms() + REPLAY_LIMIT_MS;
    return replay->process;
}

enum replay_state replay_poll(struct replay *replay, uint32_t domid, uint32_t *value)
{
    bool ended = processes[replay->process - 1].ended;

    (void)domid, (void)value;
    if (!ended && clock_ms() < replay->deadline_ms)
        return REPLAY_RUNNING;
    process_forget(&replay->process);
    return ended ? REPLAY_DONE : REPLAY_FAILED;
}

void replay_abort(struct replay *replay)
{
    process_forget(&replay->process);
}

/**** In the place of page_cache.c ****/

int page_cache_drop_start(struct page_cache_drop *drop, dev_t device)
{
    drop->device = device;
    drop->process = process_start("");
    return drop->process ? 0 : EBUSY;
}

int page_cache_drop_poll(struct page_cache_drop *drop)
{
    if (!processes[drop->process - 1].ended)
        return EINPROGRESS;
    process_forget(&drop->process);
    return 0;
}

void page_cache_drop_abandon(struct page_cache_drop *drop)
{
    process_forget(&drop->process);
}

/**** In the place of children.c ****/

void children_reap(void)
{
}
