/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The guest's disks: their backends, and the trouble that these make. */
#ifndef WORLD_BACKENDS_H
#define WORLD_BACKENDS_H

#include "model/backend.h"

#define BACKENDS_MAX 3u

void backends_reset(void);

/** Give the guest another disk. It has the next sectors of the model's disk. */
void backends_add(enum backend_kind kind, bool persistent, uint32_t latency_us,
                  uint32_t io_latency_us);

unsigned backends_count(void);
struct backend *backends_at(unsigned disk);

/** The number of its device. */
uint32_t backends_number(unsigned disk);

/** Write the key that names the device of dom0 behind it, if its backend is a kernel's. */
void backends_write_device(unsigned disk);

/** The guest's domain is a new one: trouble that is over is forgotten. */
void backends_new_domain(void);

/** Let trouble end whose time has come. */
void backends_run(void);

/** A number that changes with each request that one of them takes or answers. */
unsigned backends_requests(void);

/** Whether what was written to a disk is not flushed yet. */
bool backends_is_unflushed(unsigned disk);
void backends_forget_unflushed(unsigned disk);

/**** Trouble: for so long, and then the backend behaves again ****/

enum trouble {
    TROUBLE_SLOW,    /* takes long for each step and each request */
    TROUBLE_SILENT,  /* takes requests and does not answer */
    TROUBLE_DEAF,    /* does not take them either */
    TROUBLE_STATES,  /* does not follow the frontend's state */
    TROUBLE_FAILS,   /* answers that requests have failed */
    TROUBLE_FLUSH,   /* answers that flushes have failed */
    TROUBLE_REFUSES, /* does not connect, but says that it closes */
    TROUBLE_GONE,    /* is taken away, with its directory */
    TROUBLES,
};

extern const char *const trouble_names[TROUBLES];

void backends_trouble(unsigned disk, enum trouble trouble, uint32_t ms);

/** Whether it has made trouble since its guest's domain was made, or is making it. */
bool backends_made_trouble(unsigned disk);

/** Whether any is making trouble now. */
bool backends_make_trouble(void);

#endif
