/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "guard.h"

#include <errno.h>
#include <string.h>

#include <xen/memory.h>

#include "access.h"
#include "clock.h"
#include "domain_input.h"
#include "xen/base/handover.h"

/* The daemon answers each processor after QEMU has; what else it waits for is shorter. */
#define SLACK_MS      500u
#define ANSWER_MAX_MS (MODEL_LIMIT_MS + MODEL_CPUS * REPLAY_LIMIT_MS + SLACK_MS)
/* Some accesses still reach the server when its ports have just been unmapped. */
#define LATE_MS      15u
#define VERSIONS_MAX 8u
/* Claims of one daemon: some at once, then one in CLAIM_PAUSE_MS. */
#define CLAIMS_AT_ONCE 12u
#define CLAIM_PAUSE_MS 5000u

static struct processor {
    bool waits;
    bool unruly;  /* its slot has another state than Xen gives it */
    bool changed; /* bytes of its request have changed since */
    uint64_t since_ms;
    struct ioreq versions[VERSIONS_MAX]; /* of its request */
    unsigned version_count;
} processors[MODEL_CPUS];

static bool bound[MODEL_CPUS];
static bool ports_unruly; /* an event channel in the page is another one than Xen's */
static bool replay_runs;
static uint64_t unmapped_ms, begin_ms;
static unsigned claims;

int __real_xendevicemodel_create_ioreq_server(xendevicemodel_handle *h, domid_t domid, int buffered,
                                              ioservid_t *id);
int __real_xendevicemodel_set_ioreq_server_state(xendevicemodel_handle *h, domid_t domid,
                                                 ioservid_t id, int enabled);
int __real_xendevicemodel_map_io_range_to_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                       ioservid_t id, int is_mmio, uint64_t start,
                                                       uint64_t end);
int __real_xendevicemodel_unmap_io_range_from_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                           ioservid_t id, int is_mmio,
                                                           uint64_t start, uint64_t end);
int __real_xendevicemodel_destroy_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                               ioservid_t id);
xenevtchn_port_or_error_t __real_xenevtchn_bind_interdomain(xenevtchn_handle *h, uint32_t domid,
                                                            evtchn_port_t remote);
int __real_xenevtchn_unbind(xenevtchn_handle *h, evtchn_port_t port);
int __real_xenevtchn_notify(xenevtchn_handle *h, evtchn_port_t port);
bool __real_replay_start(struct replay *replay, uint32_t domid, const char *command);
enum replay_state __real_replay_poll(struct replay *replay, uint32_t domid, uint32_t *value);
void __real_replay_abort(struct replay *replay);
xenforeignmemory_resource_handle *
__real_xenforeignmemory_map_resource(xenforeignmemory_handle *h, domid_t domid, unsigned type,
                                     unsigned id, unsigned long frame, unsigned long frames,
                                     void **address, int protection, int flags);

struct ioreq *guard_slots(void)
{
    void *slots = NULL;
    int error = errno;

    if (model.server_exists)
        __real_xenforeignmemory_map_resource(model_xen.memory, MODEL_DOMID,
                                             XENMEM_resource_ioreq_server, 1, 0, 1, &slots, 0, 0);
    errno = error; /* the daemon may be between a failure and its report */
    return slots;
}

bool guard_is_slot(const void *address)
{
    const char *at = address, *slots = (const char *)guard_slots();

    return slots && at >= slots && at < slots + XEN_PAGE_BYTES;
}

/**** Requests ****/

static bool is_claimed_port(const struct ioreq *request)
{
    return request->size == 1 ? request->addr == HANDOVER_UNPLUG_PORT ||
                                    request->addr == HANDOVER_UNPLUG_PORT + 1 ||
                                    request->addr == HANDOVER_ACPI_PORT
                              : request->size == 2 && request->addr == HANDOVER_UNPLUG_PORT;
}

static bool is_string_read(const struct ioreq *request)
{
    return request->type == IOREQ_TYPE_PIO && is_claimed_port(request) &&
           request->dir == IOREQ_READ && request->data_is_ptr;
}

static void version_add(struct processor *processor, const struct ioreq *request)
{
    processor->versions[processor->version_count++ % VERSIONS_MAX] = *request;
}

