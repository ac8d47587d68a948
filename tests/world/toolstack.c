/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "toolstack.h"

#include "backends.h"
#include "dom0_qemu.h"
#include "dom0_store.h"
#include "dom0_xen.h"
#include "guest.h"
#include "media.h"
#include "model/world.h"
#include "report.h"
#include "script.h"
#include "system.h"
#include "turns.h"

#include <stdio.h>

/* Between the end of the old domain and the new one, dom0 does other things. */
#define GAP_MS 40u

#define UUID "/vm/f2979861-3c20-4838-9cec-e0d77924357b"

static unsigned domid, restores, boots;
static bool exists;
static uint64_t restored_us;
static uint64_t introduce_us; /* when a domain that is restored is there; 0: none is being */

void toolstack_reset(void)
{
    domid = restores = boots = 0;
    exists = false;
    introduce_us = restored_us = 0;
}

bool toolstack_has_domain(uint32_t wanted)
{
    return exists && wanted == domid;
}

unsigned toolstack_domid(void)
{
    return domid;
}

unsigned toolstack_restores(void)
{
    return restores;
}

uint64_t toolstack_restored_us(void)
{
    return restored_us;
}

bool toolstack_is_ready(void)
{
    return exists && !introduce_us;
}

unsigned toolstack_boots(void)
{
    return boots;
}

const char *toolstack_home(const char *key)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "/local/domain/%u%s%s", domid, *key ? "/" : "", key);
    return path;
}

static const char *model_place(void)
{
    static char path[64];

    snprintf(path, sizeof(path), "/local/domain/0/device-model/%u", domid);
    return path;
}

static const char *own_place(void)
{
    static char path[64];

    snprintf(path, sizeof(path), "/libxl/%u", domid);
    return path;
}

/* What libxl writes for a domain beside its home and its disks. libxl makes the
 * directory for QEMU before that starts, and QEMU is up before the domain runs. */
static void introduce(void)
{
    char path[128];

    exists = true;
    store_write(toolstack_home("vm"), UUID);
    snprintf(path, sizeof(path), "%s/type", own_place());
    store_write(path, script_is_pvh() ? "pvh" : "hvm");
    if (!script_is_pvh())
        store_write(toolstack_home("hvmloader/bios"), "seabios");
    store_allow(toolstack_home("platform"), TREE_READ);
    for (unsigned i = 0; i < backends_count(); i++) {
        snprintf(path, sizeof(path), "%s/device/vbd/%u/backend", own_place(), backends_number(i));
        store_write(path, "%s", backends_at(i)->path);
        backends_write_device(i);
    }
    if (!script_is_pvh())
        store_write(model_place(), "%s", "");
    dom0_store_domains_changed();
}

static void withdraw(void)
{
    exists = false;
    dom0_xen_end_domain(domid);
    tree_remove(&store_tree, model_place());
    tree_remove(&store_tree, own_place());
    dom0_store_domains_changed();
}

void toolstack_create(void)
{
    domid++;
    boots++;
    report("domain %u is made", domid);
    world_unplug_magic = qemu_magic();
    world_create_guest(domid);
    backends_new_domain();
    media_new_devices(true);
    system_new_domain();
    introduce();
    guest_begin();
}

void toolstack_destroy(void)
{
    report("domain %u is destroyed", domid);
    introduce_us = 0;
    guest_end();
    withdraw();
    world_destroy_guest();
}

void toolstack_restore(bool same_port, bool moved, uint32_t stop_ms)
{
    withdraw();
    restores++;
    domid++;
    clock_stop_us(stop_ms * UINT64_C(1000));
    world_restore_as(domid, same_port, moved);
    restored_us = clock_now_us();
    media_new_devices(false);
    report("the guest is domain %u now, after %u ms", domid, stop_ms);
    uint32_t gap_ms = 1 + random_below(&turns_random, GAP_MS);
    introduce_us = clock_now_us() + gap_ms * UINT64_C(1000);
    turns_pause_guest(gap_ms + 1);
}

void toolstack_run(void)
{
    if (!introduce_us || clock_now_us() < introduce_us)
        return;
    introduce_us = 0;
    introduce();
}
