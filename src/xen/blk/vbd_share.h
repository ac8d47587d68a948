/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What a disk shares with its backend while it is open: grants, an event channel, and the keys that
 * announce them to the backend. Only for the files listed in vbd.h.
 */
#ifndef XEN_VBD_SHARE_H
#define XEN_VBD_SHARE_H

#include "vbd.h"
#include "xen/base/log.h"

/** Number of times that each request is tried while a disk is closed: xenstored may be short of
 * memory, and a key left behind would disturb the next owner. */
#define VBD_CLOSE_TRIES 3

/** Grant the ring and the bounce pages, by consecutive references, and allocate a port. Return: 0,
 * or an error: call vbd_unshare. */
int vbd_share(struct vbd *vbd);

/**
 * Check whether the grants are still valid; map the grant table again before denying it. After a
 * restore or a migration they are not, and the port is gone too.
 */
bool vbd_is_shared(struct vbd *vbd);

/** Check whether the grants of the first @pages bounce pages are valid, too, after vbd_is_shared:
 * another driver of this guest may have taken a reference whose page the backend has not mapped. */
bool vbd_pages_are_shared(const struct vbd *vbd, uint32_t pages);

/**
 * End all grants and close the port.
 *
 * Return: false if the backend still has one of the pages mapped; that grant stays.
 */
bool vbd_unshare(struct vbd *vbd);

/** Forget the port of a connection that is gone. Close it only if the grant of the ring stands: if
 * not, its number may be in use by another owner. In hook mode, find out whether it went with a
 * move of the guest (core_note_move); if not, the daemon has closed the disk: become strict. */
void vbd_forget_port(struct vbd *vbd);

/** End the grants alone, except those whose references now belong to another owner. Return: as
 * vbd_unshare. */
bool vbd_end_grants(struct vbd *vbd);

/** Publish in one transaction what the backend needs to connect, and the mark of the owner (see
 * handover.h). Return: 0 or an error of xenstore. */
int vbd_publish(struct vbd *vbd);

/** Remove all that vbd_publish wrote. @state: the frontend's afterwards: Initialising; or Closed if
 * the backend has yet to follow, which needs to see that state. Return: 0, or an error of xenstore
 * if something is left. */
int vbd_unpublish(struct vbd *vbd, enum xenbus_state state);

/** Check whether something else has completely closed the connection: a restore, or the daemon in
 * dom0. */
bool vbd_was_closed(struct vbd *vbd);

/** Check whether the xenstore client is closed and stays closed; after a restore it can be opened
 * again. */
bool vbd_store_is_gone(struct vbd *vbd);

#endif
