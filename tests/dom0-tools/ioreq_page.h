/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The page to which Xen writes the accesses for an ioreq server. */
#ifndef IOREQ_PAGE_H
#define IOREQ_PAGE_H

#include <xendevicemodel.h>

#include <xen/hvm/ioreq.h>

/** Map the page of a server. Exits if that fails. */
struct shared_iopage *ioreq_page_map(domid_t domain, ioservid_t server);

#endif
