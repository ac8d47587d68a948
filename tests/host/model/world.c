/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/world.h"

#include "model/memory.h"
#include "xen/base/handover.h"
#include "xen/base/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BACKENDS_MAX 48

static struct backend backends[BACKENDS_MAX];
static unsigned backend_count;
static unsigned restores;

const char *const *world_oem_strings;
uint16_t world_unplug_magic;

const char *platform_oem_string(unsigned number)
{
    unsigned count = 0;

    while (world_oem_strings && world_oem_strings[count])
        count++;
    return number && number <= count ? world_oem_strings[number - 1] : NULL;
}

/* Only the platform device is read. */
uint16_t platform_port_read16(uint16_t port)
{
    return port == HANDOVER_UNPLUG_PORT ? world_unplug_magic : UINT16_MAX;
}

/* "/local/domain/DOMID/KEY" of the guest. */
static const char *home(const char *key)
{
    static char path[BACKEND_PATH_BYTES];

    snprintf(path, sizeof(path), "/local/domain/%u%s", xen_config.domid, key);
    return path;
}

static void write_home(void)
{
    store_allow(home(""), TREE_READ);
    store_write(home("/name"), "guest");
    store_write(home("/platform/acpi"), "1");
    store_allow(home("/device"), TREE_READ);
    store_allow(home("/data"), TREE_WRITE);
}

void world_reset(void)
{
    world_oem_strings = NULL;
    world_unplug_magic = HANDOVER_UNPLUG_MAGIC;
    clock_reset();
    log_reset();
    store_reset();
    xenconsoled_reset();
    disk_reset();
    memset(backends, 0, sizeof(backends));
    backend_count = restores = 0;
    world_create_guest(1);
}

static void backend_key(const struct backend *backend, const char *key, const char *value)
{
    char path[BACKEND_PATH_BYTES + 32];

    snprintf(path, sizeof(path), "%s/%s", backend->path, key);
    store_write(path, "%s", value);
}

static void frontend_key(const struct backend *backend, const char *key, const char *value)
{
    char path[BACKEND_PATH_BYTES + 32];

    snprintf(path, sizeof(path), "%s/%s", backend->frontend, key);
    store_write(path, "%s", value);
}

void world_write_disk(struct backend *backend)
{
    char number[12];

    tree_remove(&store_tree, backend->frontend);
    tree_remove(&store_tree, backend->path);
    snprintf(number, sizeof(number), "%u", backend->config.domid);
    store_allow(backend->frontend, TREE_WRITE);
    frontend_key(backend, "backend", backend->path);
    frontend_key(backend, "backend-id", number);
    frontend_key(backend, "state", "1");
    frontend_key(backend, "virtual-device", strrchr(backend->frontend, '/') + 1);
    frontend_key(backend, "device-type", "disk");
    frontend_key(backend, "trusted", "1");

    store_allow(backend->path, TREE_READ);
    bool qdisk = !strcmp(backend_kind_component(backend->config.kind), "qdisk");
    backend_key(backend, "frontend", backend->frontend);
    snprintf(number, sizeof(number), "%u", xen_config.domid);
    backend_key(backend, "frontend-id", number);
    backend_key(backend, "online", "1");
    backend_key(backend, "removable", "0");
    backend_key(backend, "bootable", "1");
    backend_key(backend, "mode", "w");
    backend_key(backend, "device-type", "disk");
    backend_key(backend, "type", qdisk ? "qdisk" : "phy");
    backend_key(backend, "params", qdisk ? "aio:/disk.img" : "/dev/vg/disk");
    backend_kind_wait(backend);
}

/* Set the directory of the backend, which is in domain @domid, for the guest @guest. */
static void set_path(struct backend *backend, uint16_t domid, unsigned guest)
{
    snprintf(backend->path, sizeof(backend->path), "/local/domain/%u/backend/%s/%u/%s", domid,
             backend_kind_component(backend->config.kind), guest,
             strrchr(backend->frontend, '/') + 1);
}

static void set_frontend(struct backend *backend, uint32_t number)
{
    snprintf(backend->frontend, sizeof(backend->frontend), "%s/%u", home("/device/vbd"), number);
}

struct backend *world_add_disk_of(uint32_t number, enum backend_kind kind)
{
    struct backend *backend = &backends[backend_count++];

    backend->config = (struct backend_config){
        .kind = kind,
        .qdisk = kind == BACKEND_QDISK_OLD || kind == BACKEND_QDISK_NEW,
        .latency_us = 1000,
        .disk_sectors = WORLD_DISK_SECTORS,
        .sectors = "4096",
        .sector_size = "512",
        .info = "0",
        .flush = kind == BACKEND_TAPBACK ? NULL : "1",
    };
    backend->seen = backend->next = XenbusStateInitialising;
    set_frontend(backend, number);
    set_path(backend, 0, xen_config.domid);
    world_write_disk(backend);
    return backend;
}

struct backend *world_add_disk(uint32_t number)
{
    return world_add_disk_of(number, BACKEND_LINUX);
}

void world_move_backend(struct backend *backend, uint16_t domid)
{
    tree_remove(&store_tree, backend->path);
    backend->config.domid = domid;
    set_path(backend, domid, 1);
    world_write_disk(backend);
}

void world_detach(struct backend *backend)
{
    backend_vanish(backend);
    tree_remove(&store_tree, backend->frontend);
}

