/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The daemon's part for one domain against a hostile guest: the input is a list of operations of
 * the guest, of other parts of the host, and of time. Some of them take place in the middle of a
 * step of the daemon: when it calls Xen, or between two of its accesses to memory that it shares.
 *
 * guard.h has the rules that hold whatever happens.
 */
#include "guard.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "domain_input.h"
#include "model_events.h"
#include "xen/base/handover.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DISKS  "/local/domain/5/" DOMAIN_DISKS_KEY "/"
#define RECORD "/local/domain/0/xenpv-hookd/5"

/* With this key QEMU is in a stub domain. */
#define QEMU_ELSEWHERE "/local/domain/5/image/device-model-domid"

#define TICK_MS 25u
/* Steps at one instant. */
#define STEPS_MAX      300u
#define INTRUSIONS_MAX 8u
/* A hand-over, a second one that comes while the ports are released, and as many replays. */
#define STOP_MAX_S 40u

static struct domain *domain;

/* Operations in the middle of a step: after a number of the daemon's calls, or of its accesses to
 * shared memory and then to any memory. */
static struct intrusion {
    bool at_call, at_grant;
    unsigned left, left_after;
} intrusions[INTRUSIONS_MAX];
static unsigned intrusion_count;
static bool in_step, in_operation;
static unsigned calls_until_kill;
static unsigned last_reference; /* the entry of the grant table that the daemon has accessed last */
static jmp_buf killed;

/**** The guest ****/

static const char *disk_path(void)
{
    static const char *const numbers[] = {"51776", "51792", "77",   "4294967295",
                                          "078",   "-1",    "name", ""};
    static const char *const keys[] = {"state",
                                       "ring-ref",
                                       HANDOVER_MARK,
                                       "backend",
                                       "backend-id",
                                       "event-channel",
                                       "protocol",
                                       "state/below",
                                       "ring-ref/below",
                                       "feature-persistent",
                                       "",
                                       "ring-ref0/x"};
    static char path[128];
    unsigned number = input_byte(), key = input_byte();

    snprintf(path, sizeof(path), DISKS "%s%s%s", numbers[number < 192 ? number % 2 : number % 8],
             key % 12 == 10 ? "" : "/", keys[key % 12]);
    return path;
}

static void guest_writes(void)
{
    char path[128];

    snprintf(path, sizeof(path), "%s", disk_path());
    struct value value = input_value();
    model_write_bytes(path, value.bytes, value.length);
}

static void guest_marks(void)
{
    unsigned disk = input_below(MODEL_DISKS);
    struct value value = input_mark(disk);

    model_write_bytes(model_frontend(disk, HANDOVER_MARK), value.bytes, value.length);
}

static void guest_accesses(void)
{
    static const uint16_t ports[] = {0x10, 0x10, 0x10, 0x11, 0xea, 0x12, 0x0f, 0xffff};
    unsigned cpu = input_below(MODEL_CPUS), kind = input_byte();
    struct ioreq request = {.type = IOREQ_TYPE_PIO, .count = 1};

    request.addr = ports[kind % 8];
    request.size = 1u << (kind >> 3 & 1);
    request.dir = kind >> 4 & 1;
    request.data_is_ptr = kind >> 5 & 1;
    request.df = kind >> 6 & 1;
    if (request.data_is_ptr) {
        request.count = input_number() * (input_byte() % 32 + 1);
        request.data = (uint64_t)input_byte() * 256 + input_byte();
        if (input_byte() % 8 == 7)
            request.data = -request.data;
    } else {
        request.data = input_number();
    }
    if (kind >> 7) {
        request.type = input_byte() % 2 ? input_byte() : IOREQ_TYPE_PIO;
        request.size = input_byte() % 2 ? input_number() : request.size;
        request.addr ^= (uint64_t)input_byte() << input_byte() % 64;
    }
    guard_request(cpu, &request);
}

/* Mostly an entry of a mark, with one field changed. */
static void guest_grants(void)
{
    unsigned where = input_byte(), reference = model_reference(where % 2, where / 2 % 17);
    unsigned field = input_below(8);

    if (where >= 224)
        reference = last_reference;
    else if (where >= 192)
        reference = (where - 192) * 16 + input_byte() % 16;
    grant_entry_v1_t entry = *model_grant(reference);
    if (field == 0)
        entry.frame += input_byte() - 128u;
    else if (field == 1)
        entry.domid ^= input_byte();
    else if (field == 2)
        entry.flags = input_byte();
    else if (field < 6)
        entry.flags ^= GTF_reading | GTF_writing;
    else
        entry = (grant_entry_v1_t){.flags = GTF_permit_access,
                                   .domid = input_byte() % 4,
                                   .frame = model_frame(where % 2, where / 2 % 17)};
    guard_grant_write(reference, entry);
}

