/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "drives_close.h"

#include "bios_disks.h"
#include "biosvar.h" // SET_LOW
#include "kept.h"
#include "twin.h"
#include "xen/disk/disks_handover.h"

int VISIBLE32FLAT xenpv_close_32(u32 occasion)
{
    if (!xenpv_disks)
        return 0;
    switch (occasion) {
    case XENPV_CLOSE_FOR_SYSTEM:
        kept_prepare();
        disks_leave(xenpv_disks);
        break;
    case XENPV_CLOSE_FOR_OTHER_DRIVE:
        kept_prepare();
        disks_close_idle(xenpv_disks);
        break;
    default:
        kept_abandon();
        SET_LOW(XenpvCdAsked, 0);
        disks_close_all(xenpv_disks);
        break;
    }
    twin_close_pending();
    xenpv_note_open();
    return 0;
}
