/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Shows a guest's accesses to one I/O port: claims the port as an emulator beside QEMU.
 *
 *   ioreq-watch DOMID PORT     PORT: hexadecimal
 *
 * Prints "claimed" when it has the port, then a line for each access: "write PORT size BYTES data
 * VALUE" or "read PORT size BYTES"; a read returns ones. Runs until it is killed. Only for guests
 * with one virtual CPU.
 */
#include <err.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <xendevicemodel.h>
#include <xenevtchn.h>

#include "ioreq_page.h"

/* Become the emulator of the port. Return: the page of accesses. */
static struct shared_iopage *claim(domid_t domain, uint64_t port)
{
    xendevicemodel_handle *model = xendevicemodel_open(NULL, 0);
    ioservid_t server;

    if (!model)
        err(1, "xendevicemodel_open");
    if (xendevicemodel_create_ioreq_server(model, domain, HVM_IOREQSRV_BUFIOREQ_OFF, &server))
        err(1, "xendevicemodel_create_ioreq_server");
    struct shared_iopage *page = ioreq_page_map(domain, server);
    if (xendevicemodel_map_io_range_to_ioreq_server(model, domain, server, 0, port, port))
        err(1, "xendevicemodel_map_io_range_to_ioreq_server");
    if (xendevicemodel_set_ioreq_server_state(model, domain, server, 1))
        err(1, "xendevicemodel_set_ioreq_server_state");
    return page;
}

static void answer(struct ioreq *request)
{
    if (request->type == IOREQ_TYPE_PIO && request->dir == IOREQ_WRITE) {
        printf("write %" PRIx64 " size %u data %" PRIx64 "\n", request->addr, request->size,
               request->data);
    } else if (request->type == IOREQ_TYPE_PIO) {
        printf("read %" PRIx64 " size %u\n", request->addr, request->size);
        request->data = UINT64_MAX;
    }
    /* Other requests, such as "invalidate your mappings", only need an answer. */
}

int main(int arguments, char **argument)
{
    if (arguments != 3)
        errx(2, "usage: ioreq-watch DOMID PORT");
    domid_t domain = (domid_t)atoi(argument[1]);
    struct ioreq *request = claim(domain, strtoul(argument[2], NULL, 16))->vcpu_ioreq;
    xenevtchn_handle *events = xenevtchn_open(NULL, 0);

    if (!events)
        err(1, "xenevtchn_open");
    int port = xenevtchn_bind_interdomain(events, domain, request->vp_eport);
    if (port < 0)
        err(1, "xenevtchn_bind_interdomain");
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("claimed");
    for (;;) {
        if (xenevtchn_pending(events) < 0 || xenevtchn_unmask(events, (evtchn_port_t)port))
            err(1, "waiting for an access");
        if (request->state != STATE_IOREQ_READY)
            continue;
        __sync_synchronize();
        answer(request);
        __sync_synchronize();
        request->state = STATE_IORESP_READY;
        xenevtchn_notify(events, (evtchn_port_t)port);
    }
}
