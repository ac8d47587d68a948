/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "status.h"

#include "std/disk.h"        // DISK_RET_*
#include "xen/base/public.h" // XEN_E*

/*
 * The only place that translates an error of the core into a status of int13. An error without a
 * status of its own, such as sectors beyond the end, gets the one that SeaBIOS' own drivers return.
 */
int int13_status(int error)
{
    switch (error) {
    case 0:
        return DISK_RET_SUCCESS;
    case -XEN_EAGAIN:
        return DISK_RET_ECHANGED;
    case -XEN_ENXIO:
        return INT13_NO_MEDIUM;
    case -XEN_EROFS:
        return DISK_RET_EWRITEPROTECT;
    case -XEN_ETIMEDOUT:
        return DISK_RET_ETIMEOUT;
    case -XEN_EBUSY:
    case -XEN_ENOTCONN:
        return DISK_RET_ENOTREADY;
    case -XEN_EBADMSG:
        return DISK_RET_ECONTROLLER;
    default:
        return DISK_RET_EBADTRACK;
    }
}
