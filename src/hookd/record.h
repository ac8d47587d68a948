/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The daemon's records of its ioreq servers, for the next daemon if this one is killed. They are in
 * xenstore, where only the daemon's own domain can read them:
 *
 *   /local/domain/HOOK/xenpv-hookd/DOMID = "SERVER PHASE /vm/UUID"
 */
#ifndef HOOKD_RECORD_H
#define HOOKD_RECORD_H

#include "xen.h"

enum record_phase {
    RECORD_CLAIMED, /* the ports are claimed, and no access has come yet */
    RECORD_CLOSING, /* an access has come; disks may be half closed */
};

/** Record the server of a domain. Return: false if that failed, which is logged; the server must
 * not be used then. */
bool record_write(const struct xen *xen, uint32_t domid, ioservid_t server,
                  enum record_phase phase);

/** Read the record of a domain. Return: false if there is none, or it is of an earlier domain with
 * the same number. */
bool record_read(const struct xen *xen, uint32_t domid, ioservid_t *server,
                 enum record_phase *phase);

void record_remove(const struct xen *xen, uint32_t domid);

/** Remove the records of domains that have ended. */
void records_prune(const struct xen *xen);

#endif
