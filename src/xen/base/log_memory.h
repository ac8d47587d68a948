/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The firmware's log in the guest's memory, which `xenpv-hookd --log` reads from dom0. This header
 * has all that the two share; docs/dev/protocol.md explains it.
 *
 * The anchor is at an address from 0xf0000 to 0xfffff that is a multiple of 16. It has the address
 * of the ring: a header, and the last bytes of the log. Numbers are little-endian.
 */
#ifndef XEN_LOG_MEMORY_H
#define XEN_LOG_MEMORY_H

#include <stdint.h>

#define LOG_AREA_ADDRESS 0xf0000u
#define LOG_AREA_BYTES   0x10000u
#define LOG_ANCHOR_ALIGN 16u

#define LOG_ANCHOR_SIGNATURE "XENPVLOG"
#define LOG_ANCHOR_VERSION   1u

struct log_anchor {
    char signature[8]; /* LOG_ANCHOR_SIGNATURE without a terminating zero */
    uint8_t version;
    uint8_t length;   /* of this structure */
    uint8_t checksum; /* makes the sum of its bytes 0 */
    uint8_t reserved;
    uint32_t address; /* of the ring's header, guest-physical; a multiple of 16 */
    uint32_t bytes;   /* size of the ring without the header; 0: the firmware keeps no log */
};

_Static_assert(sizeof(struct log_anchor) == 20, "the anchor has no padding");

#define LOG_RING_SIGNATURE 0x474f4c58u /* "XLOG" */

/** The limits of the size of a ring, which is a power of two. */
#define LOG_RING_BYTES_MIN 1024u
#define LOG_RING_BYTES_MAX (1024u * 1024u)

/** Byte N of the log is in data[N % bytes]. The firmware stores it before it increments
 * "written". */
struct log_ring {
    uint32_t signature;
    uint32_t bytes;
    uint32_t written; /* bytes of the log so far, modulo 2^32 */
    uint32_t reserved;
    uint8_t data[];
};

_Static_assert(sizeof(struct log_ring) == 16, "the header has no padding");

/** Make an anchor of all 20 bytes. @bytes: 0 if there is no ring. */
void log_anchor_make(struct log_anchor *anchor, uint32_t address, uint32_t bytes);

/** Make an empty ring of @bytes after the header, a power of two. */
void log_ring_make(struct log_ring *ring, uint32_t bytes);

/** Append a byte to a ring of @bytes. The ring's own record of its size is for the reader only: an
 * operating system may have written there. A reader in another domain finds the byte whole or not
 * at all. */
static inline void log_ring_put(struct log_ring *ring, uint32_t bytes, char byte)
{
    volatile struct log_ring *shared = ring;
    uint32_t at = shared->written;

    /* The compiler keeps the order of volatile accesses, and the processor that of stores. */
    shared->data[at & (bytes - 1)] = (uint8_t)byte;
    shared->written = at + 1;
}

/**
 * Copy what has been written to a ring of @bytes since *@position to @buffer, at most @size bytes,
 * and advance *@position. What the ring no longer has is skipped. Return: the number of bytes.
 */
uint32_t log_ring_read(const struct log_ring *ring, uint32_t bytes, uint32_t *position,
                       char *buffer, uint32_t size);

#endif
