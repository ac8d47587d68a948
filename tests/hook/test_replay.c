/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Replays in QEMU: real processes, with a shell script of the test as xl. */
#define _GNU_SOURCE
#include "replay.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.h"
#include "hook.h"
#include "stand_in.h"
#include "test.h"
#include "xl.h"

#define DOMID     12u
#define UNCHANGED 0x5a5au

static struct replay replay;

/* The linker's --wrap. The daemon only reaps; a process in the kernel that a device blocks cannot
 * be reaped, even after SIGKILL. */
static bool blocked;

pid_t __wrap_waitpid(pid_t process, int *status, int options);
pid_t __real_waitpid(pid_t process, int *status, int options);
pid_t __wrap_waitpid(pid_t process, int *status, int options)
{
    if (!blocked)
        return __real_waitpid(process, status, options);
    CHECK_EQUAL(options, WNOHANG);
    return 0;
}

/**** The test's xl ****/

/* Limit of a test that waits for its xl. */
#define TEST_SECONDS 60u

/* Write xl as a shell script. It runs in the test's folder. */
static void xl_write(const char *script)
{
    static char path[300];

    alarm(TEST_SECONDS);
    CHECK(test_folder());
    snprintf(path, sizeof(path), "%s/xl", test_folder());
    FILE *file = fopen(path, "w");
    CHECK(file);
    fprintf(file, "#!/bin/sh\nPATH=/usr/bin:/bin\ncd %s\n%s\n", test_folder(), script);
    CHECK(!fclose(file) && !chmod(path, 0700));
    xl_path_set(path);
}

static void start(const char *script)
{
    xl_write(script);
    CHECK(replay_start(&replay, DOMID, "o/h 0x10 0x1"));
    CHECK(replay.process > 0);
}

/* Wait until xl has ended, but leave its status for the daemon. */
static void await_end(void)
{
    siginfo_t end;

    while (waitid(P_PID, (id_t)replay.process, &end, WEXITED | WNOWAIT))
        CHECK_EQUAL(errno, EINTR);
}

static enum replay_state await_result(uint32_t *value)
{
    await_end();
    return replay_poll(&replay, DOMID, value);
}

