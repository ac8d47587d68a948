/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Virtual device numbers of disks: what "xvde" is in a guest's xenstore.
 * Source: the numbering that Xen's xen-vbd-interface(7) documents.
 */
#ifndef XEN_VDEV_H
#define XEN_VDEV_H

#include <stdbool.h>
#include <stdint.h>

#define VDEV_NAME_BYTES 16

enum vdev_bus { VDEV_XVD, VDEV_HD, VDEV_SD };

struct vdev {
    enum vdev_bus bus;
    uint32_t index;     /* 0 for the first disk of its bus */
    uint32_t partition; /* 0: the whole disk */
    char name[VDEV_NAME_BYTES];
};

/** Decode @number. Return: false when no scheme has it. */
bool vdev_decode(uint32_t number, struct vdev *vdev);

/**
 * Whether the toolstack also gives an HVM guest this disk as an emulated one, so that the BIOS
 * already has a drive for it. @ahci: the guest's emulated controller is an AHCI (hdtype="ahci").
 */
bool vdev_is_emulated(const struct vdev *vdev, bool ahci);

/** The controllers that the toolstack emulates disks on. */
enum vdev_controller { VDEV_IDE, VDEV_AHCI, VDEV_SCSI };

/**
 * Whether the emulated disk at @unit of @controller is this disk too. Units are counted over both
 * channels of the IDE; they are the ports of the AHCI and the targets of the SCSI bus.
 * Source: xl-disk-configuration(5), and what libxl tells QEMU to make.
 */
bool vdev_is_at(const struct vdev *vdev, enum vdev_controller controller, uint32_t unit);

/** Whether @a comes before @b in the order that users expect: by index, then by bus. */
bool vdev_before(const struct vdev *a, const struct vdev *b);

#endif
