/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * One world with the firmware and the daemon in it, driven by a seed: see `usage` below. Nothing in
 * a run depends on real time or on addresses, so a seed does the same each time.
 */
#include "backends.h"
#include "copies.h"
#include "disturb.h"
#include "dom0_daemon.h"
#include "dom0_qemu.h"
#include "dom0_store.h"
#include "dom0_xen.h"
#include "guest.h"
#include "media.h"
#include "model/log.h"
#include "model/world.h"
#include "report.h"
#include "rules.h"
#include "script.h"
#include "system.h"
#include "toolstack.h"
#include "truth.h"
#include "turns.h"

#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define USUAL_RUNS 400u /* of check-host */

#define RUN_SECONDS  60u /* of the processor's time: one that uses so much hangs */
#define END_LIMIT_US (60u * UINT64_C(1000000))

/* Read by the sanitizer before main. What is killed leaves its memory behind. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

/**** One run ****/

/* A sanitizer has ended the run. */
static void died(void)
{
    report_show();
    printf("broken rule of C: see what the sanitizer reports\n");
    fflush(stdout);
}

/* While the core copies, others may run too. */
static void copy_begins(void)
{
    if (fiber_running() && random_chance(&turns_random, 1))
        sleep_us(0);
}

static void run_begin(uint64_t seed)
{
    world_reset();
    world_destroy_guest();
    backends_reset();
    media_reset();
    turns_reset(seed);
    toolstack_reset();
    dom0_store_reset();
    dom0_xen_reset();
    qemu_reset();
    truth_reset();
    rules_reset();
    system_reset();
    disturb_reset();
    guest_reset();
    script_make(seed);
    copies_hook = copy_begins;
}

static void run_script(void)
{
    toolstack_create();
    if (script_daemon_is_first())
        daemon_start(false);
    while (!guest_is_done() || !script_is_calm())
        turn();
}

/* Once all behave again, a boot and a hand-over go well, and the daemon leaves nothing. */
static void run_last_boot(void)
{
    if (!daemon_lives())
        daemon_start(false);
    guest_make_last();
    toolstack_destroy();
    toolstack_create();
    while (!guest_is_done())
        turn();
    uint64_t told_us = clock_now_us();
    daemon_signal(SIGTERM);
    while (daemon_lives()) {
        turn();
        if (clock_now_us() - told_us > END_LIMIT_US)
            violation("the daemon does not end");
    }
    truth_compare_images();
    toolstack_destroy();
}

/* @events: a bit for each of the list that happens. */
static void run(uint64_t seed, uint64_t events)
{
    __sanitizer_set_death_callback(died);
    run_begin(seed);
    for (unsigned i = 0; i < 64; i++)
        if (!(events >> i & 1))
            script_skip(i);
    run_script();
    run_last_boot();
}

/**** Many ****/

#define ROOM 64u /* for what is added to the text */

/* In a process of its own. @text: what it prints, or NULL. Return: whether it was good. */
static bool run_apart(uint64_t seed, uint64_t events, char *text, size_t size)
{
    int ends[2], status;

    fflush(stdout);
    if (pipe(ends))
        abort();
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        setrlimit(RLIMIT_CPU, &(struct rlimit){RUN_SECONDS, RUN_SECONDS + 5});
        run(seed, events);
        exit(0);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got; (got = read(ends[0], text + used, size - ROOM - used)) > 0;) {
        used += (size_t)got;
        /* The end matters more than the beginning. */
        if (used >= size - ROOM)
            memmove(text, text + size / 2, used -= size / 2);
    }
    text[used] = 0;
    close(ends[0]);
    if (child < 0 || waitpid(child, &status, 0) != child)
        abort();
    if (WIFSIGNALED(status))
        snprintf(text + used, size - used, "\nended by signal %d", WTERMSIG(status));
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

