/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The program around the hook: command line, lock, daemon, and the process that starts the worker
 * again. All processes are real; the worker does what the test says.
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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "hook.h"
#include "lock.h"
#include "log.h"
#include "signals.h"
#include "supervisor.h"
#include "test.h"

#define STARTS_MAX   16u
#define TEST_SECONDS 60u
#define PATH_BYTES   300

/* What the worker does, once it has said that it is there. */
enum deed {
    DEED_WAIT,   /* ends when it is told to */
    DEED_LINGER, /* says when it is told to end, and does so when the test lets it */
    DEED_EXIT,
    DEED_DIE,     /* of SIGKILL, after a life of life_ms */
    DEED_DIE_OLD, /* the same when all deaths before it are forgotten */
};

/* What the test and the processes below it share. */
static struct {
    uint64_t now_ms;
    enum deed deeds[STARTS_MAX];
    unsigned starts, life_ms, sleeps, let_go_after;
    int exit_status;
    struct options options; /* as the worker has got them */
} * shared;

/* What a worker says. */
struct word {
    enum { WORD_STARTED, WORD_TOLD } what;
    pid_t process, parent, session;
    int signal;
};

static int words[2], leave[2]; /* from the workers, and to one that lingers */
static int held = -1;          /* the lock, if the test holds it */

/* Each test is a process of its own, and begins here. */
static void begin(void)
{
    alarm(TEST_SECONDS);
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    CHECK(!pipe2(words, O_CLOEXEC) && !pipe2(leave, O_CLOEXEC));
}

/* In place of clock.c. */
uint64_t clock_ms(void)
{
    return shared->now_ms;
}

/* By the linker's --wrap: no time is lost while a lock is waited for. */
int __wrap_usleep(useconds_t us);
int __wrap_usleep(useconds_t us)
{
    (void)us;
    if (++shared->sleeps == shared->let_go_after)
        flock(held, LOCK_UN);
    return 0;
}

/* The runner's; what is reported goes to stderr. */
void log_show(void);
void log_show(void)
{
}

/**** The worker ****/

static void say(int what, int signal)
{
    const struct word word = {what, getpid(), getppid(), getsid(0), signal};

    if (write(words[1], &word, sizeof(word)) != sizeof(word))
        _exit(99);
}

/* The first signal, or 0 if the test is gone. */
static int signal_wait(void)
{
    struct signalfd_siginfo signal;
    sigset_t set;

    signals_fill(&set);
    struct pollfd files[] = {{.fd = signalfd(-1, &set, SFD_CLOEXEC), .events = POLLIN},
                             {.fd = words[1], .events = 0}};
    while (poll(files, 2, -1) < 0)
        ;
    if (!(files[0].revents & POLLIN) || read(files[0].fd, &signal, sizeof(signal)) < 0)
        return 0;
    return (int)signal.ssi_signo;
}

/* In place of hook.c. */
int hook_run(const struct options *options)
{
    enum deed deed = shared->deeds[shared->starts++ % STARTS_MAX];
    char byte;

    shared->options = *options;
    log_detail("a detail");
    say(WORD_STARTED, 0);
    if (deed == DEED_EXIT)
        return shared->exit_status;
    if (deed == DEED_DIE || deed == DEED_DIE_OLD) {
        shared->now_ms += deed == DEED_DIE ? shared->life_ms : SUPERVISOR_PERIOD_MS + 1;
        raise(SIGKILL);
    }
    say(WORD_TOLD, signal_wait());
    if (deed == DEED_LINGER && read(leave[0], &byte, 1) < 0)
        _exit(99);
    return shared->exit_status;
}

/**** Starting the program, and what it says ****/

static const char *in_folder(const char *name)
{
    static char paths[4][PATH_BYTES];
    static unsigned next;
    char *path = paths[next++ % 4];

    CHECK(test_folder());
    snprintf(path, PATH_BYTES, "%s/%s", test_folder(), name);
    return path;
}

