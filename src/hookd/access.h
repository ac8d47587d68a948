/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * One access of a guest to a claimed I/O port: decoded from Xen's request, replayed in QEMU if QEMU
 * must see it, and answered.
 */
#ifndef HOOKD_ACCESS_H
#define HOOKD_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/hvm/ioreq.h>

#include "xen.h"

enum access_kind {
    ACCESS_PORT,       /* to a claimed port: it waits for the hand-over */
    ACCESS_INVALIDATE, /* mappings of guest memory are stale: the daemon keeps none */
    ACCESS_UNEXPECTED, /* Xen should not send it to this server */
};

struct access {
    bool write;
    bool in_memory; /* a string instruction: the data is at a guest-physical address */
    bool backwards; /* each item is below the one before it */
    uint16_t port;
    uint32_t size;  /* of an item, in bytes: 1 or 2 */
    uint32_t count; /* of items: 1 unless in memory */
    uint64_t data;  /* the value written, or the address */
};

/** A magic of access_default_value: no such device answers, and all ones are read. */
#define ACCESS_NO_PLATFORM_DEVICE 0xffffu

/** Maximum number of items of a string instruction in one request of Xen. */
#define ACCESS_ITEMS_MAX 4096u

/** Size of the longest command for QEMU's monitor, with the terminating zero. */
#define ACCESS_COMMAND_BYTES 32

/** Decode a request. *@access is only valid for ACCESS_PORT. */
enum access_kind access_decode(const struct ioreq *request, struct access *access);

/**
 * Return: the value that a write leaves in the port, of one item's width.
 *
 * For a string of bytes it is the last one. For a string of words it is the OR of all: each of
 * these masks may unplug something.
 */
uint32_t access_written_value(const struct access *access, const struct xen *xen, uint32_t domid);

/**
 * Make the command for QEMU's monitor that replays an access.
 *
 * @value: of access_written_value, if the access is a write. Return: false if QEMU need not see it.
 */
bool access_command_make(const struct access *access, uint32_t value,
                         char command[ACCESS_COMMAND_BYTES]);

/**
 * Parse what the monitor prints for a read, such as "portb[0x0010] = 0x00".
 *
 * Return: whether there is a value; *@value is only set if so.
 */
bool access_reply_parse(const char *text, uint32_t *value);

/** Return: the value of a read that QEMU does not or cannot answer. @magic: what a word read of the
 * unplug port returns; if it is not HANDOVER_UNPLUG_MAGIC, there is no platform device. */
uint32_t access_default_value(const struct access *access, uint32_t magic);

/**
 * Finish an access: for a string that is read, write @value into guest memory.
 *
 * @value: what a read returns. Return: the data for the answer to Xen.
 */
uint64_t access_finish(const struct access *access, const struct xen *xen, uint32_t domid,
                       uint32_t value);

#endif
