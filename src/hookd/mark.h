/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Parsers for what a guest can write to xenstore: numbers, paths of backends, the firmware's marks.
 * They do not call Xen, and all of them are fuzzed.
 */
#ifndef HOOKD_MARK_H
#define HOOKD_MARK_H

#include <stdbool.h>
#include <stdint.h>

/** The value of HANDOVER_MARK. */
struct mark {
    bool hook;             /* the firmware relies on the daemon to close this disk */
    uint32_t first, count; /* grant references of the backend; the first is the ring's */
    uint32_t port;         /* the firmware's event channel */
    uint32_t ring, pool;   /* frames: of the ring, and the first one of the other pages */
    uint32_t magic;        /* what a word read of the unplug port returns without the daemon */
};

/** Grant references that a mark may have: those below are reserved for the toolstack. */
#define MARK_REFERENCE_FIRST 8u
#define MARK_REFERENCES_MAX  1024u
#define MARK_REFERENCE_END   (1u << 20)

/** Parse a decimal number of at most @max, without sign, blanks or leading zeros. Return: whether
 * @text is one; *@number is only set if so. */
bool u32_parse(const char *text, uint32_t max, uint32_t *number);

/** Parse a mark. Return: false if @text is none; the firmware does not use the disk then. */
bool mark_parse(const char *text, struct mark *mark);

/** Return: the frame of the page that the firmware granted by reference @index of a mark, below its
 * count. */
uint32_t mark_frame(const struct mark *mark, uint32_t index);

/**
 * Parse a backend's directory, "/local/domain/B/backend/KIND/@domid/@number".
 *
 * Return: whether it has that form, and belongs to disk @number of domain @domid; *@backend_domid
 * is B then.
 */
bool backend_path_parse(const char *path, uint32_t domid, uint32_t number, uint32_t *backend_domid);

#endif
