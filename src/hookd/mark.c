/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "mark.h"

#include <stddef.h>
#include <string.h>

#include <xen/xen.h>

#include "xen/base/handover.h"

#define DIGITS_MAX     10
#define KIND_BYTES_MAX 32

/* Parse the digits at *text, and advance it past them. */
static bool u32_scan(const char **text, uint32_t max, uint32_t *number)
{
    const char *from = *text;
    uint64_t value = 0;
    unsigned digits = 0;

    while (from[digits] >= '0' && from[digits] <= '9' && digits < DIGITS_MAX + 1)
        value = value * 10 + (unsigned)(from[digits++] - '0');
    if (!digits || digits > DIGITS_MAX || (from[0] == '0' && digits > 1) || value > max)
        return false;
    *text = from + digits;
    *number = (uint32_t)value;
    return true;
}

/* Advance *text past @expected, if that is what it has. */
static bool literal_scan(const char **text, const char *expected)
{
    size_t length = strlen(expected);

    if (strncmp(*text, expected, length))
        return false;
    *text += length;
    return true;
}

bool u32_parse(const char *text, uint32_t max, uint32_t *number)
{
    return u32_scan(&text, max, number) && !*text;
}

bool mark_parse(const char *text, struct mark *mark)
{
    mark->hook = literal_scan(&text, HANDOVER_MODE_HOOK " ");
    if (!mark->hook && !literal_scan(&text, HANDOVER_MODE_STRICT " ") &&
        !literal_scan(&text, HANDOVER_MODE_LINGER " "))
        return false;
    return u32_scan(&text, MARK_REFERENCE_END, &mark->first) && literal_scan(&text, " ") &&
           u32_scan(&text, MARK_REFERENCES_MAX, &mark->count) && literal_scan(&text, " ") &&
           u32_scan(&text, UINT32_MAX, &mark->port) && literal_scan(&text, " ") &&
           u32_scan(&text, UINT32_MAX, &mark->ring) && literal_scan(&text, " ") &&
           u32_scan(&text, UINT32_MAX - MARK_REFERENCES_MAX, &mark->pool) &&
           literal_scan(&text, " ") && u32_parse(text, UINT16_MAX, &mark->magic) &&
           mark->first >= MARK_REFERENCE_FIRST && mark->count > 0 &&
           mark->first + mark->count <= MARK_REFERENCE_END;
}

uint32_t mark_frame(const struct mark *mark, uint32_t index)
{
    return index ? mark->pool + index - 1 : mark->ring;
}

/* Advance *text past the kind of a backend, such as "vbd" or "qdisk". */
static bool kind_scan(const char **text)
{
    size_t length = strspn(*text, "abcdefghijklmnopqrstuvwxyz0123456789_-");

    *text += length;
    return length > 0 && length <= KIND_BYTES_MAX;
}

bool backend_path_parse(const char *path, uint32_t domid, uint32_t number, uint32_t *backend_domid)
{
    uint32_t its_domid, its_number;

    return literal_scan(&path, "/local/domain/") &&
           u32_scan(&path, DOMID_FIRST_RESERVED - 1, backend_domid) &&
           literal_scan(&path, "/backend/") && kind_scan(&path) && literal_scan(&path, "/") &&
           u32_scan(&path, DOMID_FIRST_RESERVED - 1, &its_domid) && its_domid == domid &&
           literal_scan(&path, "/") && u32_parse(path, UINT32_MAX, &its_number) &&
           its_number == number;
}
