/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Prints when lines appear in growing files, and the processor time of dom0 and of a guest at that
 * moment. It sleeps in between, because it shares the processor with what is measured.
 *
 *   moments [-d DOMID] [-l SECONDS] FILE... -- TEXT...
 *
 * Reads what is added to the files from now on. For the first line that contains a TEXT it prints
 * "MICROSECONDS DOM0_NS GUEST_NS TEXT": time since the epoch, processor time of domain 0 and of
 * DOMID. Ends at the last TEXT. Without DOMID, as before the guest exists, GUEST_NS is -1.
 *
 * Exit status: 0 the last TEXT has appeared; 1 it has not within SECONDS (300), or the guest DOMID
 * is gone; 2 error.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>
#include <xenctrl.h>

#define FILES_MOST  4
#define LINE_BYTES  1024
#define LOOK_MS     1000 /* without new lines, check that often that the guest exists */
#define LIMIT_S     300
#define NS_PER_S    INT64_C(1000000000)
#define STATUS_NONE 1
#define STATUS_BAD  2

struct growing {
    int fd;
    size_t used;
    char line[LINE_BYTES];
};

static xc_interface *xen;
static uint32_t guest; /* 0: not known */
static struct growing files[FILES_MOST];
static int file_count;
static char **texts;
static int text_count;

static void die(const char *what)
{
    fprintf(stderr, "moments: %s: %s\n", what, strerror(errno));
    exit(STATUS_BAD);
}

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Processor time of a domain, or -1 if it is gone. */
static int64_t domain_ns(uint32_t domain)
{
    xc_domaininfo_t info;

    if (xc_domain_getinfolist(xen, domain, 1, &info) != 1 || info.domain != domain)
        return -1;
    return (int64_t)info.cpu_time;
}

/* Print the line if it contains a TEXT. Return whether that was the last TEXT. */
static bool take_line(const char *line)
{
    for (int i = 0; i < text_count; i++) {
        if (!texts[i] || !strstr(line, texts[i]))
            continue;
        printf("%" PRId64 " %" PRId64 " %" PRId64 " %s\n", clock_ns(CLOCK_REALTIME) / 1000,
               domain_ns(0), guest ? domain_ns(guest) : -1, texts[i]);
        fflush(stdout);
        texts[i] = NULL;
        if (i == text_count - 1)
            return true;
    }
    return false;
}

static bool take_news(struct growing *file)
{
    char bytes[LINE_BYTES];
    ssize_t got;

    while ((got = read(file->fd, bytes, sizeof(bytes))) > 0) {
        for (ssize_t i = 0; i < got; i++) {
            if (bytes[i] != '\n' && file->used < LINE_BYTES - 1) {
                file->line[file->used++] = bytes[i];
                continue;
            }
            file->line[file->used] = 0;
            file->used = 0;
            if (take_line(file->line))
                return true;
        }
    }
    return false;
}

static bool any_news(void)
{
    for (int i = 0; i < file_count; i++) {
        if (take_news(&files[i]))
            return true;
    }
    return false;
}

static int watch(int notices, int64_t end)
{
    while (!any_news()) {
        struct pollfd wait = {.fd = notices, .events = POLLIN};
        char events[4096] __attribute__((aligned(8)));
        int ready = poll(&wait, 1, LOOK_MS);

        if (ready > 0 && read(notices, events, sizeof(events)) < 0)
            die("inotify");
        /* Read its last output after it has gone. */
        if (clock_ns(CLOCK_MONOTONIC) > end || (guest && ready == 0 && domain_ns(guest) < 0))
            return any_news() ? 0 : STATUS_NONE;
    }
    return 0;
}

static void follow(int notices, const char *path)
{
    struct growing *file = &files[file_count++];

    file->fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file->fd < 0 || lseek(file->fd, 0, SEEK_END) < 0 ||
        inotify_add_watch(notices, path, IN_MODIFY) < 0)
        die(path);
}

int main(int argc, char **argv)
{
    int64_t limit = LIMIT_S;
    int option, notices = inotify_init1(IN_CLOEXEC);

    while ((option = getopt(argc, argv, "+d:l:")) != -1) {
        if (option == 'd')
            guest = (uint32_t)strtoul(optarg, NULL, 10);
        else if (option == 'l')
            limit = strtol(optarg, NULL, 10);
        else
            return STATUS_BAD;
    }
    xen = xc_interface_open(NULL, NULL, 0);
    if (!xen || notices < 0)
        die("no Xen, or no inotify");
    for (; optind < argc && strcmp(argv[optind], "--") != 0; optind++) {
        if (file_count == FILES_MOST)
            return STATUS_BAD;
        follow(notices, argv[optind]);
    }
    texts = argv + optind + 1;
    text_count = argc - optind - 1;
    if (text_count < 1) {
        fprintf(stderr, "moments [-d DOMID] [-l SECONDS] FILE... -- TEXT...\n");
        return STATUS_BAD;
    }
    return watch(notices, clock_ns(CLOCK_MONOTONIC) + limit * NS_PER_S);
}