void guard_request(unsigned cpu, const struct ioreq *request)
{
    struct processor *processor = &processors[cpu];

    bool sent = request->type == IOREQ_TYPE_INVALIDATE || model.ports_taken ||
                clock_ms() - unmapped_ms < LATE_MS;
    if (!model.server_enabled || guard.gone || processor->waits || model_is_waiting(cpu) ||
        model.paused || !sent)
        return;
    *processor = (struct processor){.waits = true, .since_ms = clock_ms()};
    version_add(processor, request);
    model_request(cpu, request);
}

bool guard_byte_is_awaited(uint64_t address)
{
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++) {
        const struct processor *processor = &processors[cpu];

        for (unsigned i = 0; i < processor->version_count && i < VERSIONS_MAX; i++) {
            const struct ioreq *request = &processor->versions[i];
            uint64_t count = request->count < ACCESS_ITEMS_MAX ? request->count : ACCESS_ITEMS_MAX;
            uint64_t lowest = request->data;

            if (request->df && count)
                lowest -= (count - 1) * request->size;
            if (processor->waits && is_string_read(request) &&
                address - lowest < count * request->size)
                return true;
        }
    }
    return false;
}

void guard_slot_change(void)
{
    struct ioreq *slots = guard_slots();
    unsigned slot = input_byte(), first = input_byte(), count = input_below(8) + 1;

    slot = slot < 192 ? slot % MODEL_CPUS : slot % CLAIM_SLOTS;
    if (!slots)
        return;
    struct ioreq changed = slots[slot];
    for (unsigned i = first; i < first + count; i++)
        ((uint8_t *)&changed)[i % sizeof(changed)] = input_byte();
    ports_unruly |= changed.vp_eport != slots[slot].vp_eport;
    if (slot < MODEL_CPUS) {
        struct processor *processor = &processors[slot];

        if (changed.state != slots[slot].state) {
            processor->unruly = true;
            /* Xen's own states after a request would only have the processor wait. */
            processor->waits = processor->waits && changed.state == STATE_IOREQ_READY;
        }
        processor->changed = true;
        version_add(processor, &changed);
    }
    slots[slot] = changed;
}

void guard_slots_mend(void)
{
    struct ioreq *slots = guard_slots();

    for (unsigned slot = 0; slots && slot < CLAIM_SLOTS; slot++) {
        if (slot >= MODEL_CPUS)
            memset(&slots[slot], 0, sizeof(slots[slot]));
        else if (processors[slot].unruly || ports_unruly)
            slots[slot].state = STATE_IOREQ_NONE;
        if (slot < MODEL_CPUS && (processors[slot].unruly || ports_unruly))
            processors[slot] = (struct processor){.waits = false};
    }
}

/**** Answers ****/

static void answer_check(const struct processor *processor, uint64_t data)
{
    const struct ioreq *request = &processor->versions[0];

    if (request->type == IOREQ_TYPE_INVALIDATE)
        REQUIRE(data == request->data);
    else if (request->type != IOREQ_TYPE_PIO || !is_claimed_port(request))
        REQUIRE(data == UINT64_MAX);
    else if (request->dir == IOREQ_WRITE || request->data_is_ptr)
        REQUIRE(data == request->data);
    else
        REQUIRE(data <= 0xffff);
    if (is_string_read(request) && request->count <= ACCESS_ITEMS_MAX)
        guard_items_check(request);
}

int __wrap_xenevtchn_notify(xenevtchn_handle *h, evtchn_port_t port);
int __wrap_xenevtchn_notify(xenevtchn_handle *h, evtchn_port_t port)
{
    unsigned cpu = port - MODEL_LOCAL_PORT;

    guard_call();
    REQUIRE(cpu < MODEL_CPUS && bound[cpu]);
    struct processor *processor = &processors[cpu];
    struct ioreq *slots = guard_slots();
    if (guard.gone || !slots)
        return 0;
    if (processor->unruly || ports_unruly) {
        if (slots[cpu].state == STATE_IORESP_READY)
            processor->waits = processor->unruly = false;
        return slots[cpu].state == STATE_IORESP_READY ? __real_xenevtchn_notify(h, port) : 0;
    }
    /* The next daemon notifies again. */
    if (!processor->waits && guard.killed && slots[cpu].state == STATE_IORESP_READY)
        return __real_xenevtchn_notify(h, port);
    REQUIRE(processor->waits);
    /* Another event may have had Xen collect the answer before this one. */
    bool collected = slots[cpu].state == STATE_IOREQ_NONE;
    REQUIRE(collected || slots[cpu].state == STATE_IORESP_READY);
    if (!processor->changed && !guard.page_has_failed)
        answer_check(processor, slots[cpu].data);
    processor->waits = false;
    return collected ? 0 : __real_xenevtchn_notify(h, port);
}

