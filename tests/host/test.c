/* SPDX-License-Identifier: LGPL-3.0-or-later */
#define _GNU_SOURCE
#include "test.h"

#include "model/fault.h"
#include "model/log.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define TESTS_MAX 1024
/* A test that uses this much processor time hangs. Other programs on the machine do not count
 * against it. */
#define TEST_SECONDS 60

static struct {
    const char *name;
    const char *file;
    test_function *function;
} tests[TESTS_MAX];

static unsigned test_count;
static const char *running = "";
static char note[256];

/* Shared with the test's process: empty, or the path of the folder that the test has made. */
static char *folder;
#define FOLDER_BYTES 256

void test_register(const char *name, const char *file, test_function *function)
{
    if (test_count == TESTS_MAX) {
        fprintf(stderr, "more than %u tests: raise TESTS_MAX\n", TESTS_MAX);
        abort();
    }
    tests[test_count].name = name;
    tests[test_count].file = file;
    tests[test_count++].function = function;
}

void test_note(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(note, sizeof(note), format, args);
    va_end(args);
}

const char *test_folder(void)
{
    const char *parent = getenv("TMPDIR");

    if (*folder)
        return folder;
    snprintf(folder, FOLDER_BYTES, "%s/xenpv-test-XXXXXX", parent && *parent ? parent : "/tmp");
    if (!mkdtemp(folder))
        *folder = 0;
    return *folder ? folder : NULL;
}

const char *test_path(const char *name)
{
    static char paths[4][FOLDER_BYTES + 64];
    static unsigned next;
    char *path = paths[next++ % 4];

    CHECK(test_folder());
    snprintf(path, sizeof(paths[0]), "%s/%s", test_folder(), name);
    return path;
}

static int entry_remove(const char *path, const struct stat *status, int type, struct FTW *position)
{
    (void)status, (void)type, (void)position;
    return remove(path);
}

static void folder_remove(void)
{
    if (*folder)
        nftw(folder, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
    *folder = 0;
}

/* One line for a failed test; more with VERBOSE=1. */
static _Noreturn void fail(const char *format, ...)
{
    va_list args;

    printf("not ok %s: ", running);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("%s%s\n", *note ? ", with " : "", note);
    if (getenv("VERBOSE"))
        log_show();
    fflush(stdout);
    _exit(1);
}

void test_fail(const char *file, int line, const char *what)
{
    fail("%s:%d: %s", file, line, what);
}

void test_fail_values(const char *file, int line, const char *what, long long found,
                      long long expected)
{
    fail("%s:%d: %s is %lld, not %lld", file, line, what, found, expected);
}

void model_fault(const char *format, ...)
{
    char text[256];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fail("the firmware broke a rule: %s", text);
}

/* Read by the sanitizer before main. The core allocates nothing that could leak. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "detect_leaks=0:exitcode=2";
}

static bool run_test(unsigned i)
{
    int status;
    struct rusage usage;
    pid_t child = fork();

    if (child == 0) {
        running = tests[i].name;
        setrlimit(RLIMIT_CPU, &(struct rlimit){TEST_SECONDS, TEST_SECONDS + 5});
        tests[i].function();
        exit(0);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("fork");
        exit(2);
    }
    folder_remove();
    if (getenv("TIMES"))
        printf("%s: %ld ms\n", tests[i].name,
               usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000);
    if (WIFSIGNALED(status))
        printf("not ok %s: %s\n", tests[i].name,
               WTERMSIG(status) == SIGXCPU ? "hangs" : strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) > 1)
        /* The sanitizer's report is above. */
        printf("not ok %s: ended by a sanitizer\n", tests[i].name);
    fflush(stdout);
    return WIFEXITED(status) && !WEXITSTATUS(status);
}

/*
 * Run the tests whose names contain the argument, or all tests. The last line of the output is
 * "PROGRAM: N passed, N failed", with the name of this program.
 */
int main(int argc, char **argv)
{
    const char *wanted = argc > 1 ? argv[1] : "";
    const char *slash = strrchr(argv[0], '/');
    unsigned passed = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    folder = mmap(NULL, FOLDER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (folder == MAP_FAILED)
        return 2;
    for (unsigned i = 0; i < test_count; i++) {
        if (!strstr(tests[i].name, wanted))
            continue;
        if (run_test(i))
            passed++;
        else
            failed++;
    }
    printf("%s: %u passed, %u failed\n", slash ? slash + 1 : argv[0], passed, failed);
    return failed || !passed;
}
