/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The program around the daemon's loop: command line, lock, daemon, and the supervisor of the
 * worker. All processes are real; the test decides what the worker does.
 */
#define _GNU_SOURCE
#include "daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "firmware_log_client.h"
#include "hook.h"
#include "lock.h"
#include "log.h"
#include "notify.h"
#include "signals.h"
#include "status_client.h"
#include "supervisor.h"
#include "test.h"
#include "xl.h"

#define STARTS_MAX   16u
#define TEST_SECONDS 60u
#define PATH_BYTES   300
#define CHAT_LINES   10000u

/* What the worker does after it has sent MESSAGE_STARTED. */
enum action {
    ACTION_WAIT,   /* stops on a signal */
    ACTION_LINGER, /* reports a signal, and stops when the test closes its pipe */
    ACTION_CHAT,   /* logs more than the log holds while it blocks, and a line on a signal */
    ACTION_EXIT,
    ACTION_DIE,     /* of SIGKILL, after life_ms */
    ACTION_DIE_OLD, /* of SIGKILL, after more than SUPERVISOR_PERIOD_MS */
};

/* Memory that the test and its processes share. */
struct shared {
    uint64_t now_ms;
    enum action actions[STARTS_MAX];
    unsigned starts, life_ms, sleeps, unlock_after;
    int exit_status, flock_error;
    int first_statuses[STARTS_MAX]; /* of the first workers; 0: exit_status */
    unsigned pauses;
    bool blocks_stderr;     /* stderr is a pipe that only the test empties */
    bool without_stdin;     /* the program starts with file 0 closed */
    struct options options; /* of the worker */
    char xl[PATH_BYTES];    /* of the worker, its path of xl */
};

static struct shared *shared;

/* A message of a worker. */
struct message {
    enum { MESSAGE_STARTED, MESSAGE_READY, MESSAGE_SIGNALLED } what;
    pid_t process, parent, session;
    int signal;
};

static int messages[2], release_pipe[2]; /* from the workers; to one that lingers */
static int stderr_pipe[2];
static int held_lock = -1; /* the lock, if the test holds it */

/* Each test is a process of its own, and calls this first. */
static void begin(void)
{
    alarm(TEST_SECONDS);
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    CHECK(!pipe2(stderr_pipe, O_CLOEXEC));
    CHECK(!pipe2(messages, O_CLOEXEC) && !pipe2(release_pipe, O_CLOEXEC));
}

/* Replaces clock.c. */
uint64_t clock_ms(void)
{
    return shared->now_ms;
}

/* The linker's --wrap: waiting for the lock takes no time. */
int __wrap_usleep(useconds_t us);
int __wrap_usleep(useconds_t us)
{
    (void)us;
    if (++shared->sleeps == shared->unlock_after)
        flock(held_lock, LOCK_UN);
    return 0;
}

/* A file system may refuse to lock. */
int __wrap_flock(int file, int operation);
int __real_flock(int file, int operation);
int __wrap_flock(int file, int operation)
{
    if (!shared->flock_error)
        return __real_flock(file, operation);
    errno = shared->flock_error;
    return -1;
}

/* Called by the runner; the daemon's log goes to stderr. */
void log_show(void);
void log_show(void)
{
}

/**** The worker ****/

static void message_send(int what, int signal)
{
    const struct message message = {what, getpid(), getppid(), getsid(0), signal};

    if (write(messages[1], &message, sizeof(message)) != sizeof(message))
        _exit(99);
}

/* Return: the first signal, or 0 if the test has ended. */
static int signal_wait(void)
{
    struct signalfd_siginfo signal;
    sigset_t set;

    signals_fill(&set);
    struct pollfd files[] = {{.fd = signalfd(-1, &set, SFD_CLOEXEC), .events = POLLIN},
                             {.fd = messages[1], .events = 0}};
    while (poll(files, 2, -1) < 0)
        ;
    if (!(files[0].revents & POLLIN) || read(files[0].fd, &signal, sizeof(signal)) < 0)
        return 0;
    return (int)signal.ssi_signo;
}

/* Pauses take no time. */
int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *left);
int __real_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *left);
int __wrap_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *left)
{
    const struct timespec none = {0, 0};

    CHECK_EQUAL(left->tv_sec * 1000 + left->tv_nsec / 1000000, SUPERVISOR_PAUSE_MS);
    shared->pauses++;
    return __real_sigtimedwait(set, info, &none);
}

