/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Source: xen/io/blkif.h. The ring has the layout of 64-bit code, unlike the firmware's. The key
 * "protocol" must name it: without it QEMU assumes its own layout, and blkback that of 32-bit code.
 */
#include "pv_disk.h"

#include "guest.h"
#include "xen/base/bytes.h"
#include "xen/base/platform.h"
#include "xen/hv/evtchn.h"
#include "xen/hv/wait.h"

#define BACKEND_LIMIT_MS 10000u
#define NUMBER_BYTES     12

struct abi64_request {
    uint8_t operation;
    uint8_t segments;
    uint16_t handle;
    uint32_t unused;
    uint64_t id;
    uint64_t sector;
    struct {
        uint32_t reference;
        uint8_t first, last;
        uint16_t unused;
    } segment[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};

struct abi64_response {
    uint64_t id;
    uint8_t operation;
    uint8_t unused;
    int16_t status;
    uint32_t more;
};

struct abi64_ring {
    uint32_t requests, request_event;
    uint32_t responses, response_event;
    uint8_t unused[48];
    union {
        struct abi64_request request;
        struct abi64_response response;
    } slot[32];
};

_Static_assert(sizeof(struct abi64_request) == 112, "x86_64 blkif request");
_Static_assert(sizeof(struct abi64_response) == 16, "x86_64 blkif response");
_Static_assert(sizeof(struct abi64_ring) <= PAGE_BYTES, "x86_64 ring of one page");

/* Write a number in decimal to a key of the frontend. */
static bool write_number(struct pv_disk *disk, const char *key, uint32_t number)
{
    char text[NUMBER_BYTES];

    platform_snprintf(text, sizeof(text), "%u", number);
    return xenstore_write(disk->store, XENSTORE_NO_TRANSACTION, disk->frontend, key, text) == 0;
}

/* The backend's directory and domain. */
static bool find_backend(struct pv_disk *disk, uint64_t *domid)
{
    return xenstore_read(disk->store, XENSTORE_NO_TRANSACTION, disk->frontend, "backend",
                         disk->backend, sizeof(disk->backend)) > 0 &&
           xenbus_read_number(disk->store, disk->frontend, "backend-id", UINT16_MAX, domid) == 0;
}

/* Whether the disk is free. A strict driver does not touch one in any other state. */
static bool is_untouched(struct pv_disk *disk)
{
    int frontend = xenbus_read_state(disk->store, disk->frontend);
    int backend = xenbus_read_state(disk->store, disk->backend);

    return check(frontend == XenbusStateInitialising && backend == XenbusStateInitWait,
                 "%s: ignored, because its frontend is %s and its backend %s", disk->frontend,
                 xenbus_state_name(frontend), xenbus_state_name(backend));
}

/* Grant the two pages and publish the ring. */
static bool publish(struct pv_disk *disk, uint16_t domid)
{
    struct abi64_ring *ring;

    disk->ring = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);
    disk->data = platform_alloc_reserved(PAGE_BYTES, PAGE_BYTES);
    if (!check(disk->ring && disk->data, "%s: no memory", disk->frontend))
        return false;
    ring = (void *)disk->ring;
    ring->request_event = ring->response_event = 1;
    disk->ring_reference = grant_find_run(disk->grants, 2);
    if (!check(disk->ring_reference != GRANT_NONE, "%s: the grant table is full", disk->frontend))
        return false;
    disk->data_reference = disk->ring_reference + 1;
    grant_access(disk->grants, disk->ring_reference, domid, platform_frame(disk->ring), false);
    grant_access(disk->grants, disk->data_reference, domid, platform_frame(disk->data), false);
    /* See above: without this key the backends assume other layouts. */
    return check(evtchn_alloc(domid, &disk->port) == 0 &&
                     write_number(disk, "ring-ref", disk->ring_reference) &&
                     write_number(disk, "event-channel", disk->port) &&
                     xenstore_write(disk->store, XENSTORE_NO_TRANSACTION, disk->frontend,
                                    "protocol", XEN_IO_PROTO_ABI_X86_64) == 0 &&
                     xenbus_write_state(disk->store, XENSTORE_NO_TRANSACTION, disk->frontend,
                                        XenbusStateInitialised) == 0,
                 "%s: its directory cannot be written", disk->frontend);
}

static bool await_backend(struct pv_disk *disk, int expected)
{
    struct wait wait;
    int state;

    wait_begin(&wait, disk->frontend, "the backend to change its state", BACKEND_LIMIT_MS);
    do
        state = xenbus_read_state(disk->store, disk->backend);
    while (state != expected && wait_turn(&wait));
    return check(state == expected, "%s: the backend is %s and does not become %s", disk->frontend,
                 xenbus_state_name(state), xenbus_state_name(expected));
}

