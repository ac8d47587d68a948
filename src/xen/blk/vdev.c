/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vdev.h"

#include "xen/base/platform.h"

#define MAJOR_XVD  202u
#define MAJOR_IDE0 3u
#define MAJOR_IDE1 22u
#define MAJOR_SD   8u

/* Set in the extended numbers, which have room for more disks and partitions. */
#define EXTENDED           (1u << 28)
#define EXTENDED_INDEX_MAX 0xfffffu

/* libxl emulates this many hd* and xvd* disks on each kind of controller. */
#define EMULATED_IDE  4u
#define EMULATED_AHCI 6u

/* Write "a" to "z", "aa" and so on, as Linux names disks. Return: the end of the text. */
static char *vdev_letters(char *to, uint32_t index)
{
    unsigned letters = 1;

    for (uint32_t rest = index; rest >= 26; rest = rest / 26 - 1)
        letters++;
    for (unsigned i = letters; i > 0; i--) {
        to[i - 1] = (char)('a' + index % 26);
        index = index / 26 - 1;
    }
    return to + letters;
}

static bool vdev_numbers(uint32_t number, struct vdev *vdev)
{
    uint32_t major = number >> 8, minor = number & 0xff;

    if (number & EXTENDED) {
        vdev->bus = VDEV_XVD;
        vdev->index = (number & ~EXTENDED) >> 8;
        vdev->partition = minor;
        return vdev->index <= EXTENDED_INDEX_MAX;
    }
    switch (major) {
    case MAJOR_XVD:
    case MAJOR_SD:
        vdev->bus = major == MAJOR_XVD ? VDEV_XVD : VDEV_SD;
        vdev->index = minor >> 4;
        vdev->partition = minor & 0xf;
        return true;
    case MAJOR_IDE0:
    case MAJOR_IDE1:
        vdev->bus = VDEV_HD;
        vdev->index = (minor >> 6) + (major == MAJOR_IDE1 ? 2 : 0);
        vdev->partition = minor & 0x3f;
        return minor < 0x80;
    default:
        return false;
    }
}

bool vdev_decode(uint32_t number, struct vdev *vdev)
{
    static const char prefixes[][4] = {[VDEV_XVD] = "xvd", [VDEV_HD] = "hd", [VDEV_SD] = "sd"};

    if (!vdev_numbers(number, vdev))
        return false;
    vdev->number = number;

    char *end = vdev->name;
    for (const char *prefix = prefixes[vdev->bus]; *prefix; prefix++)
        *end++ = *prefix;
    end = vdev_letters(end, vdev->index);
    *end = 0;
    if (vdev->partition)
        platform_snprintf(end, (uint32_t)(vdev->name + sizeof(vdev->name) - end), "%u",
                          vdev->partition);
    return true;
}

bool vdev_is_emulated(const struct vdev *vdev, bool ahci)
{
    if (vdev->partition)
        return false;
    return vdev->bus == VDEV_SD || vdev->index < (ahci ? EMULATED_AHCI : EMULATED_IDE);
}

bool vdev_is_emulated_cd(const struct vdev *vdev)
{
    return vdev->index < EMULATED_IDE;
}

bool vdev_is_at(const struct vdev *vdev, enum vdev_controller controller, uint32_t unit)
{
    if (vdev->partition || vdev->index != unit)
        return false;
    if (vdev->bus == VDEV_SD)
        return controller == VDEV_SCSI;
    return controller != VDEV_SCSI && vdev_is_emulated(vdev, controller == VDEV_AHCI);
}

bool vdev_before(const struct vdev *a, const struct vdev *b)
{
    if (a->index != b->index)
        return a->index < b->index;
    if (a->bus != b->bus)
        return a->bus < b->bus;
    return a->partition < b->partition;
}
