/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The grant table, version 1: the pages of this guest that another domain may access.
 */
#ifndef XEN_GRANT_H
#define XEN_GRANT_H

#include <stdbool.h>
#include <stdint.h>

/** Frames of the table that the core maps, and the number of references in them. */
#define GRANT_FRAMES 2u
#define GRANT_REFS   (GRANT_FRAMES * 512u)

/**
 * The first of these frames. A backend may keep a page mapped after the operating system has
 * started. Xen does not read the entry again when that domain's backends map the same reference for
 * something else (the reference's count of mappings is not 0), and would give them the firmware's
 * page. Operating systems take references from the lowest on, and do not look at an entry before
 * they write it: Linux 512 for each queue of a network card, and a thousand for each busy queue of
 * a disk. These are the last frames of a table of 32, the default of Xen before 4.10; later it is
 * 64. If the toolstack allows fewer, the core maps the first frames.
 */
#define GRANT_FIRST_FRAME 30u
#define GRANT_FIRST_REF   (GRANT_FIRST_FRAME * 512u)

/** References that are not reserved for the toolstack, wherever the frames are. */
#define GRANT_REFS_USABLE (GRANT_REFS - 8u)

/** No reference. */
#define GRANT_NONE 0u

struct grant_table {
    struct grant_entry_v1 *entries[GRANT_FRAMES];
    uint32_t first;  /* the first reference of these frames */
    bool chosen;     /* the frames are chosen, and stay the same: grants may stand there */
    uint32_t usable; /* references in the mapped frames; 0 while the table is not mapped */
    uint8_t in_use[GRANT_REFS / 8]; /* this side's own record: Xen may write to the table */
    bool reported;                  /* the log says why it cannot be mapped: say it once */
};

/** Initialise @table as not mapped, with nothing in use. */
void grant_init(struct grant_table *table);

/**
 * Map the table, or map it again. Grants may have vanished in the meantime, with the whole table in
 * a restore; their references become free.
 *
 * A table of a version other than 1 belongs to another driver: none of its frames is moved. Source:
 * GNTTABOP_get_version in xen/grant_table.h.
 *
 * Return: 0; -XEN_EOPNOTSUPP for such a table; or the error of the hypercall that failed. On error
 * the log has the reason, and nothing is mapped.
 */
int grant_map(struct grant_table *table);

/** Unmap the table from the guest's memory. Grants stay valid. */
void grant_unmap(struct grant_table *table);

/**
 * Find @count consecutive free references.
 *
 * Return: the first of them, or GRANT_NONE if there is no such run.
 */
uint32_t grant_find_run(const struct grant_table *table, uint32_t count);

/**
 * Let domain @domid read, and write unless @read_only, frame @frame.
 *
 * @reference: one that grant_find_run returned.
 */
void grant_access(struct grant_table *table, uint32_t reference, uint16_t domid, uint32_t frame,
                  bool read_only);

/** Check whether this side's own record has @reference in use. What the record has lost is gone for
 * good: to map the table again shows no more of it. */
bool grant_is_recorded(const struct grant_table *table, uint32_t reference);

/**
 * Check whether the table still grants access to frame @frame by @reference. It does not after a
 * restore, or if another driver has had the table mapped elsewhere.
 */
bool grant_stands(const struct grant_table *table, uint32_t reference, uint32_t frame);

/**
 * End the access to frame @frame.
 *
 * Return: 0, also if the reference now belongs to another owner, whose grant stays as it is; or
 * -XEN_EBUSY while the other domain has the frame mapped or the table is not mapped: the grant then
 * stays valid, and the frame must not be used for anything else.
 */
int grant_end(struct grant_table *table, uint32_t reference, uint32_t frame);

#endif
