/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "page_cache.h"

#include <errno.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "device.h"

/* It may outlive the daemon, so it
 * closes the daemon's lock and event channels; it does not inherit the mappings of Xen's pages.
 * BLKFLSBUF, unlike fsync, does not flush the device's own cache, which need not be flushed. */
static void __attribute__((noreturn)) drop_in_child(const char *path, dev_t device)
{
    closefrom(0);
    int file = device_open(path, device);
    if (file < 0)
        _exit(errno);
    _exit(ioctl(file, BLKFLSBUF, 0) ? errno : 0);
}

int page_cache_drop_start(struct page_cache_drop *drop, dev_t device)
{
    char path[DEVICE_PATH_BYTES];
    int error = device_node("", device, path);

    if (error)
        return error;
    if (child_is_killed(CHILD_DROP, device))
        return EBUSY;
    pid_t process = child_start(CHILD_DROP);
    if (process < 0)
        return errno;
    if (!process)
        drop_in_child(path, device);
    *drop = (struct page_cache_drop){.process = process, .device = device};
    return 0;
}

int page_cache_drop_poll(struct page_cache_drop *drop)
{
    int status;

    if (!child_has_ended(CHILD_DROP, drop->process, &status))
        return EINPROGRESS;
    drop->process = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

void page_cache_drop_abandon(struct page_cache_drop *drop)
{
    if (drop->process)
        child_kill(CHILD_DROP, drop->process, drop->device);
    drop->process = 0;
}
