/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A model of what the hook meets on a host: xenstore, one HVM domain with its grant table, its
 * memory and the page of an ioreq server, backends, QEMU's monitor, and a clock that stands still
 * until it is told to go on. It takes the place of Xen's libraries, and of replay.c, page_cache.c
 * and clock.c. What the loop waits for is in model_events.h.
 */
#ifndef HOOK_MODEL_H
#define HOOK_MODEL_H

#include "domain_life.h"

#define MODEL_DOMID    5u
#define MODEL_CPUS     3u
#define MODEL_FRAMES   8u /* of the domain's memory */
#define MODEL_GRANTS   1024u
#define MODEL_DISKS    2u
#define MODEL_DROPS    64u
#define MODEL_LIMIT_MS 3000u /* of the hook's patience */

enum model_backend { BACKEND_FOLLOWS, BACKEND_HANGS, BACKEND_HANGS_AT_CLOSING };

/** A drop of what is cached of a device: of which, when, and what the backend's state was then. */
struct model_drop {
    dev_t device;
    uint64_t since_ms;
    char backend_state;
    bool ended, abandoned;
};

struct model {
    enum model_backend backends[MODEL_DISKS];
    unsigned conflicts; /* so many transactions fail from now on */
    bool no_server;     /* none can be made */
    bool grants_version_2;
    bool monitor_fails, monitor_hangs;
    const char *monitor_says;
    unsigned drop_ms;     /* so long it takes to drop what is cached */
    int drop_start_error; /* it does not begin, or ends, with this */
    int drop_error;
    /* Called whenever the hook begins a transaction: someone else may be faster. */
    void (*at_transaction)(void);
    bool paused;      /* the domain takes no answers */
    unsigned tick_ms; /* both sides look so often; 0: 5 ms */

    /* What the hook has done. */
    bool server_exists, ports_taken;
    uint64_t answers[MODEL_CPUS];
    unsigned answered[MODEL_CPUS], commands;
    char command[64];
    struct model_drop drops[MODEL_DROPS];
    unsigned drop_count;
    uint8_t memory[MODEL_FRAMES * XEN_PAGE_BYTES];
};
extern struct model model;

/** A domain whose firmware has its disks open and marked, before the hook has seen it. */
void model_begin(void);
void model_end(void);

/** The backends are the kernel's in the hook's own domain instead of in another, with the devices
 *  that model_device tells. To be called before the hook has seen the domain. */
void model_backends_make_local(void);
dev_t model_device(unsigned disk);

/** Paths below are whole. The value stays valid until the next call; NULL: not there. */
const char *model_read(const char *path);
void model_write(const char *path, const char *value);
void model_remove(const char *path);

/** "/local/domain/5/device/vbd/51776/KEY", and the backend's; valid for a while. */
const char *model_frontend(unsigned disk, const char *key);
const char *model_backend(unsigned disk, const char *key);

/** A reference of a disk's mark. */
unsigned model_reference(unsigned disk, unsigned index);

/** Flags of a grant. */
uint16_t *model_grant_flags(unsigned reference);

/** A processor does something; it waits until the model's answers say otherwise. */
void model_request(unsigned cpu, const struct ioreq *request);
void model_port_access(unsigned cpu, bool write, unsigned port, unsigned size, uint64_t data);

/** Whether it still waits. */
bool model_is_waiting(unsigned cpu);

/** The backends and the processors do what they can now. */
void model_others_step(void);

/** The clock goes on. */
void model_time_pass(uint64_t ms);

/** Have the hook attend to the domain. */
struct domain *model_attend(void);

/** Let the hook and the backends do what they can, for so long. */
void model_run(struct domain *domain, unsigned ms);

extern struct xen model_xen;

/** Print what the hook has reported; the runner asks for it. */
void log_show(void);

/** How often the hook has reported this. */
unsigned model_log_count(const char *text);

#endif