/* Change the frontend's state, and wait until the backend has followed. */
static bool change_state(struct pv_disk *disk, int frontend, int backend)
{
    return check(xenbus_write_state(disk->store, XENSTORE_NO_TRANSACTION, disk->frontend,
                                    frontend) == 0,
                 "%s: its directory cannot be written", disk->frontend) &&
           await_backend(disk, backend);
}

static bool read_key(const struct pv_disk *disk, const char *key, uint32_t *value)
{
    uint64_t number = 0;
    int error = xenbus_read_number(disk->store, disk->frontend, key, UINT32_MAX, &number);

    *value = (uint32_t)number;
    return check(error == 0, "%s: no %s: error %u", disk->frontend, key, (unsigned)-error);
}

bool pv_disk_evict(struct xenstore *store, const char *frontend, struct pv_disk_keys *keys)
{
    struct pv_disk disk = {.store = store};
    uint64_t domid;

    memcpy(disk.frontend, frontend, string_length(frontend) + 1);
    return check(find_backend(&disk, &domid), "%s: no backend", frontend) &&
           read_key(&disk, "ring-ref", &keys->reference) &&
           read_key(&disk, "event-channel", &keys->port) &&
           change_state(&disk, XenbusStateClosing, XenbusStateClosing) &&
           change_state(&disk, XenbusStateClosed, XenbusStateClosed) &&
           change_state(&disk, XenbusStateInitialising, XenbusStateInitWait) &&
           check(evtchn_close(keys->port) == 0, "%s: port %u cannot be closed", frontend,
                 keys->port);
}

bool pv_disk_take(struct pv_disk *disk, struct xenstore *store, struct grant_table *grants,
                  const char *frontend)
{
    uint64_t domid;

    *disk = (struct pv_disk){.store = store, .grants = grants};
    memcpy(disk->frontend, frontend, string_length(frontend) + 1);
    if (!check(find_backend(disk, &domid), "%s: no backend", frontend) || !is_untouched(disk) ||
        !publish(disk, (uint16_t)domid) || !await_backend(disk, XenbusStateConnected))
        return false;
    return xenbus_write_state(store, XENSTORE_NO_TRANSACTION, disk->frontend,
                              XenbusStateConnected) == 0;
}

/* The status of the response to the only request, or BLKIF_RSP_ERROR if none comes. */
static int await_response(struct pv_disk *disk, const struct abi64_request *request)
{
    struct abi64_ring *ring = (void *)disk->ring;
    struct abi64_response response;
    struct wait wait;

    wait_begin(&wait, disk->frontend, "a response", BACKEND_LIMIT_MS);
    while (shared_read(&ring->responses) != disk->requests) {
        if (!wait_turn(&wait))
            return BLKIF_RSP_ERROR;
    }
    memcpy(&response, &ring->slot[(disk->requests - 1) % 32].response, sizeof(response));
    if (response.id != request->id || response.operation != request->operation)
        return BLKIF_RSP_ERROR;
    return response.status;
}

/* Transfer between the disk and its page of data. */
static bool transfer(struct pv_disk *disk, uint8_t operation, uint64_t sector, uint32_t count)
{
    struct abi64_ring *ring = (void *)disk->ring;
    struct abi64_request request = {
        .operation = operation, .segments = 1, .id = ~disk->requests, .sector = sector};
    int status;

    request.segment[0].reference = disk->data_reference;
    request.segment[0].last = (uint8_t)(count - 1);
    memcpy(&ring->slot[disk->requests % 32].request, &request, sizeof(request));
    shared_write(&ring->requests, ++disk->requests);
    evtchn_notify(disk->port);
    status = await_response(disk, &request);
    return check(status == BLKIF_RSP_OKAY, "%s: sector %x: no good response (status %x)",
                 disk->frontend, (uint32_t)sector, (uint32_t)status);
}

bool pv_disk_read(struct pv_disk *disk, uint64_t sector, uint32_t count, void *buffer)
{
    memset(disk->data, 0, PAGE_BYTES);
    bool good = transfer(disk, BLKIF_OP_READ, sector, count);

    memcpy(buffer, disk->data, count * SECTOR_BYTES);
    return good;
}

bool pv_disk_write(struct pv_disk *disk, uint64_t sector, uint32_t count, const void *buffer)
{
    memcpy(disk->data, buffer, count * SECTOR_BYTES);
    return transfer(disk, BLKIF_OP_WRITE, sector, count);
}
