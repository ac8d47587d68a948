/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Linux has 12 bits and 20 bits. */
#define MAJOR_MAX 0xfffu
#define MINOR_MAX 0xfffffu

#define UEVENT_BYTES 1024
#define NAME_KEY     "DEVNAME="

/* Parse the hexadecimal digits at *text, and advance it past them. */
static bool hex_scan(const char **text, uint32_t max, uint32_t *number)
{
    static const char digits[] = "0123456789abcdef";
    const char *digit;
    uint32_t value = 0;
    bool found = false;

    for (; **text && (digit = strchr(digits, **text)); (*text)++) {
        value = value << 4 | (uint32_t)(digit - digits);
        if (value > max)
            return false;
        found = true;
    }
    *number = value;
    return found;
}

bool device_parse(const char *text, dev_t *device)
{
    uint32_t major, minor;

    if (!hex_scan(&text, MAJOR_MAX, &major) || *text != ':')
        return false;
    text++;
    if (!hex_scan(&text, MINOR_MAX, &minor) || *text)
        return false;
    *device = makedev(major, minor);
    return true;
}

/* Read a small file as text. Return: 0, or an errno. */
static int file_read(const char *path, char *text, size_t size)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return errno;
    ssize_t length = read(file, text, size - 1);
    int error = length < 0 ? errno : 0;
    close(file);
    text[length < 0 ? 0 : length] = 0;
    return error;
}

int device_node(const char *root, dev_t device, char path[DEVICE_PATH_BYTES])
{
    char text[UEVENT_BYTES], *lines = text, *line;

    snprintf(path, DEVICE_PATH_BYTES, "%s/sys/dev/block/%u:%u/uevent", root, major(device),
             minor(device));
    int error = file_read(path, text, sizeof(text));
    if (error)
        return error;
    while ((line = strsep(&lines, "\n"))) {
        if (strncmp(line, NAME_KEY, strlen(NAME_KEY)))
            continue;
        int length = snprintf(path, DEVICE_PATH_BYTES, "%s/dev/%s", root, line + strlen(NAME_KEY));
        return length < DEVICE_PATH_BYTES ? 0 : ENAMETOOLONG;
    }
    return ENOENT;
}

static bool is_device(const struct stat *found, dev_t device)
{
    return S_ISBLK(found->st_mode) && found->st_rdev == device;
}

int device_open(const char *path, dev_t device)
{
    struct stat found;

    /* Check before the open, which may have side effects on other devices. */
    if (stat(path, &found))
        return -1;
    errno = ENOTBLK;
    if (!is_device(&found, device))
        return -1;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0 || (!fstat(file, &found) && is_device(&found, device)))
        return file;
    close(file);
    errno = ENOTBLK;
    return -1;
}
