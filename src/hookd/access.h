/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * One access of a guest to a claimed port: what it asks, what QEMU has to be told or asked for it,
 * and what the guest gets.
 */
#ifndef HOOKD_ACCESS_H
#define HOOKD_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/hvm/ioreq.h>

#include "xen.h"

enum access_kind {
    ACCESS_PORT,       /* one of ours: wait for the hand-over */
    ACCESS_INVALIDATE, /* mappings of the guest's memory are stale: none is kept here */
    ACCESS_UNEXPECTED, /* nothing that should come here */
};

struct access {
    bool write;
    bool in_memory; /* a string instruction: the data is at this guest-physical address */
    bool backwards; /* and each item is below the one before it */
    uint16_t port;
    uint32_t size;  /* bytes of an item: 1 or 2 */
    uint32_t count; /* items: 1 if not in memory */
    uint64_t data;  /* the value written, or the address */
};

/** String instructions: Xen hands over at most so many items at once. */
#define ACCESS_ITEMS_MAX 4096u

/** The longest command for QEMU's monitor, with its zero. */
#define ACCESS_COMMAND_BYTES 32

/** Take a request apart. With ACCESS_PORT all of *access is good. */
enum access_kind access_decode(const struct ioreq *request, struct access *access);

/**
 * The value that a write leaves, in the width of an item. Of several words it is all their bits:
 * each may unplug something. Of several bytes it is the last.
 */
uint32_t access_written_value(const struct access *access, const struct xen *xen, uint32_t domid);

/** The command for QEMU's monitor by which it sees this access (value: access_written_value, if it
 * is a write). False: it need not see it. */
bool access_command_make(const struct access *access, uint32_t value,
                         char command[ACCESS_COMMAND_BYTES]);

/** The value in what the monitor prints for such a read, "portb[0x0010] = 0x00". False: none, and
 *  *value is unchanged. */
bool access_reply_parse(const char *text, uint32_t *value);

/** What a read gets that QEMU was not asked about, or could not be. */
uint32_t access_default_value(const struct access *access);

/** Finish an access whose value is known: what the slot's data has to be. */
uint64_t access_finish(const struct access *access, const struct xen *xen, uint32_t domid,
                       uint32_t value);

#endif
