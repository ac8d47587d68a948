/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The grant table, version 1: which pages of this guest another domain may use.
 */
#ifndef XEN_GRANT_H
#define XEN_GRANT_H

#include <stdbool.h>
#include <stdint.h>

/** Frames of the table that the core maps, and the references in them. */
#define GRANT_FRAMES 2u
#define GRANT_REFS   (GRANT_FRAMES * 512u)

/** References that are not kept back for the toolstack's own use. */
#define GRANT_REFS_USABLE (GRANT_REFS - 8u)

/** No reference. */
#define GRANT_NONE 0u

struct grant_table {
    struct grant_entry_v1 *entries[GRANT_FRAMES];
    uint32_t usable;                /* references in the frames that are mapped: 0 without */
    uint8_t in_use[GRANT_REFS / 8]; /* this side's own account: the table may be written by Xen */
    bool reported;                  /* why it cannot be mapped: not with each call */
};

/** Begin with a table that is not mapped, and nothing in use. */
void grant_init(struct grant_table *table);

/**
 * Map the table, or map it anew. What is granted may have gone in the meantime, with the whole
 * table in a restore: its references are free again.
 *
 * A table that has another version than 1 is another driver's: none of its frames is moved.
 * Source: GNTTABOP_get_version in xen/grant_table.h.
 *
 * Return: 0; -XEN_EOPNOTSUPP for such a table; or the error of the hypercall that failed. The log
 * has the reason, and nothing is mapped.
 */
int grant_map(struct grant_table *table);

/** Take the table out of the guest's memory. What is granted stays so. */
void grant_unmap(struct grant_table *table);

/**
 * Find @count references in a row that nobody uses.
 *
 * Return: the first of them, or GRANT_NONE when there is no such run.
 */
uint32_t grant_find_run(const struct grant_table *table, uint32_t count);

/**
 * Let domain @domid read, and write unless @read_only, the frame @frame.
 *
 * @reference: one that grant_find_run has found.
 */
void grant_access(struct grant_table *table, uint32_t reference, uint16_t domid, uint32_t frame,
                  bool read_only);

/**
 * Whether the table still says that another domain may use the frame @frame by @reference. Not so
 * after a restore, nor when somebody else has had the table mapped elsewhere.
 */
bool grant_stands(const struct grant_table *table, uint32_t reference, uint32_t frame);

/**
 * Take the access to the frame @frame back.
 *
 * Return: 0, also when the reference is not one to this frame any more but another owner's, of
 * which nothing is touched; or -XEN_EBUSY while the other domain has the frame mapped, or the table
 * is not: the grant then stands as it was, and the frame must not be used for anything else.
 */
int grant_end(struct grant_table *table, uint32_t reference, uint32_t frame);

#endif
