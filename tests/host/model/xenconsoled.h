/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * xenconsoled: the other end of the guest's PV console, and the terminal behind it.
 */
#ifndef MODEL_XENCONSOLED_H
#define MODEL_XENCONSOLED_H

#include <stdbool.h>
#include <stdint.h>

struct xencons_interface;

/** What it does, and how fast; a test may change it at any time. */
struct xenconsoled_config {
    uint32_t latency_us; /* from a notification until it acts */
    uint32_t chunk;      /* bytes of output that it takes at once; 0: all that are there */
    uint32_t chunk_us;   /* from one chunk to the next */
    bool deaf;           /* it never acts */
    void (*hook)(struct xencons_interface *page); /* called before it acts; may be NULL */
};

extern struct xenconsoled_config xenconsoled_config;

void xenconsoled_reset(void);

/** Bind the guest's port, as after its start or a restore. What was typed before is lost. */
void xenconsoled_introduce(uint32_t port);

/** The daemon ends: its end of the port is closed. */
void xenconsoled_end(void);

/** Act if that is due. */
void xenconsoled_run(void);

/** The page that the parameters of the guest name. */
struct xencons_interface *xenconsoled_page(void);

/** Number of notifications that it has received. */
unsigned xenconsoled_notified(void);

/** The user types @count bytes. The terminal drops what the guest does not read in time. */
void xenconsoled_type(const char *bytes, uint32_t count);

/** What the terminal has shown. Return: its bytes; *@count: how many there are. */
const char *xenconsoled_shown(uint32_t *count);

/** Whether the guest has broken the protocol: the daemon takes nothing from it any more. */
bool xenconsoled_ignores_guest(void);

#endif
