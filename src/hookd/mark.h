/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What stands in xenstore where a guest can write, taken apart: numbers, the names of frontends,
 * the paths of backends, the firmware's marks. Nothing here calls Xen; all of it is fuzzed.
 */
#ifndef HOOKD_MARK_H
#define HOOKD_MARK_H

#include <stdbool.h>
#include <stdint.h>

/** A mark, HANDOVER_MARK: whose mode is it, which grant references has the backend. */
struct mark {
    bool hook; /* the firmware relies on the hook to close this disk */
    uint32_t first, count;
};

/** References that a mark may name: below are the toolstack's own, above is no table. */
#define MARK_REFERENCE_FIRST 8u
#define MARK_REFERENCES_MAX  1024u
#define MARK_REFERENCE_END   (1u << 20)

/** A decimal number without sign, blanks or leading zeros, and no more than max. */
bool u32_parse(const char *text, uint32_t max, uint32_t *number);

/** The value of a mark, ended by a zero. False: it is none, and the disk not the firmware's. */
bool mark_parse(const char *text, struct mark *mark);

/** Whether a reference is one of a mark's. */
bool mark_covers(const struct mark *mark, uint32_t reference);

/**
 * A backend's directory, "/local/domain/B/backend/KIND/domid/number": true if it has that form and
 * belongs to disk `number` of domain `domid`; *backend_domid is B then.
 */
bool backend_path_parse(const char *path, uint32_t domid, uint32_t number, uint32_t *backend_domid);

#endif
