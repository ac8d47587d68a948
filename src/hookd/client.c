/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "client.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "store.h"

/* Time that xenstored has for all requests. */
#define STORE_LIMIT_S 10u

/* libxenstore has no time limit. Only functions that are safe in a signal handler are called. */
static void limit_passed(int signal)
{
    static const char line[] = "xenpv-hookd: xenstored does not answer\n";

    ssize_t written = write(STDERR_FILENO, line, sizeof(line) - 1);
    (void)signal, (void)written;
    _exit(CLIENT_EXIT_FAILED);
}

bool client_store_open(struct xen *xen)
{
    struct sigaction action = {.sa_handler = limit_passed};

    sigaction(SIGALRM, &action, NULL);
    alarm(STORE_LIMIT_S);
    xen->store = store_open();
    if (!xen->store) {
        log_error("cannot connect to xenstored: %s", strerror(errno));
        return false;
    }
    xen->domid = store_own_domid(xen->store);
    return true;
}