/* Replaces hook.c. */
int hook_run(const struct options *options)
{
    unsigned start = shared->starts++ % STARTS_MAX;
    enum action action = shared->actions[start];
    int status =
        shared->first_statuses[start] ? shared->first_statuses[start] : shared->exit_status;
    char byte;

    shared->options = *options;
    snprintf(shared->xl, sizeof(shared->xl), "%s", xl_path());
    log_detail("a detail");
    notify_ready();
    message_send(MESSAGE_STARTED, 0);
    for (unsigned i = 0; action == ACTION_CHAT && i < CHAT_LINES; i++)
        log_info("line %u%200s", i, ".");
    if (action == ACTION_EXIT)
        return status;
    if (action == ACTION_DIE || action == ACTION_DIE_OLD) {
        shared->now_ms += action == ACTION_DIE ? shared->life_ms : SUPERVISOR_PERIOD_MS + 1;
        raise(SIGKILL);
    }
    message_send(MESSAGE_READY, 0);
    message_send(MESSAGE_SIGNALLED, signal_wait());
    if (action == ACTION_CHAT)
        log_info("the last line");
    if (action == ACTION_LINGER && read(release_pipe[0], &byte, 1) < 0)
        _exit(99);
    return status;
}

/* Replaces status_client.c. */
int status_client_run(const struct options *options, const char *path)
{
    printf("status of %s%s at %s\n", options->domain ? options->domain : "all",
           options->json ? " as JSON" : "", strrchr(path, '/') + 1);
    return 3;
}

/* Replaces firmware_log_client.c. */
int firmware_log_client_run(const struct options *options)
{
    printf("log of %s\n", options->domain);
    return 4;
}

/**** The program and its output ****/

