/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/backend.h"
#include "model/clock.h"
#include "model/disk.h"
#include "model/fault.h"
#include "model/grants.h"

#include <stdlib.h>
#include <string.h>

#define SECTORS_A_PAGE 8u

/* The layouts of xen/io/blkif.h as byte offsets, written independently of the core. */
#define RING_REQ_PROD  0u
#define RING_REQ_EVENT 4u
#define RING_RSP_PROD  8u
#define RING_SLOTS     64u

struct layout {
    unsigned slot_bytes, id, sector, segments;
};

static const struct layout layout_32 = {.slot_bytes = 108, .id = 4, .sector = 12, .segments = 20};
static const struct layout layout_64 = {.slot_bytes = 112, .id = 8, .sector = 16, .segments = 24};

#define SEGMENT_BYTES   8u
#define RESPONSE_OP     8u
#define RESPONSE_STATUS 10u
#define RESPONSE_BYTES  12u

static const struct layout *layout_of(const struct backend *backend)
{
    return backend->x86_32 ? &layout_32 : &layout_64;
}

static uint8_t *slot_of(struct backend *backend, uint32_t index)
{
    return backend->ring + RING_SLOTS + index % BACKEND_SLOTS * layout_of(backend)->slot_bytes;
}

static uint32_t ring_read(const struct backend *backend, unsigned offset)
{
    uint32_t value;

    memcpy(&value, backend->ring + offset, sizeof(value));
    return value;
}

static void ring_write(const struct backend *backend, unsigned offset, uint32_t value)
{
    memcpy(backend->ring + offset, &value, sizeof(value));
}

/**** Responses ****/

void backend_put_response(struct backend *backend, uint64_t id, uint8_t operation, int16_t status)
{
    uint8_t *slot = slot_of(backend, backend->produced++);

    memcpy(slot, &id, sizeof(id));
    slot[RESPONSE_OP] = operation;
    memcpy(slot + RESPONSE_STATUS, &status, sizeof(status));
}

void backend_show_responses(struct backend *backend, uint32_t produced)
{
    ring_write(backend, RING_RSP_PROD, produced);
}

void backend_respond(struct backend *backend, uint64_t id, uint8_t operation, int16_t status)
{
    backend_put_response(backend, id, operation, status);
    backend_show_responses(backend, backend->produced);
}

/**** Pages ****/

/* Return: NULL if the grant gives no access (any more). */
static void *page_map(struct backend *backend, uint32_t reference, bool write)
{
    for (unsigned i = 0; i < backend->held_count; i++)
        if (backend->held[i].reference == reference)
            return backend->held[i].page;
    void *page = grants_map(backend->config.domid, reference, write);
    if (page && (backend->config.persistent || backend->config.keeps_pages)) {
        backend->held[backend->held_count].reference = reference;
        backend->held[backend->held_count++].page = page;
    }
    return page;
}

static void page_unmap(struct backend *backend, uint32_t reference, bool write)
{
    if (!backend->config.persistent && !backend->config.keeps_pages)
        grants_unmap(reference, write);
}

void backend_io_release(struct backend *backend)
{
    for (unsigned i = 0; i < backend->held_count; i++)
        /* The model does not record how the page was mapped; persistent grants are mapped for
         * writing. */
        grants_unmap(backend->held[i].reference, true);
    backend->held_count = 0;
}

/* Blkback maps pages for writing when it reads from the disk, and persistent ones always. */
static bool maps_for_writing(const struct backend *backend, const struct backend_request *request)
{
    return backend->config.persistent || backend->config.keeps_pages ||
           request->operation == BLKIF_OP_READ;
}

/**** Requests ****/

