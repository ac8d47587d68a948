/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Drives and requests to them: the names of SeaBIOS' block.h. */
#ifndef FAKE_BLOCK_H
#define FAKE_BLOCK_H

#include "types.h"

struct chs_s {
    u16 head, cylinder, sector;
};

struct drive_s {
    struct chs_s lchs, pchs;
    u64 sectors;
    u32 cntl_id;
    u16 blksize;
    u8 type;
};

struct disk_op_s {
    struct drive_s *drive_fl;
    void *buf_fl;
    u64 lba;
    u16 count;
    u8 command;
    u16 blocksize; /* of CMD_SCSI */
    void *cdbcmd;
};

enum {
    CMD_RESET = 0x00,
    CMD_READ = 0x02,
    CMD_WRITE = 0x03,
    CMD_VERIFY = 0x04,
    CMD_FORMAT = 0x05,
    CMD_SEEK = 0x07,
    CMD_ISREADY = 0x10,
    CMD_SCSI = 0x20,
};

enum {
    DTYPE_FLOPPY = 0x10,
    DTYPE_ATA = 0x20,
    DTYPE_ATA_ATAPI = 0x21,
    DTYPE_CDEMU = 0x40,
    DTYPE_AHCI = 0x50,
    DTYPE_LSI_SCSI = 0x80,
};

/* Kinds of drives, each with its numbers. */
enum { EXTTYPE_FLOPPY, EXTTYPE_HD, EXTTYPE_CD, EXTTYPES };

#define EXTSTART_HD 0x80
#define EXTSTART_CD 0xe0

#define BUILD_MAX_EXTDRIVE 16

#define DISK_SECTOR_SIZE  512
#define CDROM_SECTOR_SIZE 2048

/* The tables of the first two hard disks, with what the tests look at. */
struct fdpt_s {
    u64 sectors;
    bool is_translated;
};
struct extended_bios_data_area_s {
    struct fdpt_s fdpt[2];
};
struct extended_bios_data_area_s *get_ebda_ptr(void);

extern u8 FloppyCount;

struct drive_s *getDrive(u8 exttype, u8 number);
void map_hd_drive(struct drive_s *drive);
void map_cd_drive(struct drive_s *drive);
void block_setup(void);
int default_process_op(struct disk_op_s *op);
int process_op(struct disk_op_s *op);
int fill_edd(struct segoff_s edd, struct drive_s *drive_fl);

/* Only in the fake: free all numbers. */
void block_reset(void);

#endif