/**** The rest of the host ****/

static void host_changes(void)
{
    unsigned disk = input_below(MODEL_DISKS);
    char path[64];

    switch (input_below(20)) {
    case 0:
    case 1:
        model.backends[disk] = input_below(3);
        break;
    case 2:
        model.conflicts = input_below(20);
        model.lost_transactions = input_below(4);
        break;
    case 3:
        model.monitor_hangs = input_byte() & 1;
        model.monitor_fails = input_byte() & 1;
        model.monitor_says = input_byte() & 1 ? "portb[0x0010] = 0x5a" : NULL;
        break;
    case 4:
        model.paused = input_byte() & 1;
        break;
    case 5:
        model_write(model_backend(disk, "state"), (char[]){(char)('0' + input_below(10)), 0});
        break;
    case 6:
        model_remove(model_backend(disk, input_byte() & 1 ? "state" : ""));
        break;
    case 7:
        model_write(model_backend(disk, "physical-device"), input_byte() & 1 ? "fd:10b" : "x");
        break;
    case 8:
        model.drop_ms = input_byte() * 32u;
        model.drop_error = input_byte() % 4 ? 0 : EIO;
        model.drop_start_error = input_byte() % 4 ? 0 : EBUSY;
        break;
    case 9:
        model.grants_version_2 = input_byte() & 1;
        break;
    case 10:
        model.no_server = input_byte() & 1;
        break;
    case 11:
        model.bind_failures = input_below(4);
        break;
    case 12:
        guard.map_failures = input_below(4);
        break;
    case 13:
        guard.store_failures = input_below(4);
        break;
    case 14:
        snprintf(path, sizeof(path), "/libxl/5/device/vbd/%s/backend", disk ? "51792" : "51776");
        if (input_byte() & 1)
            model_remove(path);
        else
            model_write(path, model_backend(disk, ""));
        break;
    case 15:
        model_write(model_backend(disk, "frontend"), input_byte() & 1
                                                         ? "/local/domain/6/device/vbd/51776"
                                                         : model_frontend(disk, ""));
        break;
    case 16:
        if (input_byte() & 1)
            model_write(QEMU_ELSEWHERE, "7");
        else
            model_remove(QEMU_ELSEWHERE);
        break;
    case 17:
        guard.crowd = input_below(8) ? input_byte() : input_byte() * 20u;
        break;
    default:
        model_others_step();
        break;
    }
}

/**** Operations ****/

/* The domain ends. */
static void domain_destroy(void)
{
    guard.gone = true;
    model.server_exists = model.ports_taken = false;
    model_remove("/local/domain/5");
    model_remove("/libxl/5");
    model_remove("/local/domain/0/device-model/5");
}

static void operation_in_step(void)
{
    switch (input_below(12)) {
    case 0:
    case 1:
        guest_writes();
        break;
    case 2:
        model_remove(disk_path());
        break;
    case 3:
        guest_marks();
        break;
    case 4:
    case 5:
        guest_accesses();
        break;
    case 6:
    case 7:
    case 8:
        guest_grants();
        break;
    case 9:
        guard_slot_change();
        break;
    case 10:
        guard_disk_open(input_below(MODEL_DISKS));
        break;
    default:
        if (input_byte() < 248)
            host_changes();
        else
            domain_destroy();
        break;
    }
}

static void intrude(void)
{
    int error = errno;

    in_operation = true;
    operation_in_step();
    in_operation = false;
    errno = error;
}

static void intrusion_plan(void)
{
    unsigned kind = input_byte();

    if (intrusion_count == INTRUSIONS_MAX)
        return;
    intrusions[intrusion_count++] = (struct intrusion){
        .at_call = kind & 1,
        .at_grant = kind & 0x80,
        .left = (kind >> 1) % 32,
        .left_after = kind & 1 ? 0 : input_below(16),
    };
}

static void intrusion_remove(unsigned which)
{
    intrusions[which] = intrusions[--intrusion_count];
}

static void at_call(void)
{
    if (!in_step || in_operation)
        return;
    if (calls_until_kill && !--calls_until_kill)
        longjmp(killed, 1);
    for (unsigned i = 0; i < intrusion_count; i++) {
        if (!intrusions[i].at_call || intrusions[i].left-- > 0)
            continue;
        intrusion_remove(i);
        intrude();
        return;
    }
}

