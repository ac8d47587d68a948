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
    "usage: xenpv-hookd [-fv] [--limit SECONDS] [--xl PATH]\n"
    "       xenpv-hookd --release [-v] [--limit SECONDS] [--xl PATH]\n"
    "       xenpv-hookd --status [--json] [DOMAIN]\n"
    "       xenpv-hookd --log DOMAIN\n"
    "\n"
    "Close the disks that the firmware of Xen guests has open when their operating\n"
    "systems start.\n"
    "\n"
    "  -f, --foreground     stay in the foreground; log to stderr instead of syslog\n"
    "  -l, --limit SECONDS  let a guest wait at most this long for its disks (default: 10)\n"
    "  -r, --release        release the guests that a killed daemon left waiting, remove\n"
    "                       its claims and announcements, and exit\n"
    "  -s, --status         show what the running daemon does for each guest, or for DOMAIN,\n"
    "                       a number or a name\n"
    "  -j, --json           with --status: print JSON\n"
    "  -L, --log            print what the firmware of DOMAIN has logged in the guest's memory\n"
    "  -x, --xl PATH        the program xl (default: the first of /usr/sbin/xl, /usr/bin/xl,\n"
    "                       /usr/local/sbin/xl, /usr/local/bin/xl, /sbin/xl, /bin/xl)\n"
    "  -v, --verbose        log more\n"
    "  -h, --help           print this\n"
    "  -V, --version        print the version\n";

static const struct option long_options[] = {
    {"foreground", no_argument, NULL, 'f'},
    {"limit", required_argument, NULL, 'l'},
    {"release", no_argument, NULL, 'r'},
    {"status", no_argument, NULL, 's'},
    {"json", no_argument, NULL, 'j'},
    {"xl", required_argument, NULL, 'x'},
    {"log", no_argument, NULL, 'L'},
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

/* Apply an option that has a value. */
static void value_apply(struct options *options, int option, const char *value)
{
    uint32_t seconds;

    if (option == 'l') {
        if (!u32_parse(value, LIMIT_S_MAX, &seconds) || !seconds)
            usage_error("the limit must be a number of seconds from 1 to 50");
        options->limit_ms = seconds * 1000;
    } else {
        if (*value != '/')
            usage_error("the path of xl must be absolute");
        options->xl = value;
    }
}

static void option_apply(struct options *options, int option)
{
    switch (option) {
    case 'f':
        options->foreground = true;
        break;
    case 'r':
        options->release = true;
        options->foreground = true;
        break;
    case 's':
        options->status = true;
        break;
    case 'L':
        options->log = true;
        break;
    case 'j':
        options->json = true;
        break;
    case 'v':
        options->verbose = true;
        break;
    case 'l':
    case 'x':
        value_apply(options, option, optarg);
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

void options_parse(struct options *options, int argc, char **argv)
{
    int option;

    memset(options, 0, sizeof(*options));
    options->limit_ms = LIMIT_S_DEFAULT * 1000;
    while ((option = getopt_long(argc, argv, "fl:rsLjx:vhV", long_options, NULL)) >= 0)
        option_apply(options, option);
    if ((options->status || options->log) && optind < argc)
        options->domain = argv[optind++];
    if (optind < argc)
        usage_error("unexpected argument");
    if (options->json && !options->status)
        usage_error("--json is only for --status");
    if (options->status && (options->release || options->foreground))
        usage_error("--status does not start a daemon");
    if (options->log && !options->domain)
        usage_error("--log needs a domain");
    if (options->log && (options->release || options->foreground || options->status))
        usage_error("--log is for itself alone");
}