void world_attach(struct backend *backend, const char *params)
{
    backend->gone = false;
    backend->seen = backend->next = XenbusStateInitialising;
    world_write_disk(backend);
    if (params)
        backend_key(backend, "params", params);
}

/* The guest is another domain, with the number @guest for its backends. */
static void renew_disks(unsigned guest)
{
    for (unsigned i = 0; i < backend_count; i++) {
        backend_forget(&backends[i]);
        tree_remove(&store_tree, backends[i].path);
        set_path(&backends[i], backends[i].config.domid, guest);
        world_write_disk(&backends[i]);
    }
}

/* The home in xenstore of the guest that is another domain now. */
static void move_home(unsigned domid)
{
    tree_remove(&store_tree, home(""));
    xen_config.domid = domid;
    write_home();
    for (unsigned i = 0; i < backend_count; i++)
        set_frontend(&backends[i], (uint32_t)atoi(strrchr(backends[i].frontend, '/') + 1));
}

void world_create_guest(unsigned domid)
{
    memory_reset();
    xen_reset();
    events_reset();
    grants_reset();
    store_restore();
    store_introduce(EVENTS_STORE_PORT);
    xenconsoled_introduce(EVENTS_CONSOLE_PORT);
    move_home(domid);
    renew_disks(domid);
}

void world_destroy_guest(void)
{
    tree_remove(&store_tree, home(""));
    for (unsigned i = 0; i < backend_count; i++) {
        backend_forget(&backends[i]);
        tree_remove(&store_tree, backends[i].path);
    }
}

static void restore(bool same_port, unsigned guest)
{
    memory_restore();
    grants_reset();
    store_restore();
    uint32_t port = events_restore(same_port);
    store_introduce(port);
    *xen_param(HVM_PARAM_STORE_EVTCHN) = port;
    xenconsoled_introduce(port + 1);
    *xen_param(HVM_PARAM_CONSOLE_EVTCHN) = port + 1;
    xen_config.incarnation++;
    /* A domain does not keep the version of its grant table. */
    if (xen_config.grant_version)
        xen_config.grant_version = 1;
    renew_disks(guest);
}

/* Another domain, whose home the tests find where it was. */
static unsigned next_number(void)
{
    return 1 + ++restores;
}

void world_restore(void)
{
    restore(false, next_number());
}

static bool is_ring(const void *page)
{
    for (unsigned i = 0; i < backend_count; i++)
        if (backends[i].ring == page)
            return true;
    return false;
}

void world_migrate(void)
{
    grants_leave_behind(is_ring);
    restore(false, next_number());
}

void world_restore_same_port(void)
{
    restore(true, next_number());
}

void world_restore_as(unsigned domid, bool same_port, bool moved)
{
    if (moved)
        grants_leave_behind(is_ring);
    move_home(domid);
    restore(same_port, domid);
}

void world_run(void)
{
    store_run();
    xenconsoled_run();
    for (unsigned i = 0; i < backend_count; i++)
        backend_run(&backends[i]);
}

void world_pass_ms(uint32_t ms)
{
    for (uint32_t i = 0; i < ms; i++) {
        clock_advance_us(1000);
        world_run();
    }
}

/**** Clean ****/

bool world_key_is_of_toolstack(const char *key)
{
    static const char *const keys[] = {"backend",        "backend-id",  "state",
                                       "virtual-device", "device-type", "trusted"};

    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (!strcmp(key, keys[i]))
            return true;
    return false;
}

void world_check_store_clean(void)
{
    static char names[XENSTORE_PAYLOAD_MAX];
    char path[BACKEND_PATH_BYTES + 32];

    for (unsigned i = 0; i < backend_count; i++) {
        const char *frontend = backends[i].frontend;
        uint32_t length = tree_list(&store_tree, frontend, names, sizeof(names));
        for (const char *name = names; name < names + length; name += strlen(name) + 1)
            if (!world_key_is_of_toolstack(name))
                model_fault("%s/%s was left in xenstore", frontend, name);
        snprintf(path, sizeof(path), "%s/state", frontend);
        const char *state = store_read(path);
        /* A frontend has to stay Closed while its backend has the ring, and may while its backend
         * has a page of a request. */
        if (!state)
            continue;
        bool closed = !strcmp(state, "6"), initialising = !strcmp(state, "1");
        if (backends[i].ring ? !closed : !initialising && !(closed && grants_mapped()))
            model_fault("%s was left in state %s", frontend, state);
    }
    if (store_has_transaction())
        model_fault("a transaction was left open");
}

void world_check_grants_clean(void)
{
    if (grants_given())
        model_fault("%u grants were left", grants_given());
    if (grants_mapped())
        model_fault("%u pages are still mapped", grants_mapped());
}

void world_check_ports_clean(void)
{
    if (events_open())
        model_fault("%u ports were left open", events_open());
}

void world_check_ring_idle(void)
{
    if (store_ignores_guest())
        model_fault("xenstored ignores the guest: it broke the protocol");
    world_pass_ms(2);
    if (!store_is_idle())
        model_fault("the xenstore ring was not left idle");
}

void world_check_frames_clean(void)
{
    if (memory_specials_mapped())
        model_fault("%u frames of Xen's were left mapped", memory_specials_mapped());
}

void world_check_clean(void)
{
    world_check_frames_clean();
    world_check_ring_idle();
    world_check_store_clean();
    world_check_grants_clean();
    world_check_ports_clean();
}
