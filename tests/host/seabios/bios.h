/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A machine with the BIOS, and what the tests do with it.
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

/** The most sectors that one call moves. */
#define SECTORS_MAX 128u

/** The data that was read last or is written next; and the count that the BIOS has left in the last
 * request. */
extern uint8_t bios_data[2 * SECTORS_MAX * DISK_SECTOR_SIZE];
extern unsigned bios_count;

/** Make a new machine without disks, with all options on and with @mode for the hand-over. */
void bios_reset(const char *mode);

/** Take the VGA, its BIOS and its memory out of the machine that bios_reset has made. */
void bios_remove_vga(void);

/** Run POST, up to the first device that boots. */
void bios_start(void);

/** Boot code gives up: int 18h. */
void bios_give_up(void);

/** The hard disk with this number, from 0 on; NULL if there is none. */
struct drive_s *bios_drive(unsigned number);

/** Send a request for bios_data to a drive, from a caller in some mode. Return: its status. */
int bios_call(enum machine_caller caller, struct drive_s *drive, u8 command, u64 sector,
              unsigned count);

/** The same for @buffer. */
int bios_call_at(enum machine_caller caller, struct drive_s *drive, u8 command, u64 sector,
                 unsigned count, void *buffer);

/** The same as bios_call from real mode. */
int bios_read(struct drive_s *drive, u64 sector, unsigned count);
int bios_write(struct drive_s *drive, u64 sector, unsigned count);

/** Fill bios_data with bytes that were not used before. */
void bios_renew_data(void);

/** Whether @count sectors of the image equal those in bios_data. */
bool bios_is_in_image(u64 sector, unsigned count);

/** Read from real mode and compare with the image. */
void bios_check_read(struct drive_s *drive, u64 sector, unsigned count);

/** Write new bytes from real mode and check that the image has them. */
void bios_check_write(struct drive_s *drive, u64 sector, unsigned count);

/** Whether a backend still has the last connection. */
bool bios_is_open(const struct backend *backend);

/**** Twins ****/

/** A disk that is both emulated and PV, with SeaBIOS' drive for it. */
struct bios_twin {
    struct backend *backend;
    struct emulated *emulated;
    struct drive_s *drive;
};

/** Make a machine whose first disk is a twin, before POST. */
void bios_make_twin(struct bios_twin *twin, const char *mode, enum emulated_kind kind);

/** The same after POST, when PV serves the disk. */
void bios_start_twin(struct bios_twin *twin, const char *mode, enum emulated_kind kind);

/** Which side has served since the last call of this: 'p' PV, 'e' the emulated disk, 'b' both, '-'
 * none. */
char bios_served(struct bios_twin *twin);

/** Fail the test unless that side alone serves a read and a write, and the image has the data. */
void bios_check_served_by(struct bios_twin *twin, char side);

#endif
