/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "page_cache.h"

#include <errno.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"

/* Maximum number of children, including those of abandoned drops. */
#define PROCESSES_MAX 64u

static unsigned process_count;
static struct page_cache_drop abandoned[PROCESSES_MAX];

static bool is_abandoned(dev_t device)
{
    for (unsigned i = 0; i < PROCESSES_MAX; i++)
        if (abandoned[i].process && abandoned[i].device == device)
            return true;
    return false;
}

static void abandoned_add(const struct page_cache_drop *drop)
{
    unsigned slot = 0;

    while (abandoned[slot].process)
        slot++;
    abandoned[slot] = *drop;
}

/* libxenstore has a thread, so the child only makes system calls. It may outlive the daemon, so it
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
    if (process_count == PROCESSES_MAX || is_abandoned(device))
        return EBUSY;
    pid_t process = fork();
    if (process < 0)
        return errno;
    if (!process)
        drop_in_child(path, device);
    process_count++;
    *drop = (struct page_cache_drop){.process = process, .device = device};
    return 0;
}

/* Reap a child if it has ended. Return: whether it has; *status is its status then. */
static bool has_ended(struct page_cache_drop *drop, int *status)
{
    if (!waitpid(drop->process, status, WNOHANG))
        return false;
    drop->process = 0;
    process_count--;
    return true;
}

int page_cache_drop_poll(struct page_cache_drop *drop)
{
    int status = 0;

    if (!has_ended(drop, &status))
        return EINPROGRESS;
    return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

void page_cache_drop_abandon(struct page_cache_drop *drop)
{
    if (!drop->process)
        return;
    kill(drop->process, SIGKILL);
    abandoned_add(drop);
    drop->process = 0;
}

void page_cache_reap(void)
{
    int status;

    for (unsigned i = 0; i < PROCESSES_MAX; i++)
        if (abandoned[i].process)
            has_ended(&abandoned[i], &status);
}