static const char *text_of(const char *name)
{
    static char text[4096];
    FILE *file = fopen(in_folder(name), "r");

    CHECK(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = 0;
    fclose(file);
    return text;
}

static void output_goes_to(int number, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (file < 0 || dup2(file, number) < 0)
        _exit(98);
}

/* Run the program with up to three arguments. @return its first process. */
static pid_t program_start(const char *first, const char *second, const char *third)
{
    char *arguments[] = {strdup("xenpv-hookd"), first ? strdup(first) : NULL,
                         second ? strdup(second) : NULL, third ? strdup(third) : NULL, NULL};
    const char *lock = in_folder("lock"), *out = in_folder("stdout"), *err = in_folder("stderr");
    int count = 0;

    while (arguments[count])
        count++;
    pid_t program = fork();
    CHECK(program >= 0);
    if (program)
        return program;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* So that a worker sees the end of the test. */
    close(words[0]);
    close(leave[1]);
    output_goes_to(STDOUT_FILENO, out);
    output_goes_to(STDERR_FILENO, err);
    exit(daemon_main(count, arguments, lock));
}

/* The exit status, or 128 and the signal. */
static int status_of(pid_t program)
{
    int status;

    while (waitpid(program, &status, 0) != program)
        CHECK_EQUAL(errno, EINTR);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run(const char *first, const char *second, const char *third)
{
    return status_of(program_start(first, second, third));
}

static struct word await(int what)
{
    struct word word = {.what = what};

    CHECK_EQUAL(read(words[0], &word, sizeof(word)), sizeof(word));
    CHECK_EQUAL(word.what, what);
    return word;
}

/* Until all workers and what started them are gone. */
static void await_silence(void)
{
    struct word word;

    close(words[1]);
    CHECK_EQUAL(read(words[0], &word, sizeof(word)), 0);
}

static void lock_hold(void)
{
    held = open(in_folder("lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    CHECK(held >= 0 && !flock(held, LOCK_EX | LOCK_NB));
}

/**** The command line ****/

static void parse(struct options *options, const char *first, const char *second)
{
    char *arguments[] = {strdup("xenpv-hookd"), first ? strdup(first) : NULL,
                         second ? strdup(second) : NULL, NULL};

    memset(options, 0xff, sizeof(*options));
    options_parse(options, second ? 3 : first ? 2 : 1, arguments);
}

TEST(without_options_it_is_a_daemon_that_waits_ten_seconds_for_disks)
{
    struct options options;

    parse(&options, NULL, NULL);
    CHECK(!options.foreground && !options.release && !options.verbose);
    CHECK_EQUAL(options.limit_ms, 10000);
}

TEST(options_are_taken_in_both_forms)
{
    static const char *const forms[][3] = {{"-f", "-v", "-r"},
                                           {"--foreground", "--verbose", "--release"}};

    for (unsigned i = 0; i < 2; i++) {
        for (unsigned option = 0; option < 3; option++) {
            struct options options;
            pid_t child = fork(); /* getopt begins anew in each */

            if (child) {
                CHECK_EQUAL(status_of(child), 0);
                continue;
            }
            parse(&options, forms[i][option], NULL);
            _exit(options.foreground != (option != 1) || options.verbose != (option == 1) ||
                  options.release != (option == 2) || options.limit_ms != 10000);
        }
    }
}

TEST(limit_is_taken_from_1_to_600_seconds)
{
    static const struct {
        const char *text;
        unsigned ms;
    } limits[] = {{"1", 1000}, {"17", 17000}, {"600", 600000}};

    for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        struct options options;
        pid_t child = fork();

        if (child) {
            CHECK_EQUAL(status_of(child), 0);
            continue;
        }
        parse(&options, i ? "--limit" : "-l", limits[i].text);
        _exit(options.limit_ms != limits[i].ms);
    }
}

TEST(limit_that_is_none_ends_it_with_2)
{
    begin();
    static const char *const limits[] = {"0", "601", "-1", "", "10s", "010", "1.5", "4294967297"};

    for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        test_note("the limit '%s'", limits[i]);
        CHECK_EQUAL(run("-f", "--limit", limits[i]), 2);
        CHECK(strstr(text_of("stderr"), "xenpv-hookd: the limit is a number of seconds"));
        CHECK(strstr(text_of("stderr"), "\nusage: xenpv-hookd"));
    }
    CHECK(!shared->starts);
}

TEST(wrong_usage_ends_it_with_2_and_the_usage)
{
    begin();
    static const char *const wrong[][2] = {
        {"-x", NULL}, {"--frobnicate", NULL}, {"-l", NULL}, {"--limit", NULL}, {"-f", "domain"}};

    for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CHECK_EQUAL(run(wrong[i][0], wrong[i][1], NULL), 2);
        CHECK(strstr(text_of("stderr"), "usage: xenpv-hookd"));
        CHECK(!*text_of("stdout"));
    }
    CHECK(!shared->starts && access(in_folder("lock"), F_OK));
}

TEST(help_and_version_are_printed_and_nothing_else_is_done)
{
    begin();
    CHECK_EQUAL(run("--help", NULL, NULL), 0);
    CHECK(!strncmp(text_of("stdout"), "usage: xenpv-hookd", 18) && !*text_of("stderr"));
    CHECK_EQUAL(run("-h", NULL, NULL), 0);
    CHECK(!strncmp(text_of("stdout"), "usage: xenpv-hookd", 18));
    CHECK_EQUAL(run("--version", NULL, NULL), 0);
    CHECK(!strcmp(text_of("stdout"), "xenpv-hookd " HOOK_VERSION "\n") && !*text_of("stderr"));
    CHECK_EQUAL(run("-V", NULL, NULL), 0);
    CHECK(!strcmp(text_of("stdout"), "xenpv-hookd " HOOK_VERSION "\n"));
    CHECK(!shared->starts && access(in_folder("lock"), F_OK));
}

TEST(details_are_reported_with_verbose_alone)
{
    begin();
    shared->deeds[0] = shared->deeds[1] = DEED_EXIT;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(!*text_of("stderr"));
    CHECK_EQUAL(run("-fv", "-l", "7"), 0);
    CHECK(!strcmp(text_of("stderr"), "xenpv-hookd: a detail\n"));
    CHECK_EQUAL(shared->options.limit_ms, 7000);
}

/**** The lock ****/

TEST(lock_holds_the_number_of_the_first_process_and_is_let_go_at_the_end)
{
    begin();
    char number[32];
    FILE *file = fopen(in_folder("lock"), "w");

    CHECK(file && fputs("12345678901234567890\n", file) >= 0 && !fclose(file));
    pid_t program = program_start("-f", NULL, NULL);
    await(WORD_STARTED);
    snprintf(number, sizeof(number), "%d\n", program);
    CHECK(!strcmp(text_of("lock"), number));
    int lock = open(in_folder("lock"), O_RDWR | O_CLOEXEC);
    CHECK(flock(lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK);
    CHECK(!kill(program, SIGTERM));
    CHECK_EQUAL(status_of(program), 0);
    CHECK(!flock(lock, LOCK_EX | LOCK_NB));
}

TEST(second_daemon_ends_with_1)
{
    begin();
    lock_hold();
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK(strstr(text_of("stderr"), "/lock: another one is running\n"));
    CHECK_EQUAL(run("--release", NULL, NULL), 1);
    CHECK_EQUAL(shared->sleeps, 2 * LOCK_TRIES);
    CHECK(!shared->starts && !*text_of("lock"));
}

TEST(lock_that_is_let_go_meanwhile_is_taken)
{
    begin();
    lock_hold();
    shared->let_go_after = LOCK_TRIES;
    shared->deeds[0] = DEED_EXIT;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(lock_can_be_opened_by_its_owner_alone)
{
    struct stat found;

    begin();
    umask(0);
    shared->deeds[0] = shared->deeds[1] = DEED_EXIT;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(!stat(in_folder("lock"), &found));
    CHECK_EQUAL(found.st_mode & 07777, 0600);
    /* One that an earlier version has made. */
    CHECK(!chmod(in_folder("lock"), 0644));
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK(!stat(in_folder("lock"), &found));
    CHECK_EQUAL(found.st_mode & 07777, 0600);
}

TEST(lock_is_no_link_to_another_file)
{
    begin();
    CHECK(!symlink("precious", in_folder("lock")));
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK(strstr(text_of("stderr"), "/lock: Too many levels of symbolic links\n"));
    CHECK(!shared->starts && access(in_folder("precious"), F_OK));
}

TEST(lock_that_cannot_be_made_ends_it_with_1)
{
    begin();
    CHECK(!mkdir(in_folder("lock"), 0700));
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK(strstr(text_of("stderr"), "/lock: Is a directory\n"));
    CHECK(!shared->starts);
}

TEST(lock_is_held_until_the_worker_has_ended_as_well)
{
    begin();
    shared->deeds[0] = DEED_LINGER;
    pid_t program = program_start("-f", NULL, NULL);
    await(WORD_STARTED);
    CHECK(!kill(program, SIGKILL));
    CHECK_EQUAL(status_of(program), 128 + SIGKILL);
    /* Nothing would start it again: it is told to leave in order. */
    CHECK_EQUAL(await(WORD_TOLD).signal, SIGTERM);
    int lock = open(in_folder("lock"), O_RDWR | O_CLOEXEC);
    CHECK(flock(lock, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK);
    close(leave[1]);
    await_silence();
    CHECK(!flock(lock, LOCK_EX));
}

/**** The worker, started and started again ****/

TEST(worker_is_a_child_of_the_process_in_the_foreground)
{
    begin();
    pid_t program = program_start("--foreground", NULL, NULL);
    struct word word = await(WORD_STARTED);

    CHECK(word.parent == program && word.session == getsid(0));
    CHECK(!kill(program, SIGTERM));
    CHECK_EQUAL(await(WORD_TOLD).signal, SIGTERM);
    CHECK_EQUAL(status_of(program), 0);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(sigint_ends_it_as_sigterm_does)
{
    begin();
    pid_t program = program_start("-f", NULL, NULL);

    await(WORD_STARTED);
    CHECK(!kill(program, SIGINT));
    CHECK_EQUAL(await(WORD_TOLD).signal, SIGTERM);
    CHECK_EQUAL(status_of(program), 0);
}

TEST(status_of_a_worker_that_ends_is_the_programs)
{
    begin();
    static const int statuses[] = {0, 1, 7};

    for (unsigned i = 0; i < 3; i++) {
        shared->deeds[i] = DEED_EXIT;
        shared->exit_status = statuses[i];
        CHECK_EQUAL(run("-f", NULL, NULL), statuses[i]);
        CHECK_EQUAL(shared->starts, i + 1);
    }
}

TEST(worker_that_dies_is_started_again)
{
    begin();
    shared->deeds[0] = shared->deeds[1] = DEED_DIE;
    shared->deeds[2] = DEED_WAIT;
    pid_t program = program_start("-f", NULL, NULL);
    struct word first = await(WORD_STARTED), second = await(WORD_STARTED),
                third = await(WORD_STARTED);
    CHECK(first.process != second.process && second.process != third.process);
    CHECK(third.parent == program);
    CHECK(!kill(third.process, SIGUSR1));
    await(WORD_STARTED);
    CHECK(!kill(program, SIGTERM));
    await(WORD_TOLD);
    CHECK_EQUAL(status_of(program), 0);
    CHECK(strstr(text_of("stderr"), "xenpv-hookd: the worker died of signal 9\n"));
    CHECK(strstr(text_of("stderr"), "xenpv-hookd: the worker died of signal 10\n"));
}

TEST(worker_that_keeps_dying_is_given_up)
{
    begin();
    for (unsigned i = 0; i < STARTS_MAX; i++)
        shared->deeds[i] = DEED_DIE;
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK_EQUAL(shared->starts, 1 + SUPERVISOR_DEATHS_MAX);
}

TEST(worker_that_dies_now_and_then_is_not_given_up)
{
    begin();
    for (unsigned i = 0; i < STARTS_MAX; i++)
        shared->deeds[i] = DEED_DIE;
    shared->deeds[STARTS_MAX - 1] = DEED_EXIT;
    shared->life_ms = SUPERVISOR_PERIOD_MS / SUPERVISOR_DEATHS_MAX + 1;
    CHECK_EQUAL(run("-f", NULL, NULL), 0);
    CHECK_EQUAL(shared->starts, STARTS_MAX);
}

TEST(worker_that_keeps_dying_after_a_long_life_is_given_up)
{
    begin();
    for (unsigned i = 0; i < STARTS_MAX; i++)
        shared->deeds[i] = DEED_DIE;
    shared->deeds[STARTS_MAX - 1] = DEED_EXIT;
    shared->deeds[0] = DEED_DIE_OLD;
    CHECK_EQUAL(run("-f", NULL, NULL), 1);
    CHECK_EQUAL(shared->starts, 1 + SUPERVISOR_DEATHS_MAX);
}

TEST(worker_that_dies_while_it_is_told_to_end_is_not_started_again)
{
    begin();
    shared->deeds[0] = DEED_LINGER;
    pid_t program = program_start("-f", NULL, NULL);
    struct word word = await(WORD_STARTED);
    CHECK(!kill(program, SIGTERM));
    await(WORD_TOLD);
    CHECK(!kill(word.process, SIGKILL));
    CHECK_EQUAL(status_of(program), 1);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(release_is_done_by_the_process_itself)
{
    begin();
    shared->deeds[0] = DEED_EXIT;
    shared->exit_status = 3;
    pid_t program = program_start("--release", "-l", "2");
    struct word word = await(WORD_STARTED);
    CHECK_EQUAL(word.process, program);
    CHECK_EQUAL(status_of(program), 3);
    CHECK(shared->options.release && shared->options.limit_ms == 2000);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(release_that_dies_is_not_done_again)
{
    begin();
    shared->deeds[0] = DEED_DIE;
    CHECK_EQUAL(run("--release", NULL, NULL), 128 + SIGKILL);
    CHECK_EQUAL(shared->starts, 1);
}

TEST(daemon_has_a_session_of_its_own_and_ends_when_it_is_told_to)
{
    begin();
    char number[32];

    CHECK_EQUAL(run(NULL, NULL, NULL), 0);
    struct word word = await(WORD_STARTED);
    CHECK(word.session != getsid(0) && word.session == word.parent);
    snprintf(number, sizeof(number), "%d\n", word.parent);
    CHECK(!strcmp(text_of("lock"), number));
    CHECK(!kill(word.parent, SIGTERM));
    CHECK_EQUAL(await(WORD_TOLD).signal, SIGTERM);
    await_silence();
    CHECK(!*text_of("stderr"));
}
