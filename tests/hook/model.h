/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A model of the daemon's host: xenstore, HVM domains with their grant tables and the pages of
 * their ioreq servers, the memory of one, backends, QEMU's monitor, and a clock that only the test
 * advances. Most tests have one domain: without the number of a guest, a function is about that.
 *
 * It replaces Xen's libraries, and replay.c, page_cache.c, store_thread.c and clock.c.
 * model_events.h has what the daemon's loop waits for.
 */
#ifndef HOOK_MODEL_H
#define HOOK_MODEL_H

#include <stdint.h>

#include <xen/grant_table.h>

#include "domain_life.h"

#define MODEL_DOMID  5u
#define MODEL_GUESTS 8u /* the first is MODEL_DOMID, and is there from the beginning */
#define MODEL_CPUS   3u
#define MODEL_FRAMES 8u /* of the domain's memory */
#define MODEL_GRANTS 1024u
#define MODEL_DISKS  2u
#define MODEL_DROPS  64u
/* Event channels of the first processor of the first guest: the guest's end, and the daemon's. */
#define MODEL_REMOTE_PORT 70u
#define MODEL_LOCAL_PORT  30u
#define MODEL_LIMIT_MS    3000u /* how long the daemon lets a guest wait for its disks */

/* Grants of a disk that a busy backend uses. */
#define MODEL_GRANTS_IN_USE 3u

enum model_backend {
    BACKEND_FOLLOWS,
    BACKEND_HANGS,
    BACKEND_HANGS_AT_CLOSING,
    /* It follows, and until io_end_ms it has requests in flight: it says Closed, and releases
     * nothing. Afterwards it does so at the next write of the frontend's state. */
    BACKEND_IS_BUSY,
};

/** A drop of a device's page cache: its start, and the backend's state then. */
struct model_drop {
    dev_t device;
    uint64_t since_ms;
    char backend_state;
    bool ended, abandoned;
};

/** What each guest has: its backends, and what the daemon has done for it. */
#define MODEL_GUEST                                                                                \
    enum model_backend backends[MODEL_DISKS];                                                      \
    char missed[MODEL_DISKS]; /* a state of the frontend whose first event a backend misses */     \
    uint64_t io_end_ms;       /* of requests in flight: see BACKEND_IS_BUSY */                     \
    bool server_exists, server_enabled, ports_taken;                                               \
    uint64_t answers[MODEL_CPUS];                                                                  \
    unsigned answered[MODEL_CPUS];                                                                 \
    uint64_t answered_ms; /* time of the last answer */

struct model_guest {
    MODEL_GUEST
};

struct model {
    /* Without a number, the first guest. */
    union {
        struct {
            MODEL_GUEST
        };
        struct model_guest guests[MODEL_GUESTS];
    };
    unsigned magic;             /* in later marks */
    unsigned conflicts;         /* number of transactions that will fail */
    unsigned lost_transactions; /* number of transactions that xenstored will not know */
    bool no_server;             /* an ioreq server cannot be created */
    unsigned read_failures;     /* number of reads and questions that xenstored has no memory for */
    /* The call that xenstored fails: 1 is the next one; 0: none. Except unwatch, which has no
     * result. */
    unsigned store_fails_at;
    int store_error;        /* errno of this failure */
    unsigned bind_failures; /* number of event channels that cannot be bound */
    unsigned map_failures;  /* number of ranges of ports that cannot be mapped */
    bool grants_version_2;
    bool monitor_fails, monitor_hangs;
    uint64_t child_free_ms; /* until then there are too many children for a replay */
    const char *monitor_says;
    unsigned drop_ms;     /* duration of a drop */
    int drop_start_error; /* errno of page_cache_drop_start, and of a drop that has ended */
    int drop_error;
    /* Called whenever the daemon begins a transaction, to change what the transaction read. */
    void (*at_transaction)(void);
    /* Called after a key has been read, and before a directory is listed; NULL: nothing happens
     * then. */
    void (*at_read)(const char *path);
    void (*at_directory)(const char *path);
    unsigned store_ms; /* duration of a call of libxenstore */
    /* xenstored stands still from this call on: 1 is the next one; 0: it does not. */
    unsigned store_stops_at;
    /* Called before an ioreq server is created, its ports are unmapped, or it is disabled or
     * destroyed, and after it is enabled; NULL: nothing happens then. */
    void (*at_create)(void);
    void (*at_unmap)(void);
    void (*at_disable)(void);
    void (*at_destroy)(void);
    void (*at_enable)(void);
    bool paused;      /* the domain collects no answers */
    unsigned tick_ms; /* interval of model_run's steps; 0: 5 ms */