void guard_server_check(bool can_answer)
{
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++) {
        struct processor *processor = &processors[cpu];

        if (!can_answer || guard.gone || processor->unruly || ports_unruly)
            processor->since_ms = clock_ms();
        REQUIRE(!processor->waits || clock_ms() - processor->since_ms <= ANSWER_MAX_MS);
    }
}

void guard_answered_check(void)
{
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        REQUIRE(!processors[cpu].waits && !model_is_waiting(cpu));
}

/**** The server ****/

static bool answers_are_collected(void)
{
    const struct ioreq *slots = guard_slots();

    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        if (slots[cpu].state != STATE_IOREQ_NONE)
            return false;
    return true;
}

static bool finds_number;

static bool server_is_recorded(void)
{
    const char *record = model_read("/local/domain/0/xenpv-hookd/5");

    return record && !strncmp(record, "1 ", 2);
}

/* A server without ports and without a record: Xen keeps it until the domain ends. */
static void server_forget(void)
{
    memset(guard_slots(), 0, XEN_PAGE_BYTES);
    guard_server_begin();
    model.server_exists = false;
}

int __wrap_xendevicemodel_create_ioreq_server(xendevicemodel_handle *h, domid_t domid, int buffered,
                                              ioservid_t *id);
int __wrap_xendevicemodel_create_ioreq_server(xendevicemodel_handle *h, domid_t domid, int buffered,
                                              ioservid_t *id)
{
    guard_call();
    REQUIRE(domid == MODEL_DOMID);
    errno = ESRCH;
    if (guard.gone)
        return -1;
    /* A server is created for a moment, to find its number, before it is recorded. */
    finds_number = !server_is_recorded();
    REQUIRE(finds_number || ++claims <= CLAIMS_AT_ONCE + (clock_ms() - begin_ms) / CLAIM_PAUSE_MS);
    return __real_xendevicemodel_create_ioreq_server(h, domid, buffered, id);
}

int __wrap_xendevicemodel_set_ioreq_server_state(xendevicemodel_handle *h, domid_t domid,
                                                 ioservid_t id, int enabled);
int __wrap_xendevicemodel_set_ioreq_server_state(xendevicemodel_handle *h, domid_t domid,
                                                 ioservid_t id, int enabled)
{
    guard_call();
    REQUIRE(domid == MODEL_DOMID && id == 1 && (enabled || !model.ports_taken));
    errno = ESRCH;
    if (guard.gone)
        return -1;
    return __real_xendevicemodel_set_ioreq_server_state(h, domid, id, enabled);
}

int __wrap_xendevicemodel_map_io_range_to_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                       ioservid_t id, int is_mmio, uint64_t start,
                                                       uint64_t end);
int __wrap_xendevicemodel_map_io_range_to_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                       ioservid_t id, int is_mmio, uint64_t start,
                                                       uint64_t end)
{
    guard_call();
    REQUIRE(domid == MODEL_DOMID && id == 1 && !is_mmio);
    REQUIRE((start == HANDOVER_UNPLUG_PORT && end == start + HANDOVER_UNPLUG_PORTS - 1) ||
            (start == HANDOVER_ACPI_PORT && end == start));
    errno = ESRCH;
    if (guard.gone)
        return -1;
    int result =
        __real_xendevicemodel_map_io_range_to_ioreq_server(h, domid, id, is_mmio, start, end);
    guard_store_check();
    return result;
}

int __wrap_xendevicemodel_unmap_io_range_from_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                           ioservid_t id, int is_mmio,
                                                           uint64_t start, uint64_t end);
int __wrap_xendevicemodel_unmap_io_range_from_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                                           ioservid_t id, int is_mmio,
                                                           uint64_t start, uint64_t end)
{
    guard_call();
    errno = ESRCH;
    if (guard.gone)
        return -1;
    unmapped_ms = clock_ms();
    int result =
        __real_xendevicemodel_unmap_io_range_from_ioreq_server(h, domid, id, is_mmio, start, end);
    guard_store_check();
    return result;
}

