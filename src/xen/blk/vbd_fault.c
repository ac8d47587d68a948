/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_fault.h"

const char *vbd_fault_text(enum vbd_fault_what what)
{
    switch (what) {
    case VBD_FAULT_XENSTORE:
        return "finding xenstore";
    case VBD_FAULT_KIND:
        return "its backend is of a kind that is not known to be ready again after a close";
    case VBD_FAULT_SHARING:
        return "sharing its pages";
    case VBD_FAULT_PUBLISHING:
        return "publishing its keys";
    case VBD_FAULT_GRANTS_GONE:
        return "its grants are gone";
    case VBD_FAULT_REFUSED:
        return "its backend refused";
    case VBD_FAULT_PROPERTIES:
    case VBD_FAULT_SIZE:
    case VBD_FAULT_UNITS:
        return "reading its properties";
    case VBD_FAULT_IMAGE:
        return "its backend has another image";
    case VBD_FAULT_WRITING_STATE:
        return "writing its state";
    case VBD_FAULT_READING_STATE:
        return "reading its backend's state";
    case VBD_FAULT_DETACHED:
        return "the toolstack has detached it";
    case VBD_FAULT_SILENT:
        return "its backend did not connect";
    default:
        return "it was not connected";
    }
}