/* Called before each access of the daemon's code to memory (-fsanitize-coverage). */
static void at_access(const void *address)
{
    if (!intrusion_count || !in_step || in_operation)
        return;
    const grant_entry_v1_t *entry = address;
    bool is_grant = entry >= model_grant(0) && entry < model_grant(0) + MODEL_GRANTS;
    bool is_shared = is_grant || guard_is_slot(address);
    if (is_grant)
        last_reference = (unsigned)(entry - model_grant(0));
    for (unsigned i = 0; i < intrusion_count; i++) {
        struct intrusion *intrusion = &intrusions[i];

        if (intrusion->at_call)
            continue;
        if (intrusion->left) {
            intrusion->left -= intrusion->at_grant ? is_grant : is_shared;
        } else if (intrusion->left_after) {
            intrusion->left_after--;
        } else {
            intrusion_remove(i);
            intrude();
            return;
        }
    }
}

#define ACCESS_FUNCTION(name)                                                                      \
    void name(const void *address);                                                                \
    void name(const void *address)                                                                 \
    {                                                                                              \
        at_access(address);                                                                        \
    }

ACCESS_FUNCTION(__sanitizer_cov_load1)
ACCESS_FUNCTION(__sanitizer_cov_load2)
ACCESS_FUNCTION(__sanitizer_cov_load4)
ACCESS_FUNCTION(__sanitizer_cov_load8)
ACCESS_FUNCTION(__sanitizer_cov_load16)
ACCESS_FUNCTION(__sanitizer_cov_store1)
ACCESS_FUNCTION(__sanitizer_cov_store2)
ACCESS_FUNCTION(__sanitizer_cov_store4)
ACCESS_FUNCTION(__sanitizer_cov_store8)
ACCESS_FUNCTION(__sanitizer_cov_store16)

/**** The daemon ****/

static void daemon_begin(void)
{
    guard_daemon_begin();
    domain = model_attend();
}

static void daemon_killed(void)
{
    in_step = false;
    guard_daemon_killed();
    free(domain->disks);
    free(domain);
    domain = NULL;
}

/* As the loop does, mark the domain for events. Return: whether there was one. */
static bool events_read(void)
{
    char **event;
    bool any = false;

    while ((event = xs_check_watch(model_xen.store))) {
        if (domain && strtoul(event[XS_WATCH_TOKEN], NULL, 10) == MODEL_DOMID)
            domain->dirty = any = true;
        free(event);
    }
    for (xenevtchn_port_or_error_t port; (port = xenevtchn_pending(model_xen.events)) >= 0;) {
        xenevtchn_unmask(model_xen.events, (evtchn_port_t)port);
        if (domain && domain->claim.page && claim_has_channel(&domain->claim, port))
            domain->dirty = any = true;
    }
    return any;
}

/* As on SIGCHLD, mark the domain if a child has ended. Return: whether there are children. */
static bool children_note(void)
{
    if (!domain)
        return false;
    bool any = domain->replay.process, ended = any && !model.monitor_hangs;

    for (unsigned i = 0; domain->disks && i < domain->disk_count; i++) {
        pid_t process = domain->disks[i].drop.process;

        any |= process != 0;
        ended |= process && clock_ms() - model.drops[process - 1].since_ms >= model.drop_ms;
    }
    domain->dirty |= ended;
    return any;
}

/* Return: when to step again; the daemon is killed if the input says so. */
static uint64_t daemon_step(void)
{
    uint64_t wake_ms = 0;

    if (setjmp(killed)) {
        daemon_killed();
        return UINT64_MAX;
    }
    in_step = true;
    wake_ms = domain_step(domain, &model_xen, MODEL_LIMIT_MS);
    in_step = false;
    guard_step_check(domain->state != DOMAIN_ADOPTING);
    return wake_ms;
}

/* Let time pass, with or without a daemon. Unless there is a child, nothing happens until the
 * daemon wakes up. */
static void run(unsigned ms)
{
    for (uint64_t end = clock_ms() + ms, wake_ms; clock_ms() < end;) {
        unsigned steps = 0;
        bool any;

        do {
            model_others_step();
            any = events_read();
            wake_ms = UINT64_MAX;
            if (!domain)
                break;
            children_note();
            wake_ms = daemon_step();
            REQUIRE(++steps < STEPS_MAX);
        } while (any || wake_ms <= clock_ms());
        uint64_t next = children_note() ? clock_ms() + TICK_MS : end;
        next = wake_ms < next ? wake_ms : next;
        model_time_pass((next < end ? next : end) - clock_ms());
    }
}

