/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A block backend that breaks the rules. It adds disks to a domain that has been built but does not
 * run yet, poses as their backend, and serves them until it is killed.
 *
 *   hostile-backend DOMID VDEV=FAULT[,KEY=VALUE]...
 *
 * Each disk answers reads correctly until it gets a request for FAULT_SECTOR. It answers that
 * request, and those in flight with it, with the fault. When the frontend has closed and opened it
 * again, it behaves correctly from then on. KEY=VALUE replaces a key of its directory ("KEY="
 * writes an empty value, "KEY" alone omits the key).
 *
 * Every 64-bit word of sector N holds N * 64 + its index in the sector: see tests/guests/faults.c.
 *
 * With "file=PATH" the disk has the data of that file or block device, and accepts writes; it reads
 * and writes past the page cache. The fault comes with a request that touches the sector of
 * "at=SECTOR" (any sector without it) and is a read, or a request of the kind of "on=write" or
 * "on=flush"; a flush touches all sectors. If the toolstack has made the disk, remove its backend
 * first.
 *
 * Faults without a request: "mute" connects, prints each request, and never answers. The others
 * count the openings of the disk and happen once, at the opening of "opening=N": "ignores-opening"
 * does not follow Initialised; "goes-away" is in state Closed for AWAY_S seconds after that opening
 * has been closed; "returns" vanishes at its first request, and is back after GONE_S seconds. Each
 * prints what it does.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xenevtchn.h>
#include <xengnttab.h>
#include <xenstore.h>

#include <xen/grant_table.h>
#include <xen/xen.h>

#include <xen/io/blkif.h>
#include <xen/io/xenbus.h>

#define FAULT_SECTOR 8u
#define DISK_SECTORS 20480u
#define SECTOR_BYTES 512u
#define PAGE_BYTES   4096u
#define SLOTS        32u
#define KEYS_MOST    8

/* How long a backend that is slow to close does nothing: longer than the firmware waits. */
#define BUSY_S 7

/* How long a backend that comes back is away: longer, and shorter, than the firmware waits for a
 * connection. */
#define AWAY_S 12
#define GONE_S 3

/* The request and the ring as an x86_32 frontend lays them out. */
#pragma pack(push, 4)
struct request32 {
    uint8_t operation;
    uint8_t nr_segments;
    uint16_t handle;
    uint64_t id;
    uint64_t sector;
    struct blkif_request_segment segment[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};
struct response32 {
    uint64_t id;
    uint8_t operation;
    int16_t status;
};
#pragma pack(pop)
union entry32 {
    struct request32 request;
    struct response32 response;
};
struct ring32 {
    volatile uint32_t req_prod, req_event, rsp_prod, rsp_event;
    uint8_t pad[48];
    union entry32 entry[SLOTS];
};
_Static_assert(sizeof(struct request32) == 108, "x86_32 layout");

enum fault {
    FAULT_NONE,
    FAULT_STATUS_ERROR,
    FAULT_STATUS_UNSUPPORTED,
    FAULT_STATUS_UNKNOWN,
    FAULT_OUT_OF_ORDER,
    FAULT_PRODUCER_BEYOND,
    FAULT_PRODUCER_BACKWARDS,
    FAULT_ID_OUT_OF_RANGE,
    FAULT_ID_TWICE,
    FAULT_ID_NOT_IN_FLIGHT,
    FAULT_WRONG_OPERATION,
    FAULT_SCRIBBLE,
    FAULT_SILENT,
    FAULT_SLOW_TO_CLOSE,
    FAULT_KEEPS_PAGES,
    FAULT_VANISHES,
    FAULT_MUTE,
    FAULT_IGNORES_OPENING,
    FAULT_GOES_AWAY,
    FAULT_RETURNS,
    FAULTS,
};

static const char *const fault_names[FAULTS] = {
    [FAULT_NONE] = "none",
    [FAULT_STATUS_ERROR] = "status-error",
    [FAULT_STATUS_UNSUPPORTED] = "status-unsupported",
    [FAULT_STATUS_UNKNOWN] = "status-unknown",
    [FAULT_OUT_OF_ORDER] = "out-of-order",
    [FAULT_PRODUCER_BEYOND] = "producer-beyond",
    [FAULT_PRODUCER_BACKWARDS] = "producer-backwards",
    [FAULT_ID_OUT_OF_RANGE] = "id-out-of-range",
    [FAULT_ID_TWICE] = "id-twice",
    [FAULT_ID_NOT_IN_FLIGHT] = "id-not-in-flight",
    [FAULT_WRONG_OPERATION] = "wrong-operation",
    [FAULT_SCRIBBLE] = "scribble",
    [FAULT_SILENT] = "silent",
    [FAULT_SLOW_TO_CLOSE] = "slow-to-close",
    [FAULT_KEEPS_PAGES] = "keeps-pages",
    [FAULT_VANISHES] = "vanishes",
    [FAULT_MUTE] = "mute",
    [FAULT_IGNORES_OPENING] = "ignores-opening",
    [FAULT_GOES_AWAY] = "goes-away",
    [FAULT_RETURNS] = "returns",
};

struct key {
    char *name;
    char *value; /* NULL: omitted */
};

struct disk {
    unsigned domid, number;
    enum fault fault;
    struct key keys[KEYS_MOST];
    unsigned key_count;

