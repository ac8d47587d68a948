/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * POST: which emulated CD-ROM drives PV serves as well (cd_twin.h).
 */
#ifndef SEABIOS_CD_TWIN_SETUP_H
#define SEABIOS_CD_TWIN_SETUP_H

struct disk;

/** POST, once SeaBIOS knows all of its drives: let a PV CD-ROM serve the drive at its location, or
 * leave it to that drive. Takes no request to xenstored or to a drive. */
void cd_twin_setup(struct disk *disk);

#endif
