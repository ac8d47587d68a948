/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The command line; xenpv-hookd.8 explains it. */
#ifndef HOOKD_OPTIONS_H
#define HOOKD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
    bool foreground; /* stay attached to the terminal, or to who supervises it */
    bool release;    /* take back what a hook has left, and end */
    bool verbose;
    uint32_t limit_ms; /* a guest waits so long for its disks to close */
};

/** Take the command line apart. Does not return if there is nothing to do but to print. */
void options_parse(struct options *options, int argc, char **argv);

#endif
