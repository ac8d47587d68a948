/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "error.h"

#include "bytes.h"
#include "public.h"

struct error_entry {
    int number;
    const char *name;
};

static const struct error_entry error_table[] = {
#define XEN_ERRNO(name, value) {value, #name},
#include <xen/errno.h>
};

#define ERROR_COUNT (sizeof(error_table) / sizeof(error_table[0]))

const char *error_name(long error)
{
    for (unsigned i = 0; i < ERROR_COUNT; i++)
        if (error == error_table[i].number || error == -error_table[i].number)
            return error_table[i].name;
    return "unknown error";
}

int error_from_name(const char *name, uint32_t length)
{
    for (unsigned i = 0; i < ERROR_COUNT; i++)
        if (string_length(error_table[i].name) == length &&
            bytes_equal(error_table[i].name, name, length))
            return -error_table[i].number;
    return -XEN_EIO;
}
