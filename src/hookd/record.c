/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "mark.h"
#include "store.h"

/* "/vm/" and a UUID, which distinguish a domain from an earlier one with the same number. */
#define IDENTITY_BYTES 64
#define RECORD_BYTES   128

static void record_directory(const struct xen *xen, char directory[STORE_PATH_BYTES])
{
    snprintf(directory, STORE_PATH_BYTES, "/local/domain/%u/xenpv-hookd", xen->domid);
}

static bool identity_read(const struct xen *xen, uint32_t domid, char identity[IDENTITY_BYTES])
{
    char home[STORE_PATH_BYTES];

    snprintf(home, sizeof(home), "/local/domain/%u", domid);
    return store_read(xen->store, XBT_NULL, home, "vm", identity, IDENTITY_BYTES);
}

static const char *const phases[] = {
    [RECORD_CLAIMED] = "claimed",
    [RECORD_CLOSING] = "closing",
};

bool record_write(const struct xen *xen, uint32_t domid, ioservid_t server, enum record_phase phase)
{
    struct xs_permissions owner_only = {.id = xen->domid, .perms = XS_PERM_NONE};
    char directory[STORE_PATH_BYTES], key[16], identity[IDENTITY_BYTES], value[RECORD_BYTES];

    record_directory(xen, directory);
    snprintf(key, sizeof(key), "%u", domid);
    if (!identity_read(xen, domid, identity))
        return false;
    snprintf(value, sizeof(value), "%u %s %s", server, phases[phase], identity);
    if (!xs_mkdir(xen->store, XBT_NULL, directory) ||
        !xs_set_permissions(xen->store, XBT_NULL, directory, &owner_only, 1) ||
        !store_write(xen->store, XBT_NULL, directory, key, value)) {
        log_error("domain %u: cannot record its ioreq server in xenstore", domid);
        return false;
    }
    return true;
}

bool record_read(const struct xen *xen, uint32_t domid, ioservid_t *server,
                 enum record_phase *phase)
{
    char directory[STORE_PATH_BYTES], key[16], identity[IDENTITY_BYTES], value[RECORD_BYTES];
    char *rest = value;
    uint32_t number;

    record_directory(xen, directory);
    snprintf(key, sizeof(key), "%u", domid);
    if (!store_read(xen->store, XBT_NULL, directory, key, value, sizeof(value)) ||
        !identity_read(xen, domid, identity))
        return false;
    const char *number_text = strsep(&rest, " "), *phase_text = strsep(&rest, " ");
    if (!rest || strcmp(rest, identity) || !u32_parse(number_text, UINT16_MAX, &number))
        return false;
    *phase = strcmp(phase_text, phases[RECORD_CLAIMED]) ? RECORD_CLOSING : RECORD_CLAIMED;
    *server = (ioservid_t)number;
    return true;
}

void record_remove(const struct xen *xen, uint32_t domid)
{
    char directory[STORE_PATH_BYTES], key[16];

    record_directory(xen, directory);
    snprintf(key, sizeof(key), "%u", domid);
    store_remove(xen->store, XBT_NULL, directory, key);
}

void records_prune(const struct xen *xen)
{
    char directory[STORE_PATH_BYTES];
    enum record_phase phase;
    ioservid_t server;
    unsigned count = 0;

    record_directory(xen, directory);
    char **names = xs_directory(xen->store, XBT_NULL, directory, &count);
    for (unsigned i = 0; names && i < count; i++) {
        uint32_t domid;

        if (!u32_parse(names[i], DOMID_FIRST_RESERVED - 1, &domid))
            store_remove(xen->store, XBT_NULL, directory, names[i]);
        else if (!record_read(xen, domid, &server, &phase))
            record_remove(xen, domid);
    }
    free(names);
}
