/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The command line; xenpv-hookd.8 explains it. */
#ifndef HOOKD_OPTIONS_H
#define HOOKD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
    bool foreground; /* stay attached to the terminal or the service manager */
    bool release;    /* release the guests of a killed daemon, and exit */
    bool verbose;
    uint32_t limit_ms; /* how long a guest waits for its disks to close */
    const char *xl;    /* path of xl; NULL: find it */

    bool status;             /* print the status of the daemon that runs, and exit */
    bool json;               /* in this form */
    bool log;                /* print the firmware's log of a domain, and exit */
    const char *domain;      /* of this domain, by number or name; NULL: status of all */
    const char *status_path; /* socket of the daemon; NULL: it has none. Not an option */
};

/** Parse the command line. Exits after --help and --version, and with 2 for wrong usage. */
void options_parse(struct options *options, int argc, char **argv);

#endif
