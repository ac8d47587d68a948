/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The disks that QEMU emulates. All show the image of the backends (model/disk.h) through dom0's
 * page cache: a page that was read stays the same until blkback connects to the device, and a write
 * writes the whole page.
 */
#ifndef EMULATED_H
#define EMULATED_H

#include "block.h"
#include "model/world.h"

#define EMULATED_PAGE_SECTORS 8u
#define EMULATED_PAGES        (WORLD_DISK_SECTORS / EMULATED_PAGE_SECTORS)

enum emulated_kind { EMULATED_IDE, EMULATED_CD, EMULATED_AHCI, EMULATED_LSI, EMULATED_FLOPPY };

/* The medium of a CD-ROM drive: a part of the image. */
struct emulated_medium {
    uint64_t first_sector;
    uint32_t blocks; /* of 2048 bytes; 0: there is no medium */
    bool changed;    /* since the last command, which fails then */
};

struct emulated {
    enum emulated_kind kind;
    unsigned unit;                 /* IDE: channel * 2 + slave; AHCI: port; LSI: target */
    struct drive_s *drive;         /* SeaBIOS' */
    struct pci_device *pci;        /* its controller */
    const struct backend *backend; /* of the same block device, which drops the page cache when it
                                      connects; NULL: an image file, which has one cache */
    bool broken;                   /* each transfer fails */
    void (*during)(void);          /* called in the middle of each transfer; may be NULL */
    unsigned transfers;            /* reads and writes that SeaBIOS' driver has done */
    unsigned scsi_commands;        /* other commands that a CD-ROM drive has got */
    struct emulated_medium medium; /* of a CD-ROM drive */

    unsigned seen_connects;
    bool cached[EMULATED_PAGES];
    uint8_t pages[EMULATED_PAGES][EMULATED_PAGE_SECTORS * DISK_SECTOR_BYTES];
};

void emulated_reset(void);

/** Add a disk of WORLD_DISK_SECTORS to the machine, before POST. */
struct emulated *emulated_add(enum emulated_kind kind, unsigned unit);

/** The thread of POST that finds the disks. */
void emulated_register(void *unused);

/** SeaBIOS' driver of a disk. */
int emulated_process_op(struct disk_op_s *op);

/** xl cd-insert and cd-eject: another medium, which begins at @first_sector and has @blocks; 0:
 * none. */
void emulated_insert(struct emulated *cd, uint64_t first_sector, uint32_t blocks);

/** Accesses of an operating system's driver, which the BIOS does not see. */
void emulated_foreign_read(struct emulated *disk, uint64_t sector, void *buffer);
void emulated_foreign_write(struct emulated *disk, uint64_t sector, const void *buffer);

/** The same by DMA, of a CD-ROM drive: any command, which gets the report of another medium. */
void emulated_foreign_dma(struct emulated *cd);

/** A program in dom0 reads the whole block device. */
void emulated_cache_all(struct emulated *disk);

#endif
