/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/backend_kinds.h"

#include "model/backend.h"
#include "model/disk.h"

#include <stdlib.h>
#include <string.h>

static const char *const components[] = {
    [BACKEND_LINUX] = "vbd",    [BACKEND_QDISK_OLD] = "qdisk", [BACKEND_QDISK_NEW] = "qdisk",
    [BACKEND_TAPBACK] = "vbd3", [BACKEND_FREEBSD] = "vbd",     [BACKEND_NETBSD] = "vbd",
};

const char *backend_kind_component(enum backend_kind kind)
{
    return components[kind];
}

/* The keys of the disk, as each kind writes them. */
static void write_properties(const struct backend *backend)
{
    backend_write_key(backend, "sectors", backend->config.sectors);
    backend_write_key(backend, "sector-size", backend->config.sector_size);
    backend_write_key(backend, "info", backend->config.info);
}

void backend_kind_wait(const struct backend *backend)
{
    const char *state = "2";

    switch (backend->config.kind) {
    case BACKEND_LINUX:
        backend_write_key(backend, "feature-max-indirect-segments", "256");
        backend_write_key(backend, "multi-queue-max-queues", "4");
        backend_write_key(backend, "max-ring-page-order", "4");
        break;
    case BACKEND_QDISK_OLD:
    case BACKEND_QDISK_NEW:
        backend_write_key(backend, "feature-flush-cache", backend->config.flush);
        backend_write_key(backend, "max-ring-page-order", "4");
        write_properties(backend);
        break;
    case BACKEND_TAPBACK:
        backend_write_key(backend, "max-ring-page-order", "3");
        backend_write_key(backend, "kthread-pid", "1234");
        break;
    case BACKEND_FREEBSD:
        backend_write_key(backend, "feature-barrier", "1");
        backend_write_key(backend, "feature-flush-cache", backend->config.flush);
        backend_write_key(backend, "max-ring-page-order", "5");
        break;
    case BACKEND_NETBSD:
        write_properties(backend);
        backend_write_key(backend, "feature-flush-cache", backend->config.flush);
        backend_write_key(backend, "feature-max-indirect-segments", "16");
        state = "4";
        break;
    }
    backend_write_key(backend, "state", state);
}

void backend_kind_connected(const struct backend *backend)
{
    switch (backend->config.kind) {
    case BACKEND_LINUX:
        write_properties(backend);
        backend_write_key(backend, "mode", backend->config.mode);
        backend_write_key(backend, "feature-flush-cache", backend->config.flush);
        backend_write_key(backend, "feature-persistent", "1");
        break;
    case BACKEND_TAPBACK:
        backend_write_key(backend, "feature-barrier", "0");
        write_properties(backend);
        break;
    case BACKEND_FREEBSD:
        write_properties(backend);
        break;
    default:
        break;
    }
}

static unsigned sector_size(const struct backend *backend)
{
    const char *text = backend->config.sector_size;

    return text ? (unsigned)atoi(text) : DISK_SECTOR_BYTES;
}

bool backend_kind_may_connect(const struct backend *backend)
{
    switch (backend->config.kind) {
    case BACKEND_QDISK_OLD:
        return backend_state(backend) != XenbusStateConnected &&
               sector_size(backend) == DISK_SECTOR_BYTES;
    case BACKEND_FREEBSD:
        return backend_state(backend) == XenbusStateInitWait;
    case BACKEND_NETBSD:
        return true;
    default:
        return backend_state(backend) != XenbusStateConnected;
    }
}

bool backend_kind_reopens(const struct backend *backend)
{
    switch (backend->config.kind) {
    case BACKEND_FREEBSD:
    case BACKEND_NETBSD:
        return false;
    case BACKEND_TAPBACK:
        return true;
    default:
        return backend_state(backend) == XenbusStateClosed;
    }
}

bool backend_kind_is_freed(const struct backend *backend)
{
    return backend->config.kind == BACKEND_NETBSD;
}

uint32_t backend_kind_unit(const struct backend *backend)
{
    switch (backend->config.kind) {
    case BACKEND_TAPBACK:
    case BACKEND_FREEBSD:
        return sector_size(backend) / DISK_SECTOR_BYTES;
    default:
        return 1;
    }
}
