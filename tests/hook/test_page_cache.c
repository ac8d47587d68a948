/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The child processes that drop the page cache of a device. The device is a fake. */
#define _GNU_SOURCE
#include "page_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "children.h"
#include "device.h"
#include "test.h"

#define DEVICE   5
#define LIMIT_MS 10000u

static bool known = true, hangs;
static int open_error;

/* Replaces device.c. */
int device_node(const char *root, dev_t device, char path[DEVICE_PATH_BYTES])
{
    (void)root, (void)device;
    strcpy(path, "node");
    return known ? 0 : ENOENT;
}

/* Called in the child. /dev/null fails BLKFLSBUF with ENOTTY. */
int device_open(const char *path, dev_t device)
{
    struct stat found;

    (void)device;
    if (strcmp(path, "node") || !fstat(STDERR_FILENO, &found))
        return -1;
    while (hangs)
        pause();
    errno = open_error;
    return open_error ? -1 : open("/dev/null", O_RDONLY);
}

/* Called by the runner; there is no log. */
void log_show(void);
void log_show(void)
{
}

/* Wait for a drop to end. Return: its result, or EINPROGRESS at the limit. */
static int drop_wait(struct page_cache_drop *drop)
{
    int error = EINPROGRESS;

    for (unsigned ms = 0; ms < LIMIT_MS && error == EINPROGRESS; ms++) {
        usleep(1000);
        error = page_cache_drop_poll(drop);
    }
    return error;
}

TEST(error_of_the_child_is_reported)
{
    struct page_cache_drop drop = {0};

    open_error = ENOTBLK;
    CHECK_EQUAL(page_cache_drop_start(&drop, DEVICE), 0);
    CHECK_EQUAL(drop_wait(&drop), ENOTBLK);
    CHECK(!drop.process);
    open_error = 0;
    CHECK_EQUAL(page_cache_drop_start(&drop, DEVICE), 0);
    CHECK_EQUAL(drop_wait(&drop), ENOTTY);
}

TEST(missing_device_gets_no_child)
{
    struct page_cache_drop drop = {0};

    known = false;
    CHECK_EQUAL(page_cache_drop_start(&drop, DEVICE), ENOENT);
    CHECK(!drop.process);
}

TEST(unresponsive_device_gets_no_second_child)
{
    struct page_cache_drop first = {0}, second = {0};

    hangs = true;
    CHECK_EQUAL(page_cache_drop_start(&first, DEVICE), 0);
    CHECK_EQUAL(page_cache_drop_poll(&first), EINPROGRESS);
    page_cache_drop_abandon(&first);
    CHECK(!first.process);
    CHECK_EQUAL(page_cache_drop_start(&second, DEVICE), EBUSY);
    CHECK_EQUAL(page_cache_drop_start(&second, DEVICE + 1), 0);
    page_cache_drop_abandon(&second);
    /* Possible once the first child has ended. */
    hangs = false;
    int error = EBUSY;
    for (unsigned ms = 0; ms < LIMIT_MS && error == EBUSY; ms++) {
        usleep(1000);
        children_reap();
        error = page_cache_drop_start(&second, DEVICE);
    }
    CHECK_EQUAL(error, 0);
    CHECK_EQUAL(drop_wait(&second), ENOTTY);
}

TEST(number_of_abandoned_children_is_bounded)
{
    unsigned started = 0;
    int error = 0;

    hangs = true;
    while (!error && started < 1000) {
        struct page_cache_drop drop = {0};

        error = page_cache_drop_start(&drop, DEVICE + started);
        started += !error;
        page_cache_drop_abandon(&drop);
    }
    CHECK_EQUAL(error, EBUSY);
    CHECK_EQUAL(started, CHILDREN_MAX);
}