    /* What the daemon has done. */
    unsigned commands;
    char command[64];
    struct model_drop drops[MODEL_DROPS];
    unsigned drop_count;
    uint8_t memory[MODEL_FRAMES * XEN_PAGE_BYTES];
    bool dirty[MODEL_FRAMES]; /* pages that the daemon says it has written to */
};
extern struct model model;

/** Begin with a domain whose firmware has opened and marked its disks. */
void model_begin(void);
void model_end(void);

/** Add guest 1 to MODEL_GUESTS - 1, as the first one. Return: its domain. The caller introduces it.
 */
uint32_t model_guest_add(unsigned guest);

/** Move the backends into the daemon's own domain, with the block devices of model_device. Call it
 * before the daemon attends to the domain. */
void model_backends_make_local(void);
dev_t model_device(unsigned disk);

/** Open a disk as the firmware does: keys, mark, grants, and the backend follows. */
void model_disk_open(unsigned disk);

/** Read, write or remove a key by its absolute path. The value is valid until the next call; NULL:
 * there is no such key. */
const char *model_read(const char *path);
void model_write(const char *path, const char *value);
void model_write_bytes(const char *path, const void *value, size_t length);
void model_remove(const char *path);

/** Return: how often a key has been written since it was created, also with the same value. */
unsigned model_writes(const char *path);

/** Count a call of xenstored. Return: whether this one fails, with errno. */
bool model_call_fails(void);

/** The same for a read, which may also fail for lack of memory. */
bool model_read_fails(void);

/** Return: whether xenstored stands still, and whether it has. */
bool model_store_is_stopped(void);
bool model_store_has_stopped(void);

/** From now on each call of libxenstore fails, as after the end of xenstored. */
void model_store_end(void);
bool model_store_has_ended(void);

/** Let xenstored continue, with the call that waits if there is one. */
void model_store_continue(void);

/** Lets time pass until @end_ms, or until @is_over; the default passes all of it at once. */
typedef void model_pause(uint64_t end_ms, bool (*is_over)(void));
extern model_pause *model_pause_function;

/** Path of a key of a disk's frontend or backend; valid for the next seven calls. */
const char *model_frontend(unsigned disk, const char *key);
const char *model_backend(unsigned disk, const char *key);

/** A grant reference of a disk's mark, and the frame that it grants. */
unsigned model_reference(unsigned disk, unsigned index);
unsigned model_frame(unsigned disk, unsigned index);

/** Write the mark of a disk that the firmware has open in @mode. */
void model_mark_write(unsigned disk, const char *mode);

/** Return: an entry of the domain's grant table, to be read or changed. */
grant_entry_v1_t *model_grant(unsigned reference);

/** Let a processor make a request. It waits until model.answered of it increases, unless the server
 * is disabled: Xen then sends it nothing. */
void model_request(unsigned cpu, const struct ioreq *request);
void model_port_access(unsigned cpu, bool write, unsigned port, unsigned size, uint64_t data);

void model_guest_port_access(unsigned guest, unsigned cpu, bool write, unsigned port, unsigned size,
                             uint64_t data);

/** Return: whether a processor waits. */
bool model_is_waiting(unsigned cpu);

/** Let the backends and the processors take one step. */
void model_others_step(void);

/** Advance the clock. */
void model_time_pass(uint64_t ms);

/** Let the daemon attend to the domain. */
struct domain *model_attend(void);

/** Let the daemon, the backends and the processors run for @ms. */
void model_run(struct domain *domain, unsigned ms);

extern struct xen model_xen;

/** Print the daemon's log; called by the runner. */
void log_show(void);

/** Return: how often the daemon has logged @text. */
unsigned model_log_count(const char *text);

#endif
