/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mark.h"
#include "store.h"
#include "store_call.h"

/* "/vm/" and a UUID, which distinguish a domain from an earlier one with the same number. */
#define IDENTITY_BYTES 64
#define RECORD_BYTES   128

#define RECORDS "xenpv-hookd"

static void record_directory(const struct xen *xen, char directory[STORE_PATH_BYTES])
{
    snprintf(directory, STORE_PATH_BYTES, "/local/domain/%u/" RECORDS, xen->domid);
}

static bool identity_read(const struct xen *xen, uint32_t domid, char identity[IDENTITY_BYTES])
{
    char home[STORE_PATH_BYTES];

    snprintf(home, sizeof(home), "/local/domain/%u", domid);
    return store_read(xen->store, XBT_NULL, home, "vm", identity, IDENTITY_BYTES);
}

bool record_write(const struct xen *xen, uint32_t domid, const struct record *record)
{
    char directory[STORE_PATH_BYTES], key[16], identity[IDENTITY_BYTES], value[RECORD_BYTES];

    record_directory(xen, directory);
    snprintf(key, sizeof(key), "%u", domid);
    if (!identity_read(xen, domid, identity))
        return false;
    if (record->phase != RECORD_CLOSING)
        snprintf(value, sizeof(value), "%u %s %s", record->server,
                 record->phase == RECORD_UNUSED ? "unused" : "claimed", identity);
    else
        snprintf(value, sizeof(value), "%u closing %" PRIu64 " %s", record->server,
                 record->deadline_ms, identity);
    if (store_make_private(xen->store, directory, xen->domid) &&
        store_write(xen->store, XBT_NULL, directory, key, value))
        return true;
    if (!store_is_down())
        log_error("domain %u: cannot record its ioreq server in xenstore", domid);
    return false;
}

/* Parse the deadline at *@text, and advance it past the space. Earlier versions wrote none. */
static uint64_t deadline_scan(char **text)
{
    size_t digits = strspn(*text, "0123456789");

    if (!digits || (*text)[digits] != ' ')
        return 0;
    uint64_t deadline = strtoull(*text, NULL, 10);
    *text += digits + 1;
    return deadline;
}

bool record_read(const struct xen *xen, uint32_t domid, struct record *record)
{
    char directory[STORE_PATH_BYTES], key[16], identity[IDENTITY_BYTES], value[RECORD_BYTES];
    char *rest = value;
    uint32_t number;

    record_directory(xen, directory);
    snprintf(key, sizeof(key), "%u", domid);
    if (!store_read(xen->store, XBT_NULL, directory, key, value, sizeof(value)) ||
        !identity_read(xen, domid, identity))
        return false;
    errno = ENOENT;
    const char *number_text = strsep(&rest, " "), *phase_text = strsep(&rest, " ");
    if (!rest)
        return false;
    record->phase = !strcmp(phase_text, "unused")    ? RECORD_UNUSED
                    : !strcmp(phase_text, "claimed") ? RECORD_CLAIMED
                                                     : RECORD_CLOSING;
    record->deadline_ms = deadline_scan(&rest);
    if (strcmp(rest, identity) || !u32_parse(number_text, UINT16_MAX, &number))
        return false;
    record->server = (ioservid_t)number;
    return true;
}

bool record_remove(const struct xen *xen, uint32_t domid)
{
    char directory[STORE_PATH_BYTES], key[16];

    record_directory(xen, directory);
    snprintf(key, sizeof(key), "%u", domid);
    return store_remove(xen->store, XBT_NULL, directory, key);
}

void records_prune(const struct xen *xen)
{
    char directory[STORE_PATH_BYTES];
    struct record record;
    unsigned count;

    record_directory(xen, directory);
    char **names = store_list(xen->store, directory, &count);
    for (unsigned i = 0; i < count; i++) {
        uint32_t domid;

        if (!u32_parse(names[i], DOMID_FIRST_RESERVED - 1, &domid))
            store_remove(xen->store, XBT_NULL, directory, names[i]);
        else if (!record_read(xen, domid, &record) && errno == ENOENT)
            record_remove(xen, domid);
    }
    free(names);
}

void records_end(const struct xen *xen)
{
    char directory[STORE_PATH_BYTES], home[STORE_PATH_BYTES];
    unsigned count;

    record_directory(xen, directory);
    snprintf(home, sizeof(home), "/local/domain/%u", xen->domid);
    char **names = store_list(xen->store, directory, &count);
    if (names && !count)
        store_remove(xen->store, XBT_NULL, home, RECORDS);
    free(names);
}
