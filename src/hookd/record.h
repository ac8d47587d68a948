/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What a hook has to know of the one before it, which may have been killed: the ioreq servers that
 * are there. Kept in xenstore, where only the hook's own domain can read:
 *
 *   /local/domain/HOOK/xenpv-hookd/DOMID = "SERVER PHASE /vm/UUID"
 */
#ifndef HOOKD_RECORD_H
#define HOOKD_RECORD_H

#include "xen.h"

enum record_phase {
    RECORD_CLAIMED, /* it holds the ports, nobody has come yet */
    RECORD_CLOSING, /* someone has come, disks may be half closed */
};

/** Write down the server of a domain. False: it could not be, and the server must not be used. */
bool record_write(const struct xen *xen, uint32_t domid, ioservid_t server,
                  enum record_phase phase);

/** What is written down. False: nothing that fits this domain. */
bool record_read(const struct xen *xen, uint32_t domid, ioservid_t *server,
                 enum record_phase *phase);

void record_remove(const struct xen *xen, uint32_t domid);

/** Remove what is written down of domains that are not there any more. */
void records_prune(const struct xen *xen);

#endif
