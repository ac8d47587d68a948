/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A machine with the BIOS: what the tests do with it.
 */
#ifndef BIOS_H
#define BIOS_H

#include "block.h"
#include "config.h"
#include "emulated.h"
#include "machine.h"
#include "model/world.h"
#include "std/disk.h"
#include "test.h"
#include "util.h"

/** Virtual device numbers of "xvda" and after, and of "sda" and after. */
#define XVD(index) (202u << 8 | (index) << 4)
#define SD(index)  (8u << 8 | (index) << 4)

/** What one call moves at most, and more than that. */
#define SECTORS_MAX 128u

/** What was read last, what is written next, and the count that the BIOS has left in the last
 * request. */
extern uint8_t bios_data[2 * SECTORS_MAX * DISK_SECTOR_SIZE];
extern unsigned bios_count;

/** A new machine with all options on, whose hand-over is @mode; without any disk. */
void bios_reset(const char *mode);

/** POST, up to the first device that is booted. */
void bios_start(void);

/** The hard disk with this number, from 0 on. NULL: there is none. */
struct drive_s *bios_drive(unsigned number);

/** A request to a drive from a caller in some mode, for bios_data. Return: its status. */
int bios_call(enum machine_caller caller, struct drive_s *drive, u8 command, u64 sector,
              unsigned count);

/** The same from real mode. */
int bios_read(struct drive_s *drive, u64 sector, unsigned count);
int bios_write(struct drive_s *drive, u64 sector, unsigned count);

/** Fill bios_data with bytes that there have not been yet. */
void bios_renew_data(void);

/** Whether @count sectors of the image are those in bios_data. */
bool bios_is_in_image(u64 sector, unsigned count);

/** Read from real mode and compare with the image. */
void bios_check_read(struct drive_s *drive, u64 sector, unsigned count);

/** Write new bytes from real mode and look for them in the image. */
void bios_check_write(struct drive_s *drive, u64 sector, unsigned count);

/** Whether a backend has the connection that was opened last yet. */
bool bios_is_open(const struct backend *backend);

/**** Twins ****/

/** A disk that is emulated and offered as PV disk, with SeaBIOS' drive for it. */
struct bios_twin {
    struct backend *backend;
    struct emulated *emulated;
    struct drive_s *drive;
};

/** A machine with such a disk as its first one, before POST. */
void bios_make_twin(struct bios_twin *twin, const char *mode, enum emulated_kind kind);

/** The same after POST, which has it served by PV. */
void bios_start_twin(struct bios_twin *twin, const char *mode, enum emulated_kind kind);

/** Which side has served since the last look: 'p' PV, 'e' the emulated disk, 'b' both, '-' none. */
char bios_served(struct bios_twin *twin);

/** Fail the test unless a read and a write are served by that side alone, and in the image. */
void bios_check_served_by(struct bios_twin *twin, char side);

#endif
