/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A model of the daemon's host: xenstore, one HVM domain with its grant table, its memory and the
 * page of an ioreq server, backends, QEMU's monitor, and a clock that only the test advances.
 *
 * It replaces Xen's libraries, and replay.c, page_cache.c and clock.c. model_events.h has what the
 * daemon's loop waits for.
 */
#ifndef HOOK_MODEL_H
#define HOOK_MODEL_H

#include <stdint.h>

#include <xen/grant_table.h>

#include "domain_life.h"

#define MODEL_DOMID  5u
#define MODEL_CPUS   3u
#define MODEL_FRAMES 8u /* of the domain's memory */
#define MODEL_GRANTS 1024u
#define MODEL_DISKS  2u
#define MODEL_DROPS  64u
/* Event channels of the first processor: the guest's end, and the daemon's. */
#define MODEL_REMOTE_PORT 70u
#define MODEL_LOCAL_PORT  30u
#define MODEL_LIMIT_MS    3000u /* how long the daemon lets a guest wait for its disks */

enum model_backend { BACKEND_FOLLOWS, BACKEND_HANGS, BACKEND_HANGS_AT_CLOSING };

/** A drop of a device's page cache: its start, and the backend's state then. */
struct model_drop {
    dev_t device;
    uint64_t since_ms;
    char backend_state;
    bool ended, abandoned;
};

struct model {
    enum model_backend backends[MODEL_DISKS];
    unsigned magic;             /* in later marks */
    unsigned conflicts;         /* number of transactions that will fail */
    unsigned lost_transactions; /* number of transactions that xenstored will not know */
    bool no_server;             /* an ioreq server cannot be created */
    unsigned bind_failures;     /* number of event channels that cannot be bound */
    bool grants_version_2;
    bool monitor_fails, monitor_hangs;
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
    /* Called before an ioreq server is destroyed; NULL: nothing happens then. */
    void (*at_destroy)(void);
    bool paused;      /* the domain collects no answers */
    unsigned tick_ms; /* interval of model_run's steps; 0: 5 ms */

    /* What the daemon has done. */
    bool server_exists, ports_taken;
    uint64_t answers[MODEL_CPUS];
    unsigned answered[MODEL_CPUS], commands;
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

/** Let a processor make a request. It waits until model.answered of it increases. */
void model_request(unsigned cpu, const struct ioreq *request);
void model_port_access(unsigned cpu, bool write, unsigned port, unsigned size, uint64_t data);

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
