/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "ioreq_page.h"

#include <err.h>
#include <sys/mman.h>

#include <xenforeignmemory.h>

#include <xen/memory.h>

struct shared_iopage *ioreq_page_map(domid_t domain, ioservid_t server)
{
    xenforeignmemory_handle *memory = xenforeignmemory_open(NULL, 0);
    void *page = NULL;

    if (!memory)
        err(1, "xenforeignmemory_open");
    if (!xenforeignmemory_map_resource(memory, domain, XENMEM_resource_ioreq_server, server,
                                       XENMEM_resource_ioreq_server_frame_ioreq(0), 1, &page,
                                       PROT_READ | PROT_WRITE, 0))
        err(1, "xenforeignmemory_map_resource");
    return page;
}
