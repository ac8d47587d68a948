/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "server.h"

#include <errno.h>

#include "claim.h"
#include "record.h"

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
    if (!failed)
        claim_destroy(xen, domid, *server);
    record_remove(xen, domid);
    errno = error;
    return -1;
}

void server_destroy(const struct xen *xen, uint32_t domid, ioservid_t server)
{
    const struct record record = {.server = server, .phase = RECORD_UNUSED};

    record_write(xen, domid, &record);
    claim_destroy(xen, domid, server);
    record_remove(xen, domid);
}
