/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Virtual device numbers of disks: the number that stands for "xvde" in a guest's xenstore. Source:
 * Xen's xen-vbd-interface(7).
 */
#ifndef XEN_VDEV_H
#define XEN_VDEV_H

#include <stdbool.h>
#include <stdint.h>

#define VDEV_NAME_BYTES 16

enum vdev_bus { VDEV_XVD, VDEV_HD, VDEV_SD };

struct vdev {
    uint32_t number; /* as in device/vbd/NUMBER */
    enum vdev_bus bus;
    uint32_t index;     /* 0 for the first disk of its bus */
    uint32_t partition; /* 0: the whole disk */
    char name[VDEV_NAME_BYTES];
};

/** Decode @number. Return: false if no numbering scheme has it. */
bool vdev_decode(uint32_t number, struct vdev *vdev);

/**
 * Check whether the toolstack also emulates this disk for an HVM guest, so that the BIOS already
 * has a drive for it. @ahci: the guest's emulated controller is an AHCI (hdtype="ahci").
 */
bool vdev_is_emulated(const struct vdev *vdev, bool ahci);

/** The same for a CD-ROM drive, which the toolstack emulates on the IDE controller, whatever the
 * name of its bus is. */
bool vdev_is_emulated_cd(const struct vdev *vdev);

/** The controllers on which the toolstack emulates disks. */
enum vdev_controller { VDEV_IDE, VDEV_AHCI, VDEV_SCSI };

/**
 * Check whether the emulated disk at @unit of @controller is this disk. Units are counted across
 * both channels of the IDE controller; they are the ports of the AHCI and the targets of the SCSI
 * bus. Source: xl-disk-configuration(5), and how libxl configures QEMU.
 */
bool vdev_is_at(const struct vdev *vdev, enum vdev_controller controller, uint32_t unit);

/** Check whether @a comes before @b in the order that users expect: by index, then by bus. */
bool vdev_before(const struct vdev *a, const struct vdev *b);

#endif
