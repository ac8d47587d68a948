/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mark.h"

#define LIMIT_S_DEFAULT 10u
/* libxl gives a guest 60 s to suspend, and it cannot while it waits: for its disks, and then at
 * most REPLAY_LIMIT_MS for QEMU. */
#define LIMIT_S_MAX 50u

static const char usage[] =
    "usage: xenpv-hookd [-fv] [--limit SECONDS]\n"
    "       xenpv-hookd --release [-v] [--limit SECONDS]\n"
    "\n"
    "Close the disks that the firmware of Xen HVM guests has open when their operating\n"
    "systems start.\n"
    "\n"
    "  -f, --foreground     stay in the foreground; log to stderr instead of syslog\n"
    "  -l, --limit SECONDS  let a guest wait at most this long for its disks (default: 10)\n"
    "  -r, --release        release the guests that a killed daemon has left waiting, remove\n"
    "                       its claims and announcements, and exit\n"
    "  -v, --verbose        log more\n"
    "  -h, --help           print this\n"
    "  -V, --version        print the version\n";

static const struct option long_options[] = {
    {"foreground", no_argument, NULL, 'f'},
    {"limit", required_argument, NULL, 'l'},
    {"release", no_argument, NULL, 'r'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static void usage_error(const char *reason)
{
    fprintf(stderr, "xenpv-hookd: %s\n%s", reason, usage);
    exit(2);
}

void options_parse(struct options *options, int argc, char **argv)
{
    uint32_t seconds = LIMIT_S_DEFAULT;
    int option;

    memset(options, 0, sizeof(*options));
    while ((option = getopt_long(argc, argv, "fl:rvhV", long_options, NULL)) >= 0) {
        switch (option) {
        case 'f':
            options->foreground = true;
            break;
        case 'l':
            if (!u32_parse(optarg, LIMIT_S_MAX, &seconds) || !seconds)
                usage_error("the limit must be a number of seconds from 1 to 50");
            break;
        case 'r':
            options->release = true;
            options->foreground = true;
            break;
        case 'v':
            options->verbose = true;
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        case 'V':
            printf("xenpv-hookd %s\n", HOOK_VERSION);
            exit(0);
        default:
            fputs(usage, stderr);
            exit(2);
        }
    }
    if (optind < argc)
        usage_error("unexpected argument");
    options->limit_ms = seconds * 1000;
}