    const char *path; /* of the file with the data; NULL: generated data */
    int file;
    uint64_t sectors;
    const char *fault_at; /* a sector; NULL: any */
    uint8_t fault_operation;
    unsigned fault_opening, openings;

    struct xs_handle *store;
    xengnttab_handle *grants;
    xenevtchn_handle *events;
    char front[80], back[80];

    struct ring32 *ring; /* NULL: not connected */
    evtchn_port_t port;
    uint32_t requests, responses;
    uint64_t last_id;
    bool used_up; /* the fault has been played */
    bool stuck;   /* neither answers nor closes any more */
    bool closed;  /* has been open before */
    bool ignores; /* does not follow while the frontend is Initialised */
};

static void die(const char *what)
{
    fprintf(stderr, "hostile-backend: %s: %s\n", what, strerror(errno));
    exit(1);
}

/**** xenstore ****/

static void store_write(struct disk *disk, const char *directory, const char *key,
                        const char *value)
{
    char path[160];

    snprintf(path, sizeof(path), "%s/%s", directory, key);
    if (!xs_write(disk->store, XBT_NULL, path, value, (unsigned)strlen(value)))
        die(path);
}

static unsigned store_number(struct disk *disk, const char *directory, const char *key)
{
    char path[160];
    unsigned length;

    snprintf(path, sizeof(path), "%s/%s", directory, key);
    char *value = xs_read(disk->store, XBT_NULL, path, &length);
    unsigned number = value ? (unsigned)strtoul(value, NULL, 10) : 0;
    free(value);
    return number;
}

static void set_state(struct disk *disk, unsigned state)
{
    char text[4];

    snprintf(text, sizeof(text), "%u", state);
    store_write(disk, disk->back, "state", text);
}

/* Write a key of the disk, with the value of the command line if it gives one. */
static void write_key(struct disk *disk, const char *name, const char *value)
{
    for (unsigned i = 0; i < disk->key_count; i++)
        if (!strcmp(disk->keys[i].name, name))
            value = disk->keys[i].value;
    if (value)
        store_write(disk, disk->back, name, value);
}

static void add_backend_directory(struct disk *disk)
{
    struct xs_permissions back[2] = {{0, XS_PERM_NONE}, {disk->domid, XS_PERM_READ}};

    if (!xs_mkdir(disk->store, XBT_NULL, disk->back) ||
        !xs_set_permissions(disk->store, XBT_NULL, disk->back, back, 2))
        die("directory of the backend");
    store_write(disk, disk->back, "frontend", disk->front);
    store_write(disk, disk->back, "mode", "w");
    write_key(disk, "type", "phy");
    write_key(disk, "multi-queue-max-queues", "1");
    set_state(disk, XenbusStateInitWait);
}

static void add_directories(struct disk *disk)
{
    struct xs_permissions front[2] = {{disk->domid, XS_PERM_NONE}, {0, XS_PERM_READ}};
    char text[16];

    snprintf(disk->front, sizeof(disk->front), "/local/domain/%u/device/vbd/%u", disk->domid,
             disk->number);
    /* It looks like Linux' backend, which ignores it because it is never in state Initialising. */
    snprintf(disk->back, sizeof(disk->back), "/local/domain/0/backend/vbd/%u/%u", disk->domid,
             disk->number);
    if (!xs_mkdir(disk->store, XBT_NULL, disk->front) ||
        !xs_set_permissions(disk->store, XBT_NULL, disk->front, front, 2))
        die("directory of the frontend");
    snprintf(text, sizeof(text), "%u", disk->number);
    store_write(disk, disk->front, "backend", disk->back);
    store_write(disk, disk->front, "backend-id", "0");
    store_write(disk, disk->front, "virtual-device", text);
    store_write(disk, disk->front, "device-type", "disk");
    store_write(disk, disk->front, "state", "1");
    add_backend_directory(disk);
}

/**** Connection ****/

static void ring_unmap(struct disk *disk)
{
    if (!disk->ring)
        return;
    xengnttab_unmap(disk->grants, disk->ring, 1);
    xenevtchn_unbind(disk->events, disk->port);
    disk->ring = NULL;
}

static void connect_disk(struct disk *disk)
{
    char sectors[24];
    unsigned reference = store_number(disk, disk->front, "ring-ref");
    int port = xenevtchn_bind_interdomain(disk->events, disk->domid,
                                          store_number(disk, disk->front, "event-channel"));

    if (port < 0)
        die("event channel");
    disk->port = (evtchn_port_t)port;
    disk->ring =
        xengnttab_map_grant_ref(disk->grants, disk->domid, reference, PROT_READ | PROT_WRITE);
    if (!disk->ring)
        die("mapping the ring");
    disk->requests = disk->responses = 0;
    snprintf(sectors, sizeof(sectors), "%llu", (unsigned long long)disk->sectors);
    write_key(disk, "sectors", sectors);
    write_key(disk, "sector-size", "512");
    write_key(disk, "info", "0");
    write_key(disk, "feature-flush-cache", "1");
    set_state(disk, XenbusStateConnected);
}

static void say(const struct disk *disk, const char *what)
{
    dprintf(STDOUT_FILENO, "%u: %s\n", disk->number, what);
}

/* Whether the fault belongs to the current opening, and has not come yet. */
static bool comes_with_opening(const struct disk *disk, enum fault fault)
{
    return disk->fault == fault && !disk->used_up && disk->openings == disk->fault_opening;
}

static void open_disk(struct disk *disk)
{
    disk->openings++;
    if (comes_with_opening(disk, FAULT_IGNORES_OPENING)) {
        disk->used_up = disk->ignores = true;
        say(disk, "ignores that its frontend is Initialised");
        return;
    }
    connect_disk(disk);
}

/* The frontend has closed the disk, and expects it to be ready again. */
static void be_ready_again(struct disk *disk)
{
    set_state(disk, XenbusStateInitWait);
    if (!comes_with_opening(disk, FAULT_GOES_AWAY))
        return;
    disk->used_up = true;
    /* The frontend has to see Closed first. */
    sleep(1);
    say(disk, "goes away");
    set_state(disk, XenbusStateClosed);
    sleep(AWAY_S);
    say(disk, "is back");
    set_state(disk, XenbusStateInitWait);
}

static void vanish_and_return(struct disk *disk)
{
    disk->used_up = true;
    say(disk, "vanishes");
    ring_unmap(disk);
    xs_rm(disk->store, XBT_NULL, disk->back);
    sleep(GONE_S);
    say(disk, "is there again");
    add_backend_directory(disk);
}

static void follow_frontend(struct disk *disk)
{
    unsigned state = store_number(disk, disk->front, "state");

    if (disk->stuck || (disk->ignores && state == XenbusStateInitialised))
        return;
    disk->ignores = false;
    if (disk->fault == FAULT_SLOW_TO_CLOSE && disk->used_up && !disk->closed &&
        state == XenbusStateClosing) {
        sleep(BUSY_S);
        /* Go on from the state of now: states in between are missed. */
        state = store_number(disk, disk->front, "state");
    }
    switch (state) {
    case XenbusStateInitialised:
        if (!disk->ring)
            open_disk(disk);
        break;
    case XenbusStateClosing:
        set_state(disk, XenbusStateClosing);
        break;
    case XenbusStateClosed:
        ring_unmap(disk);
        disk->closed = true;
        set_state(disk, XenbusStateClosed);
        break;
    case XenbusStateInitialising:
        if (disk->closed)
            be_ready_again(disk);
        break;
    default:
        break;
    }
}

/**** Requests ****/

static void make_up_sector(uint64_t *words, uint64_t sector)
{
    for (unsigned word = 0; word < SECTOR_BYTES / 8; word++)
        words[word] = sector * 64 + word;
}

/* Copy between a page of the guest and the file, which needs its own alignment. */
static void move_sector(const struct disk *disk, uint8_t *data, uint64_t sector, bool write)
{
    static uint8_t buffer[SECTOR_BYTES] __attribute__((aligned(4096)));
    off_t at = (off_t)(sector * SECTOR_BYTES);
    ssize_t moved;

    if (write) {
        memcpy(buffer, data, SECTOR_BYTES);
        moved = pwrite(disk->file, buffer, SECTOR_BYTES, at);
    } else {
        moved = pread(disk->file, buffer, SECTOR_BYTES, at);
        memcpy(data, buffer, SECTOR_BYTES);
    }
    if (moved != SECTOR_BYTES)
        die(disk->path);
}

static int16_t serve(struct disk *disk, const struct request32 *request)
{
    uint64_t sector = request->sector;
    bool write = request->operation == BLKIF_OP_WRITE && disk->path;

    if (request->operation == BLKIF_OP_FLUSH_DISKCACHE)
        return BLKIF_RSP_OKAY;
    if (request->operation != BLKIF_OP_READ && !write)
        return BLKIF_RSP_EOPNOTSUPP;
    for (unsigned i = 0; i < request->nr_segments; i++) {
        const struct blkif_request_segment *segment = &request->segment[i];
        uint8_t *page = xengnttab_map_grant_ref(disk->grants, disk->domid, segment->gref,
                                                PROT_READ | PROT_WRITE);

        if (!page)
            die("mapping a segment");
        for (unsigned s = segment->first_sect; s <= segment->last_sect; s++, sector++) {
            uint8_t *data = page + s * SECTOR_BYTES;
            if (disk->path)
                move_sector(disk, data, sector, write);
            else
                make_up_sector((uint64_t *)(void *)data, sector);
        }
        xengnttab_unmap(disk->grants, page, 1);
    }
    return BLKIF_RSP_OKAY;
}

static void put_response(struct disk *disk, uint64_t id, uint8_t operation, int16_t status)
{
    struct response32 response = {.id = id, .operation = operation, .status = status};

    memcpy(&disk->ring->entry[disk->responses++ % SLOTS].response, &response, sizeof(response));
}

static void push_responses(struct disk *disk)
{
    __sync_synchronize();
    disk->ring->rsp_prod = disk->responses;
    xenevtchn_notify(disk->events, disk->port);
}

static void respond(struct disk *disk, const struct request32 *request)
{
    put_response(disk, request->id, request->operation, serve(disk, request));
}

/* Answer requests that belong to the faulty transfer. */
static void play_fault(struct disk *disk, const struct request32 *requests, unsigned count)
{
    const struct request32 *first = &requests[0];

    switch (disk->fault) {
    case FAULT_STATUS_ERROR:
    case FAULT_STATUS_UNSUPPORTED:
    case FAULT_STATUS_UNKNOWN:
        for (unsigned i = 0; i < count; i++)
            put_response(disk, requests[i].id, requests[i].operation,
                         disk->fault == FAULT_STATUS_ERROR         ? BLKIF_RSP_ERROR
                         : disk->fault == FAULT_STATUS_UNSUPPORTED ? BLKIF_RSP_EOPNOTSUPP
                                                                   : 77);
        break;
    case FAULT_OUT_OF_ORDER:
        for (unsigned i = count; i-- > 0;)
            respond(disk, &requests[i]);
        break;
    case FAULT_PRODUCER_BEYOND:
        disk->responses += count + 1;
        break;
    case FAULT_PRODUCER_BACKWARDS:
        disk->responses -= 1;
        break;
    case FAULT_ID_OUT_OF_RANGE:
        put_response(disk, UINT64_MAX, first->operation, BLKIF_RSP_OKAY);
        break;
    case FAULT_ID_TWICE:
        respond(disk, first);
        put_response(disk, first->id, first->operation, BLKIF_RSP_OKAY);
        break;
    case FAULT_ID_NOT_IN_FLIGHT:
        put_response(disk, disk->last_id, first->operation, BLKIF_RSP_OKAY);
        break;
    case FAULT_WRONG_OPERATION:
        put_response(disk, first->id, BLKIF_OP_WRITE, BLKIF_RSP_OKAY);
        break;
    case FAULT_SCRIBBLE:
        for (unsigned turn = 0; turn < 2000; turn++)
            for (unsigned i = 0; i < PAGE_BYTES / 4; i++)
                ((volatile uint32_t *)disk->ring)[i] = (uint32_t)random();
        return;
    case FAULT_KEEPS_PAGES:
        disk->stuck = true;
        return;
    case FAULT_VANISHES:
        disk->stuck = true;
        ring_unmap(disk);
        xs_rm(disk->store, XBT_NULL, disk->back);
        return;
    default:
        return;
    }
    push_responses(disk);
}

/* Whether the fault comes with this request. */
static bool is_faulty(const struct disk *disk, const struct request32 *request)
{
    uint64_t at = disk->fault_at ? strtoull(disk->fault_at, NULL, 10) : request->sector;
    uint64_t count = 0;

    if (disk->fault == FAULT_NONE || disk->used_up)
        return false;
    if (!disk->path)
        return request->sector == FAULT_SECTOR;
    if (request->operation == BLKIF_OP_FLUSH_DISKCACHE)
        return disk->fault_operation == request->operation;
    for (unsigned i = 0; i < request->nr_segments; i++)
        count += request->segment[i].last_sect - request->segment[i].first_sect + 1u;
    return request->operation == disk->fault_operation && at - request->sector < count;
}

/* An unreadable sector stays unreadable, because the firmware tries again without read-ahead. */
static bool fault_stays(const struct disk *disk)
{
    return !disk->path &&
           (disk->fault == FAULT_STATUS_ERROR || disk->fault == FAULT_STATUS_UNSUPPORTED ||
            disk->fault == FAULT_STATUS_UNKNOWN);
}

static void serve_ring(struct disk *disk)
{
    struct request32 requests[SLOTS];
    unsigned count = 0;
    bool faulty = false;

    if (!disk->ring || disk->stuck)
        return;
    disk->ring->req_event = disk->requests + 1;
    __sync_synchronize();
    while (disk->requests != disk->ring->req_prod && count < SLOTS) {
        requests[count] = disk->ring->entry[disk->requests++ % SLOTS].request;
        faulty |= is_faulty(disk, &requests[count]);
        count++;
    }
    disk->ring->req_event = disk->requests + 1;
    if (!count)
        return;
    if (disk->fault == FAULT_MUTE) {
        for (unsigned i = 0; i < count; i++)
            say(disk, "request");
        return;
    }
    if (comes_with_opening(disk, FAULT_RETURNS)) {
        vanish_and_return(disk);
        return;
    }
    if (faulty) {
        disk->used_up = !fault_stays(disk);
        play_fault(disk, requests, count);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        respond(disk, &requests[i]);
    disk->last_id = requests[count - 1].id;
    push_responses(disk);
}

/**** One disk, one process ****/

static void serve_disk(struct disk *disk)
{
    unsigned count;

    disk->store = xs_open(0);
    disk->grants = xengnttab_open(NULL, 0);
    disk->events = xenevtchn_open(NULL, 0);
    if (!disk->store || !disk->grants || !disk->events)
        die("opening Xen's devices");

    char path[96];
    snprintf(path, sizeof(path), "%s/state", disk->front);
    if (!xs_watch(disk->store, path, "state"))
        die("watch");
    for (;;) {
        struct pollfd fds[2] = {{.fd = xs_fileno(disk->store), .events = POLLIN},
                                {.fd = xenevtchn_fd(disk->events), .events = POLLIN}};

        if (poll(fds, 2, -1) < 0)
            die("poll");
        if (fds[0].revents & POLLIN) {
            char **event = xs_read_watch(disk->store, &count);
            free(event);
            follow_frontend(disk);
        }
        if (fds[1].revents & POLLIN) {
            xenevtchn_port_or_error_t port = xenevtchn_pending(disk->events);
            if (port >= 0)
                xenevtchn_unmask(disk->events, (evtchn_port_t)port);
        }
        serve_ring(disk);
    }
}

static enum fault parse_fault(const char *name)
{
    for (unsigned i = 0; i < FAULTS; i++)
        if (!strcmp(fault_names[i], name))
            return (enum fault)i;
    fprintf(stderr, "hostile-backend: no fault '%s'\n", name);
    exit(2);
}

/* The number of the disk xvdX: from the seventeenth on the numbers have another form. */
static unsigned number_of_letter(unsigned letter)
{
    return letter < 16 ? 202u << 8 | letter << 4 : 1u << 28 | letter << 8;
}

/* VDEV=FAULT[,KEY=VALUE]..., VDEV as xvdX or as a number. */
static void parse_disk(struct disk *disk, char *text)
{
    char *next = strchr(text, '=');

    if (!next) {
        fprintf(stderr, "hostile-backend: no fault in '%s'\n", text);
        exit(2);
    }
    *next++ = 0;
    disk->number = strncmp(text, "xvd", 3) ? (unsigned)strtoul(text, NULL, 10)
                                           : number_of_letter((unsigned)(text[3] - 'a'));
    disk->fault = parse_fault(strsep(&next, ","));
    while (next && disk->key_count < KEYS_MOST) {
        struct key *key = &disk->keys[disk->key_count++];
        key->value = strsep(&next, ",");
        key->name = strsep(&key->value, "=");
        if (!strcmp(key->name, "file"))
            disk->path = key->value;
        else if (!strcmp(key->name, "at"))
            disk->fault_at = key->value;
        else if (!strcmp(key->name, "opening"))
            disk->fault_opening = (unsigned)strtoul(key->value, NULL, 10);
        else if (!strcmp(key->name, "on"))
            disk->fault_operation =
                !strcmp(key->value, "flush") ? BLKIF_OP_FLUSH_DISKCACHE : BLKIF_OP_WRITE;
    }
}

static void open_file(struct disk *disk)
{
    off_t bytes;

    disk->sectors = DISK_SECTORS;
    if (!disk->path)
        return;
    disk->file = open(disk->path, O_RDWR | O_DIRECT);
    /* Not every file system supports O_DIRECT, and one in memory does not need it. */
    if (disk->file < 0 && errno == EINVAL)
        disk->file = open(disk->path, O_RDWR);
    bytes = lseek(disk->file, 0, SEEK_END);
    if (disk->file < 0 || bytes <= 0)
        die(disk->path);
    disk->sectors = (uint64_t)bytes / SECTOR_BYTES;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: hostile-backend DOMID VDEV=FAULT[,KEY=VALUE]...\n");
        return 2;
    }
    /* The directories exist when this process returns, so that the domain can be started.
     */
    for (int i = 2; i < argc; i++) {
        struct disk disk = {.domid = (unsigned)atoi(argv[1]), .fault_operation = BLKIF_OP_READ};

        parse_disk(&disk, argv[i]);
        open_file(&disk);
        disk.store = xs_open(0);
        if (!disk.store)
            die("xenstore");
        add_directories(&disk);
        xs_close(disk.store);
        if (fork() == 0)
            serve_disk(&disk);
    }
    return 0;
}
