/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Counting and reporting. */
#include "console.h"
#include "guest.h"

/* A broken ROM fails thousands of checks; the first ones say why. */
#define FAILURES_PRINTED 40

unsigned checks_passed, checks_failed;

bool check(bool good, const char *format, ...)
{
    va_list arguments;

    if (good) {
        checks_passed++;
        return true;
    }
    checks_failed++;
    if (checks_failed > FAILURES_PRINTED)
        return false;
    print("FAIL ");
    va_start(arguments, format);
    print_arguments(format, arguments);
    va_end(arguments);
    print("\n");
    return false;
}

bool param_is(const char *word)
{
    for (const char *text = params; *text && text < params + sizeof(params); text++) {
        size_t length = 0;
        if (text > params && text[-1] != ' ')
            continue;
        while (word[length] && text[length] == word[length])
            length++;
        if (!word[length] && (text[length] == ' ' || text[length] == '\n' || !text[length]))
            return true;
    }
    return false;
}

void done(void)
{
    if (checks_failed > FAILURES_PRINTED)
        print("... and %u more\n", checks_failed - FAILURES_PRINTED);
    print("DONE passed=%u failed=%u\n", checks_passed, checks_failed);
    for (;;)
        __asm__ volatile("cli; hlt");
}
