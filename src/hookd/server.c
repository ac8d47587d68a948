/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "server.h"

#include <errno.h>

#include "claim.h"
#include "record.h"
#include "store_call.h"

/* Find the number of the next server: Xen takes the lowest that is free (ioreq_server_create in its
 * common/ioreq.c). A daemon that is killed between the two calls leaves a server, because only the
 * first one tells its number. */
static int number_find(const struct xen *xen, uint32_t domid, ioservid_t *server)
{
    if (claim_create(xen, domid, server))
        return -1;
    claim_destroy(xen, domid, *server);
    return 0;
}

int server_create(const struct xen *xen, uint32_t domid, ioservid_t *server)
{
    struct record record = {.phase = RECORD_UNUSED};

    *server = SERVER_NONE;
    if (number_find(xen, domid, &record.server) || !record_write(xen, domid, &record))
        return -1;
    int failed = claim_create(xen, domid, server);
    if (!failed) {
        /* A device model that was started meanwhile may have taken the other number. */
        record.server = *server;
        record.phase = RECORD_CLAIMED;
        if (record_write(xen, domid, &record))
            return 0;
    }
    int error = errno;
    /* A stalled xenstored may still write the record. */
    if (!failed && (!store_is_down() || store_is_lost())) {
        claim_destroy(xen, domid, *server);
        *server = SERVER_NONE;
    }
    record_remove(xen, domid);
    errno = error;
    return -1;
}

bool server_destroy(const struct xen *xen, uint32_t domid, ioservid_t server)
{
    if (!record_remove(xen, domid) && !store_is_lost())
        return false;
    claim_destroy(xen, domid, server);
    return true;
}