static void request_check(const struct backend *backend, const struct backend_request *request)
{
    uint32_t sectors = 0, align = backend->config.align / DISK_SECTOR_BYTES;

    if (request->operation == BLKIF_OP_FLUSH_DISKCACHE) {
        if (!backend->config.flush || strcmp(backend->config.flush, "1"))
            model_fault("a flush, which the backend does not offer");
        if (request->segments)
            model_fault("a flush with segments");
        return;
    }
    if (request->operation != BLKIF_OP_READ && request->operation != BLKIF_OP_WRITE)
        model_fault("operation %u", request->operation);
    if (!request->segments || request->segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
        model_fault("a request of %u segments", request->segments);
    for (unsigned i = 0; i < request->segments; i++) {
        const struct backend_segment *segment = &request->segment[i];
        if (segment->first > segment->last || segment->last >= SECTORS_A_PAGE)
            model_fault("a segment of sectors %u to %u", segment->first, segment->last);
        if (align && (segment->first % align || (segment->last + 1u) % align))
            model_fault("a segment that is not a multiple of the sector-size");
        sectors += segment->last - segment->first + 1u;
    }
    if (align && request->sector % align)
        model_fault("a request that starts within a sector of sector-size");
    if (request->sector > backend->config.disk_sectors ||
        sectors > backend->config.disk_sectors - request->sector)
        model_fault("a request beyond the end of the disk");
    for (unsigned i = 0; i < BACKEND_SLOTS; i++)
        if (backend->pending[i].in_use && backend->pending[i].request.id == request->id)
            model_fault("two requests in flight have the same id");
}

static void request_read(struct backend *backend, struct backend_request *request)
{
    const struct layout *layout = layout_of(backend);
    const uint8_t *slot = slot_of(backend, backend->consumed);

    memset(request, 0, sizeof(*request));
    request->operation = slot[0];
    request->segments = slot[1];
    memcpy(&request->id, slot + layout->id, sizeof(request->id));
    memcpy(&request->sector, slot + layout->sector, sizeof(request->sector));
    request->sector *= backend_kind_unit(backend);
    for (unsigned i = 0; i < request->segments && i < BLKIF_MAX_SEGMENTS_PER_REQUEST; i++) {
        const uint8_t *segment = slot + layout->segments + i * SEGMENT_BYTES;
        memcpy(&request->segment[i].reference, segment, sizeof(uint32_t));
        request->segment[i].first = segment[4];
        request->segment[i].last = segment[5];
    }
}

static void move_sectors(const struct backend *backend, const struct backend_request *request,
                         void *const pages[])
{
    uint64_t sector = backend->config.first_sector + request->sector;

    for (unsigned i = 0; i < request->segments; i++) {
        const struct backend_segment *segment = &request->segment[i];
        for (unsigned s = segment->first; s <= segment->last; s++, sector++) {
            uint8_t *at = (uint8_t *)pages[i] + s * DISK_SECTOR_BYTES;
            if (request->operation == BLKIF_OP_READ)
                disk_read(sector, at);
            else
                disk_write(sector, at);
        }
    }
}

/* Whether the request is for part of a block, on a device that only does whole blocks. */
static bool is_part_of_a_block(const struct backend *backend, const struct backend_request *request)
{
    uint32_t block = backend->config.only_blocks_of / DISK_SECTOR_BYTES, sectors = 0;

    for (unsigned i = 0; i < request->segments; i++)
        sectors += request->segment[i].last - request->segment[i].first + 1u;
    return block && (request->sector % block || sectors % block);
}

int16_t backend_perform(struct backend *backend, const struct backend_request *request)
{
    void *pages[BLKIF_MAX_SEGMENTS_PER_REQUEST];
    bool write = maps_for_writing(backend, request);

    if (request->operation == BLKIF_OP_FLUSH_DISKCACHE) {
        backend->flushes++;
        return BLKIF_RSP_OKAY;
    }
    if (is_part_of_a_block(backend, request))
        return BLKIF_RSP_ERROR;
    unsigned mapped = 0;
    while (mapped < request->segments) {
        pages[mapped] = page_map(backend, request->segment[mapped].reference, write);
        if (!pages[mapped])
            break;
        mapped++;
    }
    /* The firmware may have ended a grant that was not mapped while the request was waiting. */
    int16_t status = mapped == request->segments ? BLKIF_RSP_OKAY : BLKIF_RSP_ERROR;
    if (status == BLKIF_RSP_OKAY)
        move_sectors(backend, request, pages);
    while (mapped--)
        page_unmap(backend, request->segment[mapped].reference, write);
    return status;
}

static bool fail_if(bool wanted, struct backend *backend, const struct backend_request *request)
{
    if (wanted)
        backend_respond(backend, request->id, request->operation, BLKIF_RSP_ERROR);
    return wanted;
}

bool backend_fail_writes(void *context, struct backend *backend,
                         const struct backend_request *request)
{
    (void)context;
    return fail_if(request->operation == BLKIF_OP_WRITE, backend, request);
}

bool backend_fail_flushes(void *context, struct backend *backend,
                          const struct backend_request *request)
{
    (void)context;
    return fail_if(request->operation == BLKIF_OP_FLUSH_DISKCACHE, backend, request);
}

/* Take a request off the ring. Blkback keeps its pages mapped from here to its response. */
static void request_consume(struct backend *backend)
{
    unsigned i = 0;

    while (i < BACKEND_SLOTS && backend->pending[i].in_use)
        i++;
    if (i == BACKEND_SLOTS && !backend->config.hook)
        model_fault("more requests in flight than slots");

    struct backend_request request;
    request_read(backend, &request);
    request_check(backend, &request);
    bool write = maps_for_writing(backend, &request);
    for (unsigned s = 0; s < request.segments; s++) {
        uint32_t reference = request.segment[s].reference;
        if (!page_map(backend, reference, write))
            model_fault("a request names grant %u, which gives no access", reference);
        page_unmap(backend, reference, write);
    }
    backend->consumed++;
    backend->requests++;
    if (backend->config.hook && backend->config.hook(backend->config.context, backend, &request))
        return;
    /* A backend that responds twice, the second time later, may have this many responses
     * outstanding. It does not respond any more. */
    if (i == BACKEND_SLOTS)
        return;
    backend->pending[i].in_use = true;
    backend->pending[i].due_us = clock_now_us() + backend->config.io_latency_us;
    backend->pending[i].request = request;
    /* The hook may have changed the kind of the backend. */
    write = maps_for_writing(backend, &request);
    for (unsigned s = 0; s < request.segments && !backend->config.qdisk; s++)
        page_map(backend, request.segment[s].reference, write);
}

static void request_finish(struct backend *backend, unsigned i)
{
    const struct backend_request *request = &backend->pending[i].request;
    int16_t status = backend_perform(backend, request);

    for (unsigned s = 0; s < request->segments && !backend->config.qdisk; s++)
        page_unmap(backend, request->segment[s].reference, maps_for_writing(backend, request));
    backend->pending[i].in_use = false;
    backend_respond(backend, request->id, request->operation, status);
}

static void requests_consume(struct backend *backend)
{
    uint32_t produced = ring_read(backend, RING_REQ_PROD);

    if (produced - backend->consumed > BACKEND_SLOTS)
        model_fault("the request producer is %u beyond the consumer", produced - backend->consumed);
    while (backend->consumed != produced) {
        request_consume(backend);
        /* The hook may have ended the connection. */
        if (!backend->ring)
            return;
        if (backend->consumed != produced)
            continue;
        /* Ask for a notification of the next request, then check once more. */
        ring_write(backend, RING_REQ_EVENT, backend->consumed + 1);
        produced = ring_read(backend, RING_REQ_PROD);
    }
}

bool backend_io_in_flight(const struct backend *backend)
{
    for (unsigned i = 0; i < BACKEND_SLOTS; i++)
        if (backend->pending[i].in_use)
            return true;
    return false;
}

void backend_io_run(struct backend *backend)
{
    if (backend->notified && !backend->config.deaf) {
        backend->notified = false;
        requests_consume(backend);
    }
    if (backend->config.silent)
        return;
    for (unsigned i = 0; i < BACKEND_SLOTS; i++) {
        unsigned slot = backend->config.newest_first ? BACKEND_SLOTS - 1 - i : i;
        if (backend->pending[slot].in_use && clock_now_us() >= backend->pending[slot].due_us)
            request_finish(backend, slot);
    }
}
