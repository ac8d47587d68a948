/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * SeaBIOS drives for the CD-ROM drives that exist only as PV devices.
 */
#ifndef SEABIOS_CD_DRIVE_H
#define SEABIOS_CD_DRIVE_H

struct disk;

/** POST: register a drive, with or without a medium. @order: the index of the disk. */
void cd_drive_register(struct disk *disk, unsigned order);

#endif
