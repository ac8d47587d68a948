/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * What a disk shares with its backend while it is open: grants, an event channel, and the keys that
 * tell the backend of them. For the files of vbd.h only.
 */
#ifndef XEN_VBD_SHARE_H
#define XEN_VBD_SHARE_H

#include "vbd.h"
#include "xen/base/log.h"

/** What xenstored refuses while a disk is closed is tried so often: it may be short of something,
 *  and a key that is left behind is the next owner's trouble. */
#define VBD_CLOSE_TRIES 3

/** Grant the ring and the bounce pages, by references in a row, and make a port. Return: 0 or an
 *  error; then unshare. */
int vbd_share(struct vbd *vbd);

/**
 * Whether what was shared still is; looks with the grant table mapped anew before it says no. After
 * a restore or a migration it is not, and the port is gone with it.
 */
bool vbd_is_shared(struct vbd *vbd);

/**
 * End all grants and close the port.
 *
 * Return: false if the backend still has one of the pages mapped; that grant stands.
 */
bool vbd_unshare(struct vbd *vbd);

/** The grants alone: of references that are another owner's by now nothing is touched. Return: as
 *  vbd_unshare. */
bool vbd_end_grants(struct vbd *vbd);

/** Tell the backend all at once what it needs to connect, and everyone whose connection it is (see
 *  handover.h). Return: 0 or an error of xenstore. */
int vbd_publish(struct vbd *vbd);

/** Remove all that vbd_publish wrote. @state: of the frontend after it: Initialising; or Closed,
 * for a backend that has yet to follow: without that state it never would. Return: 0 or an error of
 *  xenstore; then something is left. */
int vbd_unpublish(struct vbd *vbd, enum xenbus_state state);

/** Whether others have closed the connection, and all of it: a restore, or the hook in dom0. */
bool vbd_was_closed(struct vbd *vbd);

/** Whether there is no xenstore any more; after a restore there is another one. */
bool vbd_store_is_gone(struct vbd *vbd);

#endif
