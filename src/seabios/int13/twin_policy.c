/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "twin_policy.h"

#include "xen/base/public.h"

const char *twin_reason_to_leave(bool enabled, bool raw)
{
    if (!enabled)
        return "this BIOS is configured not to serve such disks";
    if (!raw)
        return "its image is not known to be raw";
    return 0;
}

enum twin_match twin_match(bool found, bool taken, uint64_t emulated_sectors, uint64_t sectors)
{
    if (!found)
        return TWIN_MATCH_NONE;
    if (taken)
        return TWIN_MATCH_OTHER;
    return emulated_sectors == sectors ? TWIN_MATCH_SAME : TWIN_MATCH_MISMATCH;
}

enum twin_answer twin_answer(int error, bool write_lost)
{
    switch (error) {
    case 0:
    case -XEN_EBUSY:
    case -XEN_EINVAL:
    case -XEN_EROFS:
        return TWIN_ANSWER_PV;
    default:
        return write_lost ? TWIN_ANSWER_ERROR : TWIN_ANSWER_EMULATED;
    }
}
