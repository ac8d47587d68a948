/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The medium of a CD-ROM drive, as the backend's keys in xenstore describe it.
 *
 * No key says that a medium was changed. The toolstack puts the image into the key "params" of the
 * backend, which is empty for a drive without a medium, or removes the device and makes it again.
 */
#ifndef XEN_VBD_MEDIUM_H
#define XEN_VBD_MEDIUM_H

#include "vbd.h"

enum vbd_medium {
    VBD_MEDIUM_UNKNOWN, /* xenstore does not tell */
    VBD_MEDIUM_CLOSING, /* the backend closes the connection; what it has then is not known */
    VBD_MEDIUM_ABSENT,  /* no image, or no device */
    VBD_MEDIUM_LEAVING, /* none: the toolstack removes the device, and waits for the frontend */
    VBD_MEDIUM_PRESENT,
};

/**
 * Read whether the backend of a drive has a medium. Takes one round trip, and does not wait for the
 * backend.
 *
 * @identity: set to a number that another image most likely does not have, if there is a medium.
 */
enum vbd_medium vbd_read_medium(struct vbd *vbd, uint32_t *identity);

/** The same for a drive whose device may be another one by now. Takes two round trips. */
enum vbd_medium vbd_read_medium_again(struct vbd *vbd, uint32_t *identity);

/**
 * Return the medium of a connection that was just made, of a removable drive: what its backend
 * had in "params" when it was connected. Takes no round trip. To be called before the medium is
 * read again.
 *
 * @identity: set as by vbd_read_medium. Return: VBD_MEDIUM_PRESENT; VBD_MEDIUM_ABSENT if the key
 * names no image or is missing; VBD_MEDIUM_UNKNOWN if it could not be read.
 */
enum vbd_medium vbd_medium_of_connection(const struct vbd *vbd, uint32_t *identity);

/** Forget the size of the blocks that was learned from another medium than that of the connection:
 * it is learned again, from this size on. */
void vbd_forget_blocks(struct vbd *vbd);

/** Forget what is known of the backend of a closed drive: another one has another medium. */
void vbd_forget_medium(struct vbd *vbd);

#endif
