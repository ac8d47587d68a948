/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Keeps other processes from serving an ioreq server: binds its event channels.
 *
 *   ioreq-hold DOMID SERVER
 *
 * Prints "bound" when it has them, and runs until it is killed. It answers no access. Only for
 * guests with one virtual CPU.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <xenevtchn.h>

#include "ioreq_page.h"

int main(int arguments, char **argument)
{
    if (arguments != 3)
        errx(2, "usage: ioreq-hold DOMID SERVER");
    domid_t domain = (domid_t)atoi(argument[1]);
    struct shared_iopage *page = ioreq_page_map(domain, (ioservid_t)atoi(argument[2]));
    xenevtchn_handle *events = xenevtchn_open(NULL, 0);

    if (!events)
        err(1, "xenevtchn_open");
    if (xenevtchn_bind_interdomain(events, domain, page->vcpu_ioreq[0].vp_eport) < 0)
        err(1, "xenevtchn_bind_interdomain");
    puts("bound");
    fflush(stdout);
    for (;;)
        pause();
}