/* Return: what the script has written to a file. */
static const char *file_text(const char *name)
{
    static char text[4096];
    char path[300];

    snprintf(path, sizeof(path), "%s/%s", test_folder(), name);
    FILE *file = fopen(path, "r");
    CHECK(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    fclose(file);
    return text;
}

/* A killed process ends soon, and is reaped then. */
static void await_reaped(pid_t process)
{
    while (!kill(process, 0)) {
        usleep(1000);
        children_reap();
    }
    CHECK_EQUAL(errno, ESRCH);
}

static bool is_open(int file)
{
    return fcntl(file, F_GETFD) >= 0;
}

/* The script waits for a line from the test in a FIFO. The test holds both ends, so the script
 * continues if the test ends. */
static const char waiting_script[] = "read line < gate; echo 'portw[0x0010] = 0x49d2'";
static int gate;

static int fifo_create(const char *name)
{
    char path[300];

    CHECK(test_folder());
    snprintf(path, sizeof(path), "%s/%s", test_folder(), name);
    CHECK(!mkfifo(path, 0600));
    int file = open(path, O_RDWR | O_CLOEXEC);
    CHECK(file >= 0);
    return file;
}

static void gate_create(void)
{
    gate = fifo_create("gate");
}

static void gate_open(void)
{
    CHECK_EQUAL(write(gate, "\n", 1), 1);
}

/**** Tests ****/

TEST(command_reaches_xl_as_one_argument)
{
    uint32_t value = UNCHANGED;

    start("for one; do echo \"<$one>\"; done > arguments");
    CHECK_EQUAL(await_result(&value), REPLAY_DONE);
    CHECK(!strcmp(file_text("arguments"), "<qemu-monitor-command>\n<12>\n<o/h 0x10 0x1>\n"));
    CHECK_EQUAL(value, UNCHANGED);
    CHECK(!*report);
}

TEST(value_that_qemu_prints_is_returned)
{
    uint32_t value = UNCHANGED;

    start("echo 'portw[0x0010] = 0x49d2'");
    CHECK_EQUAL(await_result(&value), REPLAY_DONE);
    CHECK_EQUAL(value, 0x49d2);
}

TEST(other_output_does_not_change_the_value)
{
    uint32_t value = UNCHANGED;

    start("echo 'unknown command: o/h'; echo 'portw[0x0010] = 0x1'");
    CHECK_EQUAL(await_result(&value), REPLAY_DONE);
    CHECK_EQUAL(value, UNCHANGED);
}

TEST(more_output_than_a_pipe_holds_does_no_harm)
{
    uint32_t value = UNCHANGED;

    start("echo 'portb[0x0010] = 0x04'; head -c 300000 /dev/zero 2> /dev/null; exit 0");
    CHECK_EQUAL(await_result(&value), REPLAY_DONE);
    CHECK_EQUAL(value, 4);
}

TEST(poll_does_not_wait_for_xl)
{
    uint32_t value = UNCHANGED;

    gate_create();
    start(waiting_script);
    for (unsigned i = 0; i < 3; i++)
        CHECK_EQUAL(replay_poll(&replay, DOMID, &value), REPLAY_RUNNING);
    CHECK_EQUAL(value, UNCHANGED);
    gate_open();
    CHECK_EQUAL(await_result(&value), REPLAY_DONE);
    CHECK_EQUAL(value, 0x49d2);
}

TEST(xl_that_hangs_is_killed_at_its_limit_and_not_before)
{
    uint32_t value = UNCHANGED;

    char script[128], line;

    gate_create();
    int deaf = fifo_create("deaf");
    snprintf(script, sizeof(script), "trap '' TERM INT HUP; echo > deaf; %s", waiting_script);
    start(script);
    CHECK_EQUAL(read(deaf, &line, 1), 1);
    pid_t xl = replay.process;
    int output = replay.output;
    now_ms += REPLAY_LIMIT_MS - 1;
    CHECK_EQUAL(replay_poll(&replay, DOMID, &value), REPLAY_RUNNING);
    now_ms++;
    CHECK_EQUAL(replay_poll(&replay, DOMID, &value), REPLAY_FAILED);
    CHECK(!replay.process && !is_open(output) && value == UNCHANGED);
    await_reaped(xl);
    CHECK(strstr(report, "domain 12: QEMU did not answer in 5000 ms"));
}

TEST(xl_that_ends_at_its_limit_counts)
{
    uint32_t value = UNCHANGED;

    start("echo 'portb[0x0010] = 0x04'");
    await_end();
    now_ms += REPLAY_LIMIT_MS;
    CHECK_EQUAL(replay_poll(&replay, DOMID, &value), REPLAY_DONE);
    CHECK_EQUAL(value, 4);
}

TEST(xl_of_an_aborted_replay_is_killed)
{
    gate_create();
    start(waiting_script);
    pid_t xl = replay.process;
    int output = replay.output;
    replay_abort(&replay);
    CHECK(!replay.process && !is_open(output));
    await_reaped(xl);
    replay_abort(&replay);
}

TEST(xl_that_cannot_be_reaped_does_not_block_the_daemon)
{
    uint32_t value = UNCHANGED;

    gate_create();
    start(waiting_script);
    pid_t xl = replay.process;
    blocked = true;
    now_ms += REPLAY_LIMIT_MS;
    CHECK_EQUAL(replay_poll(&replay, DOMID, &value), REPLAY_FAILED);
    children_reap();
    CHECK(!replay.process && !kill(xl, 0) && value == UNCHANGED);
    blocked = false;
    await_reaped(xl);
}

/* Start replays, and kill them, until no child is free for the next one. */
static void children_use_up(void)
{
    gate_create();
    xl_write(waiting_script);
    blocked = true;
    for (unsigned i = 0; i < CHILDREN_MAX; i++) {
        CHECK(replay_start(&replay, DOMID, "o/b 0x10 0x0") && replay.process > 0);
        replay_abort(&replay);
    }
    CHECK(replay_start(&replay, DOMID, "o/b 0x10 0x0"));
    CHECK_EQUAL(replay.process, REPLAY_WAITS);
}

TEST(replay_waits_for_a_free_child)
{
    uint32_t value = UNCHANGED;

    children_use_up();
    now_ms += REPLAY_LIMIT_MS - 1;
    CHECK_EQUAL(replay_poll(&replay, DOMID, &value), REPLAY_RUNNING);
    CHECK_EQUAL(replay.process, REPLAY_WAITS);
    blocked = false;
    while (replay.process == REPLAY_WAITS) {
        usleep(1000);
        children_reap();
        CHECK_EQUAL(replay_poll(&replay, DOMID, &value), REPLAY_RUNNING);
    }
    gate_open();
    CHECK_EQUAL(await_result(&value), REPLAY_DONE);
    CHECK(value == 0x49d2 && !*report);
}

TEST(replay_for_which_no_child_is_free_fails_at_its_limit)
{
    uint32_t value = UNCHANGED;

    children_use_up();
    now_ms += REPLAY_LIMIT_MS;
    CHECK_EQUAL(replay_poll(&replay, DOMID, &value), REPLAY_FAILED);
    CHECK(!replay.process && value == UNCHANGED);
    CHECK(strstr(report, "xl: Device or resource busy"));
    blocked = false;
}

TEST(replay_that_waits_for_a_free_child_can_be_aborted)
{
    children_use_up();
    replay_abort(&replay);
    CHECK(!replay.process);
    blocked = false;
}

TEST(xl_that_fails_is_reported)
{
    static const char *const scripts[] = {"exit 1", "kill -9 $$",
                                          "echo 'portb[0x10] = 0x4'; exit 3"};
    uint32_t value = UNCHANGED;

    for (unsigned i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        *report = 0;
        start(scripts[i]);
        CHECK_EQUAL(await_result(&value), REPLAY_FAILED);
        CHECK(strstr(report, "domain 12: cannot reach QEMU's monitor"));
        CHECK(!replay.process && value == UNCHANGED);
    }
}

static unsigned files_open(void)
{
    unsigned count = 0;

    for (int file = 0; file < 256; file++)
        count += is_open(file);
    return count;
}

TEST(missing_xl_is_reported)
{
    unsigned before = files_open();
    uint32_t value = UNCHANGED;

    xl_path_set("/nowhere/xl");
    CHECK(replay_start(&replay, DOMID, "o/b 0x10 0x0"));
    CHECK_EQUAL(await_result(&value), REPLAY_FAILED);
    CHECK(!replay.process && value == UNCHANGED);
    CHECK(strstr(report, "domain 12: cannot start /nowhere/xl: No such file or directory"));
    CHECK_EQUAL(files_open(), before);
}

/* Write an executable file @folder/xl below the test's folder. */
static void other_xl_write(const char *folder, int mode)
{
    char command[700];

    CHECK(test_folder());
    snprintf(command, sizeof(command), "mkdir -p %s%s && : > %s%s/xl && chmod %o %s%s/xl",
             test_folder(), folder, test_folder(), folder, (unsigned)mode, test_folder(), folder);
    CHECK(!system(command));
}

static bool found_xl_is_in(const char *folder)
{
    char path[XL_PATH_BYTES], expected[XL_PATH_BYTES];

    snprintf(expected, sizeof(expected), "%s%s/xl", test_folder(), folder);
    return !strcmp(xl_find(test_folder(), path), expected);
}

TEST(xl_is_found_in_the_first_folder_that_has_it)
{
    CHECK(test_folder() && found_xl_is_in("/usr/sbin"));
    other_xl_write("/bin", 0700);
    CHECK(found_xl_is_in("/bin"));
    other_xl_write("/usr/local/sbin", 0700);
    CHECK(found_xl_is_in("/usr/local/sbin"));
    other_xl_write("/usr/sbin", 0600);
    CHECK(found_xl_is_in("/usr/local/sbin"));
    other_xl_write("/usr/bin", 0700);
    CHECK(found_xl_is_in("/usr/bin"));
    other_xl_write("/usr/sbin", 0700);
    CHECK(found_xl_is_in("/usr/sbin"));
}

TEST(xl_in_the_search_path_is_not_started)
{
    uint32_t value = UNCHANGED;

    other_xl_write("/search", 0700);
    char path[300];
    snprintf(path, sizeof(path), "%s/search", test_folder());
    CHECK(!setenv("PATH", path, 1));
    start("exit 7");
    CHECK_EQUAL(await_result(&value), REPLAY_FAILED);
    xl_path_set("xl");
    CHECK(replay_start(&replay, DOMID, "o/b 0x10 0x0"));
    CHECK_EQUAL(await_result(&value), REPLAY_FAILED);
    CHECK(strstr(report, "domain 12: cannot start xl: No such file or directory"));
}

TEST(replays_leave_no_file_open)
{
    uint32_t value = UNCHANGED;
    unsigned before = files_open();

    for (unsigned i = 0; i < 3; i++) {
        start("");
        CHECK_EQUAL(await_result(&value), REPLAY_DONE);
    }
    CHECK_EQUAL(files_open(), before);
}

/* Return: the signals in one line of /proc/PID/status. */
static unsigned long long signals_of(const char *key)
{
    const char *line = strstr(file_text("status"), key);

    CHECK(line);
    /* The C library uses signals 32 and 33, and leaves them ignored. */
    return strtoull(line + strlen(key), NULL, 16) & ~0x180000000ull;
}

TEST(xl_starts_as_from_a_shell)
{
    uint32_t value = UNCHANGED;
    sigset_t all;

    /* The daemon blocks three signals and ignores SIGPIPE; this is more. */
    sigfillset(&all);
    CHECK(!sigprocmask(SIG_SETMASK, &all, NULL) && signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    CHECK(signal(SIGHUP, SIG_IGN) != SIG_ERR);
    int input = fifo_create("input");
    CHECK(write(input, "a line\n", 7) == 7 && dup2(input, STDIN_FILENO) == STDIN_FILENO);
    /* Only builtins, to read the status of the shell itself and not of a child. */
    start("read line && exit 1; while read key signals; do echo $key $signals; "
          "done < /proc/$$/status > status");
    CHECK_EQUAL(await_result(&value), REPLAY_DONE);
    CHECK_EQUAL(signals_of("SigBlk: "), 0);
    CHECK_EQUAL(signals_of("SigIgn: "), 0);
}

TEST(xl_inherits_no_file_of_the_daemon)
{
    uint32_t value = UNCHANGED;
    char script[64];
    int next = dup(STDIN_FILENO);

    /* The file numbers that the pipe will get. */
    close(next);
    snprintf(script, sizeof(script), "[ ! -e /proc/$$/fd/%d ] && [ ! -e /proc/$$/fd/%d ]", next,
             next + 1);
    start(script);
    CHECK_EQUAL(replay.output, next);
    CHECK_EQUAL(await_result(&value), REPLAY_DONE);
}
