/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The daemon's records of its ioreq servers, for the next daemon if this one is killed. They are in
 * xenstore, where only the daemon's own domain can read them:
 *
 *   /local/domain/HOOK/xenpv-hookd/DOMID = "SERVER unused /vm/UUID"
 *                                          "SERVER claimed /vm/UUID"
 *                                          "SERVER closing DEADLINE /vm/UUID"
 */
#ifndef HOOKD_RECORD_H
#define HOOKD_RECORD_H

#include "xen.h"

enum record_phase {
    RECORD_UNUSED,  /* the server may not exist yet: destroy it, unless it was ever enabled */
    RECORD_CLAIMED, /* the ports are claimed, and no access has come yet */
    RECORD_CLOSING, /* an access has come; disks may be half closed */
};

struct record {
    ioservid_t server;
    enum record_phase phase;
    uint64_t deadline_ms; /* closing: when the guest is to be answered, in clock_ms(); 0: unknown */
};

/** Write the record of a domain. Return: false if that failed, which is logged; the server must not
 * be used then. */
bool record_write(const struct xen *xen, uint32_t domid, const struct record *record);

/** Read the record of a domain. Return: false with errno; ENOENT if there is none, or it is of an
 * earlier domain with the same number; otherwise there may be one. */
bool record_read(const struct xen *xen, uint32_t domid, struct record *record);

/** Return: false if xenstored fails, so that the record may stay. */
bool record_remove(const struct xen *xen, uint32_t domid);

/** Remove the records of domains that have ended. */
void records_prune(const struct xen *xen);

/** Remove the directory of the records if it is empty. Call it when the daemon ends, after which
 * perhaps no other one starts. */
void records_end(const struct xen *xen);

#endif
