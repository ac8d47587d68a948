/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The test runner. Each TEST runs in a process of its own, so that a test that crashes, hangs or
 * misuses memory fails alone.
 */
#ifndef TEST_H
#define TEST_H

typedef void test_function(void);

void test_register(const char *name, const char *file, test_function *function);

/** Define a test. Its name is a sentence that says what holds. */
#define TEST(name)                                                                                 \
    static void name(void);                                                                        \
    __attribute__((constructor)) static void register_##name(void)                                 \
    {                                                                                              \
        test_register(#name, __FILE__, name);                                                      \
    }                                                                                              \
    static void name(void)

/** Set what the test is about to try, which is printed if it fails. */
void test_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** A folder of the test's own, which the runner removes afterwards; NULL if it cannot be made. */
const char *test_folder(void);

/** Return: the path of @name in that folder; valid for the next three calls. */
const char *test_path(const char *name);

_Noreturn void test_fail(const char *file, int line, const char *what);
_Noreturn void test_fail_values(const char *file, int line, const char *what, long long found,
                                long long expected);

/** How many of @count random or similar cases to try in this build: all in a 64-bit one, and an
 * eighth in 32-bit ones, which QEMU may have to run. */
static inline unsigned test_share(unsigned count)
{
    return sizeof(void *) == 4 ? (count + 7) / 8 : count;
}

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            test_fail(__FILE__, __LINE__, #condition);                                             \
    } while (0)

#define CHECK_EQUAL(found, expected)                                                               \
    do {                                                                                           \
        long long found_ = (long long)(found), expected_ = (long long)(expected);                  \
        if (found_ != expected_)                                                                   \
            test_fail_values(__FILE__, __LINE__, #found, found_, expected_);                       \
    } while (0)

#endif