/* Let the other side behave from now on. */
static void others_mend(void)
{
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model.backends[disk] = BACKEND_FOLLOWS;
    model.paused = model.monitor_hangs = model.no_server = false;
    model.drop_ms = model.conflicts = model.lost_transactions = model.bind_failures = 0;
    guard.map_failures = guard.store_failures = guard.crowd = 0;
    intrusion_count = calls_until_kill = 0;
    guard_slots_mend();
}

/* Ask the daemon to end, which it does within its limits. */
static void daemon_stop(void)
{
    domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    for (unsigned seconds = 0; domain && !domain->detached; seconds++) {
        REQUIRE(seconds < STOP_MAX_S);
        run(1000);
    }
    if (!domain)
        return;
    bool adopting = domain->state == DOMAIN_ADOPTING;
    domain_free(domain, &model_xen);
    domain = NULL;
    if (!adopting)
        guard_removed_check();
}

/* The daemon hears of the end of the domain, and another one with its number begins. */
static void domain_replace(void)
{
    static unsigned generation;
    char record[128] = "", identity[64];

    if (domain) {
        domain_free(domain, &model_xen);
        domain = NULL;
        guard_removed_check();
    } else if (model_read(RECORD)) {
        snprintf(record, sizeof(record), "%s", model_read(RECORD));
    }
    model_end();
    model_begin();
    guard_begin();
    if (*record)
        model_write(RECORD, record);
    snprintf(identity, sizeof(identity), "/vm/%u", generation++);
    model_write("/local/domain/5/vm", identity);
    daemon_begin();
}

/* Many changes, at once or one after the other, of one disk or of many. */
static void storm(void)
{
    unsigned count = input_byte(), kind = input_byte();
    char path[128];

    for (unsigned i = 0; i < count; i++) {
        unsigned number = kind & 1 ? 52000 + i % 100 : 51776;

        snprintf(path, sizeof(path), DISKS "%u/%s", number, kind & 2 ? HANDOVER_MARK : "state");
        if (kind & 4 && i % 2)
            model_remove(path);
        else
            model_write(path, kind & 2 ? "hook 8 17 9 983040 983041 18898" : "4");
        if (kind & 8)
            run(kind / 16);
    }
}

static void operation(void)
{
    switch (input_below(16)) {
    case 0:
    case 1:
    case 2:
        intrusion_plan();
        break;
    case 3:
        if (input_below(8) == 7)
            storm();
        break;
    case 4:
        if (input_below(8) == 7)
            calls_until_kill = input_byte();
        break;
    case 5:
        if (input_below(8) == 7 && domain)
            daemon_stop();
        break;
    case 6:
    case 7:
    case 8:
    case 9:
        operation_in_step();
        break;
    case 10:
        guest_accesses();
        break;
    case 11:
        run(input_byte() * 20u);
        break;
    default:
        run(input_byte());
        break;
    }
    events_read();
    if (guard.gone && !input_below(4))
        domain_replace();
    else if (!domain && !guard.gone && !input_below(2))
        daemon_begin();
}

/* Once the others behave, no processor waits, and the daemon can end. */
static void end(void)
{
    others_mend();
    if (guard.gone)
        domain_replace();
    if (!domain)
        daemon_begin();
    /* A claim that could not be opened, and what is left of a hand-over. */
    run(3 * MODEL_LIMIT_MS);
    guard_answered_check();
    /* If xenstored has not removed the record of a server that Xen has destroyed, it stays. */
    REQUIRE(domain->state != DOMAIN_ADOPTING || guard.store_has_failed);
    if (input_byte() % 2) {
        domain_destroy();
        domain_free(domain, &model_xen);
        domain = NULL;
        guard_removed_check();
    } else {
        daemon_stop();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!model_has_connection()) {
        model_xen.store = xs_open(XS_UNWATCH_FILTER);
        model_xen.events = xenevtchn_open(NULL, 0);
    }
    input_begin(data, size);
    guard.at_call = at_call;
    intrusion_count = calls_until_kill = last_reference = 0;
    model_begin();
    if (size % 2)
        model_backends_make_local();
    guard_begin();
    daemon_begin();
    while (input_is_left())
        operation();
    end();
    model_end();
    return 0;
}
