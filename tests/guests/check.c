/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Counting and reporting. */
#include "console.h"
#include "guest.h"

/* A broken ROM fails thousands of checks; print only the first. */
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

/* The rest of the first parameter that begins with this text, or NULL. */
static const char *param_find(const char *begin, bool (*good_end)(char))
{
    const char *end = params + sizeof(params);

    for (const char *text = params; text < end && *text; text++) {
        size_t length = 0;
        if (text > params && text[-1] != ' ')
            continue;
        while (begin[length] && text + length < end && text[length] == begin[length])
            length++;
        if (!begin[length] && text + length < end && good_end(text[length]))
            return text + length;
    }
    return NULL;
}

static bool is_end(char c)
{
    return c == ' ' || c == '\n' || !c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool param_is(const char *word)
{
    return param_find(word, is_end) != NULL;
}

static bool is_text(char c)
{
    return !is_end(c);
}

const char *param_text(const char *name)
{
    return param_find(name, is_text);
}

uint32_t param_number(const char *name, uint32_t otherwise)
{
    const char *digit = param_find(name, is_digit);
    uint32_t value = 0;

    if (!digit)
        return otherwise;
    while (is_digit(*digit))
        value = value * 10 + (uint32_t)(*digit++ - '0');
    return value;
}

void done(void)
{
    if (checks_failed > FAILURES_PRINTED)
        print("... and %u more\n", checks_failed - FAILURES_PRINTED);
    print("DONE passed=%u failed=%u\n", checks_passed, checks_failed);
    for (;;)
        __asm__ volatile("cli; hlt");
}
