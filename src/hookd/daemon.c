/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "daemon.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "firmware_log_client.h"
#include "hook.h"
#include "lock.h"
#include "log.h"
#include "log_writer.h"
#include "notify.h"
#include "options.h"
#include "signals.h"
#include "status_client.h"
#include "supervisor.h"
#include "xl.h"

int daemon_main(int argc, char **argv, const char *lock_path, const char *status_path)
{
    struct options options;

    options_parse(&options, argc, argv);
    if (options.verbose)
        log_details_enable();
    if (options.log)
        return firmware_log_client_run(&options);
    if (options.status)
        return status_client_run(&options, status_path);
    options.status_path = status_path;
    xl_path_set(options.xl);
    notify_open();
    if (options.release)
        notify_close();
    signals_block();
    /* Before the fork, so that the caller gets the exit status if another daemon runs. */
    int lock = lock_acquire(lock_path);
    if (lock < 0)
        return 1;
    if (!options.foreground) {
        if (daemon(0, 0)) {
            log_error("cannot become a daemon: %s", strerror(errno));
            return 1;
        }
        log_to_syslog();
    }
    lock_pid_write(lock, lock_path);
    if (options.release) {
        int status = HOOK_RESTART;

        while (status == HOOK_RESTART)
            status = hook_run(&options);
        return status == HOOK_UNCONNECTED || status == HOOK_LOST ? 1 : status;
    }
    log_writer_start();
    int status = supervisor_run(&options);
    log_writer_stop();
    return status;
}
