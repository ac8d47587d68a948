/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Why a disk is not connected. A disk keeps the last reason, for the report of a boot that failed.
 */
#ifndef XEN_VBD_FAULT_H
#define XEN_VBD_FAULT_H

#include <stdint.h>

/** What failed. */
enum vbd_fault_what {
    VBD_FAULT_NONE,
    VBD_FAULT_XENSTORE,      /* xenstore cannot be used */
    VBD_FAULT_KIND,          /* the backend is not known to be ready again after a close */
    VBD_FAULT_SHARING,       /* no grant or event channel is free */
    VBD_FAULT_PUBLISHING,    /* the keys cannot be written */
    VBD_FAULT_GRANTS_GONE,   /* a restore or another owner has taken the grants away */
    VBD_FAULT_REFUSED,       /* the backend went to Closing or Closed */
    VBD_FAULT_PROPERTIES,    /* a key of the backend is missing or invalid */
    VBD_FAULT_SIZE,          /* the backend reports an impossible size */
    VBD_FAULT_UNITS,         /* the backend may count in units of its sector-size */
    VBD_FAULT_IMAGE,         /* the image is not that of the last connection */
    VBD_FAULT_WRITING_STATE, /* our state cannot be written */
    VBD_FAULT_READING_STATE, /* the backend's state cannot be read */
    VBD_FAULT_DETACHED,      /* the toolstack has removed the disk's directory */
    VBD_FAULT_SILENT,        /* the backend did not connect within the limit */
};

struct vbd_fault {
    enum vbd_fault_what what;
    int error;             /* -XEN_E* */
    uint32_t after_ms;     /* from the start of the connection */
    uint32_t sector_bytes; /* the backend's sector-size, for VBD_FAULT_UNITS */
};

/** Return what failed, for the log: a part of a sentence. */
const char *vbd_fault_text(enum vbd_fault_what what);

#endif
