/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "oem_strings.h"

#include <stdbool.h>

/* "OEM Strings", 7.12. */
#define TYPE_OEM_STRINGS 11

/* "Structure header format", 6.1.2: the beginning of every structure. */
struct smbios_header {
    uint8_t type;
    uint8_t length; /* of the header and the fields behind it, which the strings follow */
    uint8_t handle[2];
};

_Static_assert(sizeof(struct smbios_header) == 4, "SMBIOS 6.1.2");

/* The rest of the table. */
struct rest {
    const uint8_t *at, *end;
};

/* Take a string. Return: it, or NULL if it does not end within the table. */
static const char *rest_take_string(struct rest *rest)
{
    const uint8_t *string = rest->at;

    for (const uint8_t *at = string; at < rest->end; at++) {
        if (*at)
            continue;
        rest->at = at + 1;
        return (const char *)string;
    }
    return 0;
}

/* Take the fields of a structure. Return: its type, or -1 if they do not end within the table. */
static int rest_take_fields(struct rest *rest)
{
    const struct smbios_header *header = (const void *)rest->at;
    uint32_t left = (uint32_t)(rest->end - rest->at);

    if (left < sizeof(*header) || header->length < sizeof(*header) || header->length > left)
        return -1;
    rest->at += header->length;
    return header->type;
}

/* Take the strings of a structure. An empty string ends them; a structure without strings has two
 * empty ones. Return: whether they end within the table; *@found: string @number, counted from 1,
 * or NULL; *@count: how many there are. */
static bool rest_take_strings(struct rest *rest, unsigned number, const char **found,
                              unsigned *count)
{
    const char *string = rest_take_string(rest);

    *count = 0;
    *found = 0;
    if (string && !*string)
        return rest_take_string(rest) != 0;
    for (; string && *string; string = rest_take_string(rest))
        if (++*count == number)
            *found = string;
    return string != 0;
}

const char *oem_string(const void *table, uint32_t bytes, unsigned number)
{
    struct rest rest = {.at = table, .end = (const uint8_t *)table + bytes};
    const char *found;
    unsigned count;
    int type;

    while ((type = rest_take_fields(&rest)) >= 0 &&
           rest_take_strings(&rest, number, &found, &count)) {
        if (type != TYPE_OEM_STRINGS)
            continue;
        if (found)
            return found;
        number -= count;
    }
    return 0;
}