static const char *file_text(const char *name)
{
    static char text[4096];
    FILE *file = fopen(test_path(name), "r");

    CHECK(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    fclose(file);
    return text;
}

static void output_redirect(int number, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (file < 0 || dup2(file, number) < 0)
        _exit(98);
}

/* Start the program with up to three arguments. Return: its first process. */
static pid_t program_start(const char *first, const char *second, const char *third)
{
    char *arguments[] = {strdup("xenpv-hookd"), first ? strdup(first) : NULL,
                         second ? strdup(second) : NULL, third ? strdup(third) : NULL, NULL};
    const char *lock = test_path("lock"), *socket = test_path("socket"), *out = test_path("stdout"),
               *err = test_path("stderr");
    int count = 0;

    while (arguments[count])
        count++;
    pid_t program = fork();
    CHECK(program >= 0);
    if (program)
        return program;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* So that a worker notices the end of the test. */
    close(messages[0]);
    close(release_pipe[1]);
    output_redirect(STDOUT_FILENO, out);
    if (!shared->blocks_stderr)
        output_redirect(STDERR_FILENO, err);
    else if (dup2(stderr_pipe[1], STDERR_FILENO) < 0)
        _exit(98);
    if (shared->without_stdin)
        close(STDIN_FILENO);
    exit(daemon_main(count, arguments, lock, socket));
}

/* Return: the exit status, or 128 plus the signal. */
static int program_wait(pid_t program)
{
    int status;

    while (waitpid(program, &status, 0) != program)
        CHECK_EQUAL(errno, EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run(const char *first, const char *second, const char *third)
{
    return program_wait(program_start(first, second, third));
}

static struct message message_await(int what)
{
    struct message message = {.what = MESSAGE_READY};

    do
        CHECK_EQUAL(read(messages[0], &message, sizeof(message)), sizeof(message));
    while (message.what == MESSAGE_READY && what != MESSAGE_READY);
    CHECK_EQUAL(message.what, what);
    return message;
}

/* Wait until all workers and supervisors have ended. */
static void processes_await_end(void)
{
    struct message message;

    close(messages[1]);
    while (read(messages[0], &message, sizeof(message)) > 0)
        CHECK_EQUAL(message.what, MESSAGE_READY);
}

static void lock_hold(void)
{
    held_lock = open(test_path("lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    CHECK(held_lock >= 0 && !flock(held_lock, LOCK_EX | LOCK_NB));
}

/**** The command line ****/

static void parse(struct options *options, const char *first, const char *second)
{
    char *arguments[] = {strdup("xenpv-hookd"), first ? strdup(first) : NULL,
                         second ? strdup(second) : NULL, NULL};

    memset(options, 0xff, sizeof(*options));
    options_parse(options, second ? 3 : first ? 2 : 1, arguments);
}

TEST(default_is_a_daemon_with_a_limit_of_ten_seconds)
{
    struct options options;

    parse(&options, NULL, NULL);
    CHECK(!options.foreground && !options.release && !options.verbose);
    CHECK_EQUAL(options.limit_ms, 10000);
}

TEST(short_and_long_options_mean_the_same)
{
    static const char *const forms[][3] = {{"-f", "-v", "-r"},
                                           {"--foreground", "--verbose", "--release"}};

    for (unsigned i = 0; i < 2; i++) {
        for (unsigned option = 0; option < 3; option++) {
            struct options options;
            pid_t child = fork(); /* getopt keeps state */

            if (child) {
                CHECK_EQUAL(program_wait(child), 0);
                continue;
            }
            parse(&options, forms[i][option], NULL);
            _exit(options.foreground != (option != 1) || options.verbose != (option == 1) ||
                  options.release != (option == 2) || options.limit_ms != 10000);
        }
    }
}

TEST(limit_is_accepted_from_1_to_50_seconds)
{
    static const struct {
        const char *text;
        unsigned ms;
    } limits[] = {{"1", 1000}, {"17", 17000}, {"50", 50000}};

    for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct options options;
        pid_t child = fork();

        if (child) {
            CHECK_EQUAL(program_wait(child), 0);
            continue;
        }
        parse(&options, i ? "--limit" : "-l", limits[i].text);
        _exit(options.limit_ms != limits[i].ms);
    }
}

TEST(invalid_limit_exits_with_2)
{
    begin();
    static const char *const limits[] = {"0", "51", "-1", "", "10s", "010", "1.5", "4294967297"};

    for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        test_note("the limit '%s'", limits[i]);
        CHECK_EQUAL(run("-f", "--limit", limits[i]), 2);
        CHECK(strstr(file_text("stderr"), "xenpv-hookd: the limit must be a number of seconds"));
        CHECK(strstr(file_text("stderr"), "\nusage: xenpv-hookd"));
    }
    CHECK(!shared->starts);
}

TEST(usage_error_exits_with_2_and_prints_the_usage)
{
    begin();
    static const char *const wrong[][2] = {
        {"-x", NULL},     {"--frobnicate", NULL}, {"-l", NULL}, {"--limit", NULL}, {"-f", "domain"},
        {"--json", NULL}, {"-s", "-r"},           {"-s", "-f"}, {"--json", "web"}};

    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CHECK_EQUAL(run(wrong[i][0], wrong[i][1], NULL), 2);
        CHECK(strstr(file_text("stderr"), "usage: xenpv-hookd"));
        CHECK(!*file_text("stdout"));
    }
    CHECK(!shared->starts && access(test_path("lock"), F_OK));
}

TEST(status_is_of_one_domain_at_most)
{
    begin();
    CHECK_EQUAL(run("--status", "web", "mail"), 2);
    CHECK(strstr(file_text("stderr"), "xenpv-hookd: unexpected argument\n"));
}

TEST(help_and_version_are_printed_and_no_worker_starts)
{
    begin();
    CHECK_EQUAL(run("--help", NULL, NULL), 0);
    CHECK(!strncmp(file_text("stdout"), "usage: xenpv-hookd", 18) && !*file_text("stderr"));
    CHECK_EQUAL(run("-h", NULL, NULL), 0);
    CHECK(!strncmp(file_text("stdout"), "usage: xenpv-hookd", 18));
    CHECK_EQUAL(run("--version", NULL, NULL), 0);
    CHECK(!strcmp(file_text("stdout"), "xenpv-hookd " HOOK_VERSION "\n") && !*file_text("stderr"));
    CHECK_EQUAL(run("-V", NULL, NULL), 0);
    CHECK(!strcmp(file_text("stdout"), "xenpv-hookd " HOOK_VERSION "\n"));
    CHECK(!shared->starts && access(test_path("lock"), F_OK));
}

TEST(status_is_printed_and_no_worker_starts)
{
    begin();
    lock_hold();
    CHECK_EQUAL(run("--status", NULL, NULL), 3);
    CHECK(!strcmp(file_text("stdout"), "status of all at socket\n") && !*file_text("stderr"));
    CHECK_EQUAL(run("-sj", NULL, NULL), 3);
    CHECK(!strcmp(file_text("stdout"), "status of all as JSON at socket\n"));
    CHECK_EQUAL(run("web", "--json", "--status"), 3);
    CHECK(!strcmp(file_text("stdout"), "status of web as JSON at socket\n"));
    CHECK(!shared->starts && !*file_text("lock"));
}

TEST(the_log_of_a_guest_is_printed_and_no_worker_starts)
{
    begin();
    lock_hold();
    CHECK_EQUAL(run("--log", "web", NULL), 4);
    CHECK(!strcmp(file_text("stdout"), "log of web\n") && !*file_text("stderr"));
    CHECK_EQUAL(run("-L", "7", NULL), 4);
    CHECK(!strcmp(file_text("stdout"), "log of 7\n"));
    CHECK_EQUAL(run("--log", NULL, NULL), 2);
    CHECK(strstr(file_text("stderr"), "--log needs a domain"));
    CHECK_EQUAL(run("--log", "--status", "web"), 2);
    CHECK_EQUAL(run("--log", "-f", "web"), 2);
    CHECK_EQUAL(run("--log", "7", "8"), 2);
    CHECK(!shared->starts);
}

TEST(details_are_logged_only_with_verbose)
{
    begin();
    shared->actions[0] = shared->actions[1] = ACTION_EXIT;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(!*file_text("stderr"));
    CHECK_EQUAL(run("-fv", "-l", "7"), 0);
    CHECK(!strcmp(file_text("stderr"), "xenpv-hookd: a detail\n"));
    CHECK_EQUAL(shared->options.limit_ms, 7000);
}

TEST(path_of_xl_is_absolute)
{
    begin();
    shared->actions[0] = ACTION_EXIT;
    CHECK_EQUAL(run("-f", "--xl", "xl"), 2);
    CHECK(strstr(file_text("stderr"), "xenpv-hookd: the path of xl must be absolute\n"));
    CHECK_EQUAL(run("-f", "--xl", "/opt/xen/xl"), 0);
    CHECK(!strcmp(shared->xl, "/opt/xen/xl"));
}

/**** The lock ****/

TEST(lock_file_has_the_pid_of_the_first_process_and_is_unlocked_at_the_end)
{
    begin();
    char number[32];
    FILE *file = fopen(test_path("lock"), "w");

    CHECK(file && fputs("12345678901234567890\n", file) >= 0 && !fclose(file));
    pid_t program = program_start("-f", NULL, NULL);
    message_await(MESSAGE_STARTED);
    snprintf(number, sizeof(number), "%d\n", program);
    CHECK(!strcmp(file_text("lock"), number));
    int lock = open(test_path("lock"), O_RDWR | O_CLOEXEC);
    CHECK(flock(lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK);
    CHECK(!kill(program, SIGTERM));
    CHECK_EQUAL(program_wait(program), 0);
    CHECK(!flock(lock, LOCK_EX | LOCK_NB));
}

TEST(second_daemon_exits_with_1)
{
    begin();
    lock_hold();
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK(strstr(file_text("stderr"), "/lock: another daemon is running or still ending\n"));
    CHECK_EQUAL(run("--release", NULL, NULL), 1);
    CHECK_EQUAL(shared->sleeps, 2 * LOCK_TRIES);
    CHECK(!shared->starts && !*file_text("lock"));
}

TEST(second_daemon_in_the_background_exits_with_1_too)
{
    begin();
    lock_hold();
    CHECK_EQUAL(run(NULL, NULL, NULL), 1);
    CHECK(strstr(file_text("stderr"), "/lock: another daemon is running or still ending\n"));
    CHECK(!shared->starts);
}

TEST(lock_is_held_by_a_daemon_that_was_started_without_standard_files)
{
    begin();
    shared->without_stdin = true;
    CHECK_EQUAL(run(NULL, NULL, NULL), 0);
    struct message message = message_await(MESSAGE_STARTED);
    int lock = open(test_path("lock"), O_RDWR | O_CLOEXEC);
    CHECK(flock(lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK);
    CHECK(!kill(message.parent, SIGTERM));
    message_await(MESSAGE_SIGNALLED);
}

TEST(lock_that_is_released_in_time_is_acquired)
{
    begin();
    lock_hold();
    shared->unlock_after = LOCK_TRIES;
    shared->actions[0] = ACTION_EXIT;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(lock_file_can_only_be_opened_by_its_owner)
{
    struct stat found;

    begin();
    umask(0);
    shared->actions[0] = shared->actions[1] = ACTION_EXIT;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(!stat(test_path("lock"), &found));
    CHECK_EQUAL(found.st_mode & 07777, 0600);
    /* A file of an earlier version. */
    CHECK(!chmod(test_path("lock"), 0644));
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(!stat(test_path("lock"), &found));
    CHECK_EQUAL(found.st_mode & 07777, 0600);
}

TEST(lock_file_is_never_a_symbolic_link)
{
    begin();
    CHECK(!symlink("precious", test_path("lock")));
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK(strstr(file_text("stderr"), "/lock: Too many levels of symbolic links\n"));
    CHECK(!shared->starts && access(test_path("precious"), F_OK));
}

TEST(lock_file_that_cannot_be_created_exits_with_1)
{
    begin();
    CHECK(!mkdir(test_path("lock"), 0700));
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK(strstr(file_text("stderr"), "/lock: Is a directory\n"));
    CHECK(!shared->starts);
}

TEST(lock_that_the_file_system_refuses_is_reported_as_that)
{
    begin();
    shared->flock_error = ENOLCK;
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK(strstr(file_text("stderr"), "/lock: No locks available\n"));
    CHECK(!strstr(file_text("stderr"), "another daemon") && !shared->starts && !shared->sleeps);
}

TEST(lock_is_held_until_the_worker_has_ended_too)
{
    begin();
    shared->actions[0] = ACTION_LINGER;
    pid_t program = program_start("-f", NULL, NULL);
    message_await(MESSAGE_STARTED);
    CHECK(!kill(program, SIGKILL));
    CHECK_EQUAL(program_wait(program), 128 + SIGKILL);
    /* Nothing would restart the worker, so it gets SIGTERM. */
    CHECK_EQUAL(message_await(MESSAGE_SIGNALLED).signal, SIGTERM);
    int lock = open(test_path("lock"), O_RDWR | O_CLOEXEC);
    CHECK(flock(lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK);
    close(release_pipe[1]);
    processes_await_end();
    CHECK(!flock(lock, LOCK_EX));
}

/**** The log ****/

/* Read what stderr has, until nothing comes for a while or all its writers have ended. */
static unsigned stderr_read(char *text, unsigned size)
{
    struct pollfd file = {.fd = stderr_pipe[0], .events = POLLIN};
    unsigned length = 0;

    while (poll(&file, 1, 500) == 1) {
        ssize_t more = read(stderr_pipe[0], text + length, size - 1 - length);

        CHECK(more >= 0 && length + (unsigned)more < size - 1);
        if (!more)
            break;
        length += (unsigned)more;
    }
    text[length] = 0;
    return length;
}

TEST(log_that_blocks_stops_neither_the_worker_nor_its_parent)
{
    static char text[4u << 20];
    unsigned lost = 0;

    begin();
    shared->blocks_stderr = true;
    shared->actions[0] = ACTION_CHAT;
    shared->actions[1] = ACTION_CHAT;
    pid_t program = program_start("-f", NULL, NULL);
    message_await(MESSAGE_STARTED);
    CHECK(!kill(message_await(MESSAGE_READY).process, SIGKILL));
    CHECK_EQUAL(message_await(MESSAGE_STARTED).parent, program);
    message_await(MESSAGE_READY);
    stderr_read(text, sizeof(text));
    CHECK(strstr(text, "xenpv-hookd: line 0 ") && !strstr(text, "line 9999 "));
    CHECK(!kill(program, SIGTERM));
    CHECK_EQUAL(program_wait(program), 0);
    close(stderr_pipe[1]);
    stderr_read(text, sizeof(text));
    CHECK(sscanf(text, "xenpv-hookd: %u lines of this log are lost", &lost) == 1 && lost > 1000);
    CHECK(strstr(text, "\nxenpv-hookd: the last line\n"));
}

TEST(log_that_blocks_does_not_keep_the_daemon_from_ending)
{
    begin();
    shared->blocks_stderr = true;
    shared->actions[0] = ACTION_CHAT;
    pid_t program = program_start("-f", NULL, NULL);
    message_await(MESSAGE_STARTED);
    message_await(MESSAGE_READY);
    CHECK(!kill(program, SIGTERM));
    CHECK_EQUAL(program_wait(program), 0);
}

/**** The service manager ****/

/* Return: the socket of a service manager, which the program inherits by NOTIFY_SOCKET. */
static int manager_create(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", test_path("manager"));
    CHECK(!bind(file, (struct sockaddr *)&address, sizeof(address)));
    CHECK(!setenv("NOTIFY_SOCKET", address.sun_path, 1));
    return file;
}

TEST(worker_reports_to_the_service_manager)
{
    char text[64] = "";

    begin();
    int manager = manager_create();
    shared->actions[0] = ACTION_EXIT;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(recv(manager, text, sizeof(text) - 1, 0) == 7 && !strcmp(text, "READY=1"));
}

TEST(release_reports_nothing_to_the_service_manager)
{
    char text[64];

    begin();
    int manager = manager_create();
    shared->actions[0] = ACTION_EXIT;
    CHECK_EQUAL(run("--release", NULL, NULL), 0);
    CHECK(recv(manager, text, sizeof(text), 0) < 0 && errno == EAGAIN);
}

/**** The worker and its supervisor ****/

TEST(worker_is_a_child_of_the_process_in_the_foreground)
{
    begin();
    pid_t program = program_start("--foreground", NULL, NULL);
    struct message message = message_await(MESSAGE_STARTED);

    CHECK(message.parent == program && message.session == getsid(0));
    CHECK(!kill(program, SIGTERM));
    CHECK_EQUAL(message_await(MESSAGE_SIGNALLED).signal, SIGTERM);
    CHECK_EQUAL(program_wait(program), 0);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(sigint_stops_the_daemon_like_sigterm)
{
    begin();
    pid_t program = program_start("-f", NULL, NULL);

    message_await(MESSAGE_STARTED);
    CHECK(!kill(program, SIGINT));
    CHECK_EQUAL(message_await(MESSAGE_SIGNALLED).signal, SIGTERM);
    CHECK_EQUAL(program_wait(program), 0);
}

TEST(exit_status_of_the_worker_is_that_of_the_program)
{
    begin();
    static const int statuses[] = {0, 1, 7};

    for (unsigned i = 0; i < 3; i++) {
        shared->actions[i] = ACTION_EXIT;
        shared->exit_status = statuses[i];
        CHECK_EQUAL(run("-f", NULL, NULL), statuses[i]);
        CHECK_EQUAL(shared->starts, i + 1);
    }
}

/* Have the first workers return @statuses, which end with 0. */
static void workers_return(const int *statuses)
{
    for (unsigned i = 0; i < STARTS_MAX; i++)
        shared->actions[i] = ACTION_EXIT;
    for (unsigned i = 0; statuses[i]; i++)
        shared->first_statuses[i] = statuses[i];
}

TEST(worker_that_ends_after_a_stall_of_xenstored_is_always_restarted_at_once)
{
    static const int statuses[STARTS_MAX] = {HOOK_RESTART, HOOK_RESTART, HOOK_RESTART, HOOK_RESTART,
                                             HOOK_RESTART, HOOK_RESTART, HOOK_RESTART};

    begin();
    workers_return(statuses);
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(shared->starts == 8 && !shared->pauses);
}

TEST(worker_that_loses_xenstored_is_replaced_until_one_connects)
{
    static const int statuses[] = {HOOK_LOST, HOOK_UNCONNECTED, HOOK_UNCONNECTED, 0};

    begin();
    workers_return(statuses);
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(shared->starts == 4 && shared->pauses == 3);
}

TEST(first_worker_that_cannot_connect_ends_the_daemon)
{
    static const int statuses[] = {HOOK_UNCONNECTED, 0};

    begin();
    workers_return(statuses);
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK(shared->starts == 1 && !shared->pauses);
}

TEST(daemon_stops_while_its_workers_cannot_connect)
{
    begin();
    shared->first_statuses[0] = HOOK_LOST;
    pid_t program = program_start("-f", NULL, NULL);
    message_await(MESSAGE_STARTED);
    CHECK(!kill(program, SIGTERM));
    CHECK_EQUAL(program_wait(program), 1);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(worker_that_is_restarted_while_stopping_is_asked_to_stop_too)
{
    begin();
    shared->first_statuses[0] = HOOK_RESTART;
    pid_t program = program_start("-f", NULL, NULL);
    message_await(MESSAGE_STARTED);
    CHECK(!kill(program, SIGTERM));
    message_await(MESSAGE_SIGNALLED);
    message_await(MESSAGE_STARTED);
    message_await(MESSAGE_SIGNALLED);
    CHECK_EQUAL(program_wait(program), 0);
    CHECK_EQUAL(shared->starts, 2);
}

TEST(release_begins_again_after_a_stall_of_xenstored)
{
    static const int statuses[] = {HOOK_RESTART, 0};

    begin();
    workers_return(statuses);
    CHECK_EQUAL(run("--release", NULL, NULL), 0);
    CHECK_EQUAL(shared->starts, 2);
}

TEST(worker_that_is_killed_is_restarted)
{
    begin();
    shared->actions[0] = shared->actions[1] = ACTION_DIE;
    shared->actions[2] = ACTION_WAIT;
    pid_t program = program_start("-f", NULL, NULL);
    struct message first = message_await(MESSAGE_STARTED), second = message_await(MESSAGE_STARTED),
                   third = message_await(MESSAGE_STARTED);
    CHECK(first.process != second.process && second.process != third.process);
    CHECK(third.parent == program);
    CHECK(!kill(third.process, SIGUSR1));
    message_await(MESSAGE_STARTED);
    CHECK(!kill(program, SIGTERM));
    message_await(MESSAGE_SIGNALLED);
    CHECK_EQUAL(program_wait(program), 0);
    CHECK(strstr(file_text("stderr"), "xenpv-hookd: the worker was killed by signal 9\n"));
    CHECK(strstr(file_text("stderr"), "xenpv-hookd: the worker was killed by signal 10\n"));
}

TEST(worker_that_keeps_dying_is_not_restarted_for_ever)
{
    begin();
    for (unsigned i = 0; i < STARTS_MAX; i++)
        shared->actions[i] = ACTION_DIE;
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK_EQUAL(shared->starts, 1 + SUPERVISOR_RESTARTS_MAX);
}

TEST(worker_that_dies_now_and_then_is_always_restarted)
{
    begin();
    for (unsigned i = 0; i < STARTS_MAX; i++)
        shared->actions[i] = ACTION_DIE;
    shared->actions[STARTS_MAX - 1] = ACTION_EXIT;
    shared->life_ms = SUPERVISOR_PERIOD_MS / SUPERVISOR_RESTARTS_MAX + 1;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK_EQUAL(shared->starts, STARTS_MAX);
}

TEST(deaths_soon_after_a_long_life_are_counted)
{
    begin();
    for (unsigned i = 0; i < STARTS_MAX; i++)
        shared->actions[i] = ACTION_DIE;
    shared->actions[STARTS_MAX - 1] = ACTION_EXIT;
    shared->actions[0] = ACTION_DIE_OLD;
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK_EQUAL(shared->starts, 1 + SUPERVISOR_RESTARTS_MAX);
}

TEST(worker_that_dies_while_stopping_is_not_restarted)
{
    begin();
    shared->actions[0] = ACTION_LINGER;
    pid_t program = program_start("-f", NULL, NULL);
    struct message message = message_await(MESSAGE_STARTED);
    CHECK(!kill(program, SIGTERM));
    message_await(MESSAGE_SIGNALLED);
    CHECK(!kill(message.process, SIGKILL));
    CHECK_EQUAL(program_wait(program), 1);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(release_runs_without_a_worker_process)
{
    begin();
    shared->actions[0] = ACTION_EXIT;
    shared->exit_status = 3;
    pid_t program = program_start("--release", "-l", "2");
    struct message message = message_await(MESSAGE_STARTED);
    CHECK_EQUAL(message.process, program);
    CHECK_EQUAL(program_wait(program), 3);
    CHECK(shared->options.release && shared->options.limit_ms == 2000);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(release_that_dies_is_not_restarted)
{
    begin();
    shared->actions[0] = ACTION_DIE;
    CHECK_EQUAL(run("--release", NULL, NULL), 128 + SIGKILL);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(daemon_runs_in_its_own_session_and_stops_on_sigterm)
{
    begin();
    char number[32];

    CHECK_EQUAL(run(NULL, NULL, NULL), 0);
    struct message message = message_await(MESSAGE_STARTED);
    CHECK(message.session != getsid(0) && message.session == message.parent);
    snprintf(number, sizeof(number), "%d\n", message.parent);
    CHECK(!strcmp(file_text("lock"), number));
    CHECK(!kill(message.parent, SIGTERM));
    CHECK_EQUAL(message_await(MESSAGE_SIGNALLED).signal, SIGTERM);
    processes_await_end();
    CHECK(!*file_text("stderr"));
}
