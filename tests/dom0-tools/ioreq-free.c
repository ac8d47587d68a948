/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Prints how many ioreq servers Xen can still create for a guest: one fewer for each that exists.
 *
 *   ioreq-free DOMID
 *
 * It creates servers until Xen refuses, and destroys them. They have no ports and are not enabled,
 * so the guest does not notice them.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include <xendevicemodel.h>

#include <xen/hvm/dm_op.h>

/* Xen allows 8 for a guest. */
#define SERVERS_MAX 64u

int main(int arguments, char **argument)
{
    ioservid_t servers[SERVERS_MAX];
    unsigned count = 0;

    if (arguments != 2)
        errx(2, "usage: ioreq-free DOMID");
    domid_t domain = (domid_t)atoi(argument[1]);
    xendevicemodel_handle *model = xendevicemodel_open(NULL, 0);
    if (!model)
        err(1, "xendevicemodel_open");
    while (count < SERVERS_MAX && !xendevicemodel_create_ioreq_server(
                                      model, domain, HVM_IOREQSRV_BUFIOREQ_OFF, &servers[count]))
        count++;
    for (unsigned i = 0; i < count; i++)
        if (xendevicemodel_destroy_ioreq_server(model, domain, servers[i]))
            err(1, "xendevicemodel_destroy_ioreq_server");
    printf("%u\n", count);
    return 0;
}