int __wrap_xendevicemodel_destroy_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                               ioservid_t id);
int __wrap_xendevicemodel_destroy_ioreq_server(xendevicemodel_handle *h, domid_t domid,
                                               ioservid_t id)
{
    guard_call();
    errno = ESRCH;
    if (guard.gone)
        return -1;
    REQUIRE(!model.server_enabled);
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        REQUIRE(!processors[cpu].waits || processors[cpu].unruly || ports_unruly);
    guard_slots_mend();
    ports_unruly = false;
    return __real_xendevicemodel_destroy_ioreq_server(h, domid, id);
}

/**** Event channels ****/

/* Xen refuses a port that does not exist or that is bound already. */
xenevtchn_port_or_error_t __wrap_xenevtchn_bind_interdomain(xenevtchn_handle *h, uint32_t domid,
                                                            evtchn_port_t remote);
xenevtchn_port_or_error_t __wrap_xenevtchn_bind_interdomain(xenevtchn_handle *h, uint32_t domid,
                                                            evtchn_port_t remote)
{
    unsigned cpu = remote - MODEL_REMOTE_PORT;

    guard_call();
    REQUIRE(domid == MODEL_DOMID);
    errno = EINVAL;
    if (guard.gone || cpu >= MODEL_CPUS || bound[cpu])
        return -1;
    xenevtchn_port_or_error_t port = __real_xenevtchn_bind_interdomain(h, domid, remote);
    bound[cpu] = port >= 0;
    return port;
}

int __wrap_xenevtchn_unbind(xenevtchn_handle *h, evtchn_port_t port);
int __wrap_xenevtchn_unbind(xenevtchn_handle *h, evtchn_port_t port)
{
    unsigned cpu = port - MODEL_LOCAL_PORT;

    guard_call();
    REQUIRE(cpu < MODEL_CPUS && bound[cpu]);
    bound[cpu] = false;
    return __real_xenevtchn_unbind(h, port);
}

/**** QEMU's monitor ****/

bool __wrap_replay_start(struct replay *replay, uint32_t domid, const char *command);
bool __wrap_replay_start(struct replay *replay, uint32_t domid, const char *command)
{
    REQUIRE(!replay_runs && !replay->process);
    REQUIRE(!model.ports_taken || guard.gone);
    return replay_runs = __real_replay_start(replay, domid, command);
}

enum replay_state __wrap_replay_poll(struct replay *replay, uint32_t domid, uint32_t *value);
enum replay_state __wrap_replay_poll(struct replay *replay, uint32_t domid, uint32_t *value)
{
    enum replay_state state = __real_replay_poll(replay, domid, value);

    replay_runs = state == REPLAY_RUNNING;
    return state;
}

void __wrap_replay_abort(struct replay *replay);
void __wrap_replay_abort(struct replay *replay)
{
    replay_runs = false;
    __real_replay_abort(replay);
}

/**** The other parts ****/

void guard_server_begin(void)
{
    memset(processors, 0, sizeof(processors));
    ports_unruly = false;
    unmapped_ms = 0;
}

void guard_server_killed(void)
{
    if (!guard.gone && model.server_exists && !server_is_recorded()) {
        REQUIRE(!model.server_enabled && !model.ports_taken);
        server_forget();
    }
    memset(bound, 0, sizeof(bound));
    replay_runs = false;
}

void guard_server_daemon_begin(void)
{
    claims = 0;
    begin_ms = clock_ms();
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        processors[cpu].since_ms = clock_ms();
}

void guard_server_removed_check(void)
{
    REQUIRE(!replay_runs);
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        REQUIRE(!bound[cpu]);
    for (unsigned i = 0; i < model.drop_count; i++)
        REQUIRE(model.drops[i].ended || model.drops[i].abandoned || guard.killed);
    REQUIRE(guard.gone || !model.ports_taken);
    if (guard.gone || !model.server_exists)
        return;
    /* Xen has not collected an answer in time. The server has no ports, and ends with the domain.
     */
    REQUIRE(!answers_are_collected() || guard.killed || guard.store_has_failed);
    server_forget();
}