/* Its last line that is not empty: which rule was broken. */
static const char *reason_of(char *text)
{
    size_t length = strlen(text);

    while (length && text[length - 1] == '\n')
        text[--length] = 0;
    const char *line = strrchr(text, '\n');
    return line ? line + 1 : text;
}

static char output[65536];
static const char *program; /* its name */

/* Each run counts as a test. @progress: print a line now and then. */
static int run_many(uint64_t first, unsigned runs, bool progress)
{
    unsigned failed = 0;

    for (unsigned i = 0; i < runs; i++) {
        unsigned long long seed = first + i;

        if (!run_apart(seed, UINT64_MAX, output, sizeof(output))) {
            printf("not ok seed %llu: %s\n  again: %s %llu\n", seed, reason_of(output), program,
                   seed);
            failed++;
        }
        if (progress && (i + 1) % 100 == 0)
            printf("%u of %u, %u failed\n", i + 1, runs, failed);
    }
    printf("world: %u passed, %u failed\n", runs - failed, failed);
    return failed || !runs;
}

/* What a reason is without its numbers. */
static bool same_reason(const char *one, const char *other)
{
    size_t length = strcspn(one, "0123456789");

    return !strncmp(one, other, length);
}

static int shrink(uint64_t seed)
{
    uint64_t events = UINT64_MAX;
    const char *comma = "";
    char reason[256];

    if (run_apart(seed, events, output, sizeof(output))) {
        printf("seed %llu does not fail\n", (unsigned long long)seed);
        return 1;
    }
    snprintf(reason, sizeof(reason), "%s", reason_of(output));
    for (unsigned i = 64; i-- > 0;) {
        uint64_t fewer = events & ~(UINT64_C(1) << i);

        if (!run_apart(seed, fewer, output, sizeof(output)) &&
            same_reason(reason_of(output), reason))
            events = fewer;
    }
    run_apart(seed, events, output, sizeof(output));
    printf("%s\n%s %llu --only ", output, program, (unsigned long long)seed);
    for (unsigned i = 0; i < 64; i++)
        if (events >> i & 1) {
            printf("%s%u", comma, i);
            comma = ",";
        }
    printf("\n");
    return 0;
}

/**** The command line ****/

static const char *option(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], name))
            return i + 1 < argc ? argv[i + 1] : "";
    return NULL;
}

static uint64_t events_of(const char *list)
{
    uint64_t events = 0;
    char *end;

    for (; *list; list = *end ? end + 1 : end)
        events |= UINT64_C(1) << strtoul(list, &end, 10) % 64;
    return events;
}

static int usage(void)
{
    printf("usage: %s                            the fixed number of runs of make check-host\n"
           "       %s SEED [--only N,N,...] [--verbose]\n"
           "                       one run: its log if a rule is broken, and its list of events;\n"
           "                       --only: with no other events of the list than these;\n"
           "                       --verbose: its log in any case\n"
           "       %s --shrink SEED         find out which events a run fails with\n"
           "       %s --runs N [--first SEED]   N runs from this seed on; which fail\n",
           program, program, program, program);
    return 0;
}

int main(int argc, char **argv)
{
    const char *runs = option(argc, argv, "--runs"), *first = option(argc, argv, "--first");
    const char *small = option(argc, argv, "--shrink"), *only = option(argc, argv, "--only");

    program = argv[0];
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (option(argc, argv, "--help"))
        return usage();
    if (runs)
        return run_many(first ? strtoull(first, NULL, 10) : 1, (unsigned)atoi(runs), true);
    if (small)
        return shrink(strtoull(small, NULL, 10));
    if (argc < 2)
        return run_many(1, USUAL_RUNS, false);
    run(strtoull(argv[1], NULL, 10), only ? events_of(only) : UINT64_MAX);
    if (option(argc, argv, "--verbose"))
        log_show();
    script_print();
    printf("no rule was broken, in %u turns\n", turns_count());
    return 0;
}
