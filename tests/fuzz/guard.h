/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What the daemon may do to a domain, whatever its guest does. Each call of Xen's libraries that
 * the daemon makes passes through a function of guard_*.c (the linker's --wrap), which checks it
 * and ends the program if it breaks a rule:
 *
 *   guard_store.c   xenstore: paths, values, order of a disk's states, watches
 *   guard_pages.c   mappings, the grant table, the guest's memory
 *   guard_server.c  the ioreq server, event channels, answers, child processes
 */
#ifndef FUZZ_GUARD_H
#define FUZZ_GUARD_H

#include <stdbool.h>

#include "model.h"

/** End the program if a rule is broken, and print the rule. */
#define REQUIRE(rule) guard_require((rule), #rule, __FILE__, __LINE__)
void guard_require(bool good, const char *rule, const char *file, int line);

struct guard {
    bool gone;               /* the domain has ended: Xen does not know it any more */
    bool killed;             /* a daemon has been killed while it attended to this domain */
    bool store_has_failed;   /* xenstored has failed, so keys may be left */
    unsigned store_failures; /* number of calls of xenstored that will fail */
    unsigned map_failures;   /* number of mappings that will fail */
    bool page_has_failed;    /* a page of the guest's memory could not be mapped */
    unsigned crowd;          /* number of disks that only the list has */

    /** Called at the beginning of each call: a guest or another part of the host acts, or the
     * daemon is killed. */
    void (*at_call)(void);
};
extern struct guard guard;

/** A new domain, of which the model has just begun. */
void guard_begin(void);

/** Remove what the kernel and xenstored remove when the daemon's process has been killed. */
void guard_daemon_killed(void);
/** Another daemon attends to the domain. */
void guard_daemon_begin(void);

/** Check what has to hold after each step. @can_answer: false if the claim could not be opened. */
void guard_step_check(bool can_answer);

/** Check that the daemon has left nothing in Xen, in xenstore, and no process. */
void guard_removed_check(void);

/**** guard_server.c ****/

/** Let a processor access a port, if its access goes to the daemon now. */
void guard_request(unsigned cpu, const struct ioreq *request);

/** Change the page of the ioreq server as Xen never does, from the input: any bytes of a slot. The
 * rules for the processors do not hold after that if it has changed a state or an event channel. */
void guard_slot_change(void);

/** Undo such changes. */
void guard_slots_mend(void);

/** Return: whether an address is in that page. */
bool guard_is_slot(const void *address);

/** Check that no processor waits. */
void guard_answered_check(void);

/**** guard_pages.c ****/

/** Change an entry of the grant table. */
void guard_grant_write(unsigned reference, grant_entry_v1_t entry);

/** Have the firmware open a disk (model_disk_open). */
void guard_disk_open(unsigned disk);

/**** Between the parts ****/

void guard_call(void);

void guard_store_begin(void);
void guard_store_daemon_begin(void);
void guard_store_killed(void);
void guard_store_check(void);
void guard_store_removed_check(void);
/** Note which marked disks have the marked ring in the grant table now. */
void guard_rings_note(void);
/** Return: whether the daemon may change an entry, as a mark that it has read names it. */
bool guard_grant_is_marked(unsigned reference, const grant_entry_v1_t *entry);

void guard_pages_begin(void);
void guard_pages_killed(void);
void guard_pages_check(void);
void guard_pages_removed_check(void);
/** Check that the daemon has written all items of a string that it has answered. */
void guard_items_check(const struct ioreq *request);

void guard_server_begin(void);
void guard_server_daemon_begin(void);
void guard_server_killed(void);
void guard_server_check(bool can_answer);
void guard_server_removed_check(void);
struct ioreq *guard_slots(void);
/** Return: whether a waiting processor's string instruction reads into this byte of its memory. */
bool guard_byte_is_awaited(uint64_t address);

#endif
