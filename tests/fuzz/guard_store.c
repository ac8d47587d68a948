/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "guard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mark.h"
#include "model_events.h"
#include "xen/base/handover.h"

#define HOME     "/local/domain/5/"
#define RECORDS  "/local/domain/0/xenpv-hookd"
#define RECORD   RECORDS "/5"
#define DISKS    HOME DOMAIN_DISKS_KEY "/"
#define LIBXL    "/libxl/5/device/vbd/"
#define BACKENDS "/local/domain/"

#define DISKS_MAX   16384u /* of all that a run tells the daemon, which looks at 1024 at once */
#define WATCHES_MAX 256u
/* Lists of disks within LISTS_MS: one for each CHECK_INTERVAL_MS, and some for a hand-over. */
#define LISTS_MAX 6u
#define LISTS_MS  100u

/* What the daemon has read and written of a disk. */
struct disk {
    unsigned number;
    bool marked;       /* the mark that it has read last is one */
    bool ring_is_seen; /* since then the grant table had the marked ring */
    unsigned first, count, port, ring, pool, magic;
    bool toolstack_is_asked;     /* it has looked for the backend in libxl's part of xenstore, */
    bool toolstack_knows;        /* which names it; else the guest does, */
    bool is_linked;              /* and the backend names this frontend */
    int backend_domid;           /* -1: none */
    char backend_state;          /* as read last; 0: there is none */
    char frontend_state;         /* as read or written last */
    char written, to_be_written; /* states of the frontend: committed, and in the transaction */
    uint64_t written_ms;
};

static struct disk disks[DISKS_MAX];
static unsigned disk_count;
static struct watch {
    char path[STORE_PATH_BYTES], token[32];
} watches[WATCHES_MAX];
static unsigned watch_count;
static bool in_transaction;
static uint64_t lists_ms[LISTS_MAX];
static unsigned list_count;

void *__real_xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned *length);
bool __real_xs_write(struct xs_handle *h, xs_transaction_t t, const char *path, const void *data,
                     unsigned length);
bool __real_xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path);
char **__real_xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path,
                           unsigned *count);
bool __real_xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path);
bool __real_xs_set_permissions(struct xs_handle *h, xs_transaction_t t, const char *path,
                               struct xs_permissions *permissions, unsigned count);
xs_transaction_t __real_xs_transaction_start(struct xs_handle *h);
bool __real_xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort);
bool __real_xs_watch(struct xs_handle *h, const char *path, const char *token);
bool __real_xs_unwatch(struct xs_handle *h, const char *path, const char *token);

/* xenstored answers at once here: a call needs no thread, and can end with the daemon. */
bool __wrap_store_thread_run(void (*function)(void *context), void *context, uint64_t limit_ms);
bool __wrap_store_thread_run(void (*function)(void *context), void *context, uint64_t limit_ms)
{
    (void)limit_ms;
    function(context);
    return true;
}

/**** Paths and values ****/

static const char *after(const char *path, const char *prefix)
{
    return strncmp(path, prefix, strlen(prefix)) ? NULL : path + strlen(prefix);
}

static bool is_key_of_hook(const char *path)
{
    return !strcmp(path, HOME HANDOVER_HOOK) || !strcmp(path, HOME HANDOVER_CLAIM);
}

static struct disk *disk_get(unsigned number)
{
    for (unsigned i = 0; i < disk_count; i++)
        if (disks[i].number == number)
            return &disks[i];
    REQUIRE(disk_count < DISKS_MAX);
    disks[disk_count] = (struct disk){.number = number, .backend_domid = -1};
    return &disks[disk_count++];
}

/* Find the disk that a path is about, and the rest of it. The number must be as xenstore's name. */
static struct disk *disk_of(const char *path, const char *directory, const char **key)
{
    const char *rest = after(path, directory);
    char name[16];
    unsigned number;
    int length = 0;

    if (!rest || sscanf(rest, "%10u%n", &number, &length) != 1 || rest[length] != '/')
        return NULL;
    snprintf(name, sizeof(name), "%u/", number);
    if (!after(rest, name))
        return NULL;
    *key = rest + length + 1;
    return disk_get(number);
}

/* Whether a value of xenstore is this text, of which only this form is allowed. */
static bool is_text(const char *value, unsigned length, const char *text)
{
    return value && length == strlen(text) && !memcmp(value, text, length);
}

static bool is_number(const char *value, unsigned length, unsigned number)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", number);
    return is_text(value, length, text);
}

static void mark_note(struct disk *disk, const char *value, unsigned length)
{
    char mode[8] = "", text[HANDOVER_MARK_BYTES];

    disk->marked = disk->ring_is_seen = false;
    disk->toolstack_is_asked = disk->toolstack_knows = disk->is_linked = false;
    if (!value || sscanf(value, "%7s %u %u %u %u %u %u", mode, &disk->first, &disk->count,
                         &disk->port, &disk->ring, &disk->pool, &disk->magic) != 7)
        return;
    snprintf(text, sizeof(text), "%s %u %u %u %u %u %u", mode, disk->first, disk->count, disk->port,
             disk->ring, disk->pool, disk->magic);
    disk->marked = is_text(value, length, text) &&
                   (!strcmp(mode, "hook") || !strcmp(mode, "strict") || !strcmp(mode, "linger")) &&
                   disk->first >= MARK_REFERENCE_FIRST && disk->count > 0 &&
                   disk->count <= MARK_REFERENCES_MAX &&
                   disk->first + disk->count <= MARK_REFERENCE_END &&
                   disk->pool <= UINT32_MAX - MARK_REFERENCES_MAX && disk->magic <= UINT16_MAX;
}

/* @value: a path below which the backend of the disk is, or NULL. */
static void backend_note(struct disk *disk, const char *value, bool by_toolstack)
{
    unsigned backend_domid, its_domid, its_number;

    if (by_toolstack) {
        disk->toolstack_is_asked = true;
        disk->toolstack_knows = value;
    }
    REQUIRE(by_toolstack || (disk->toolstack_is_asked && !disk->toolstack_knows));
    disk->backend_domid = -1;
    if (value &&
        sscanf(value, "/local/domain/%u/backend/%*[^/]/%u/%u", &backend_domid, &its_domid,
               &its_number) == 3 &&
        its_domid == MODEL_DOMID && its_number == disk->number)
        disk->backend_domid = (int)backend_domid;
}

/* A key of a backend: its state, or the frontend that it names. */
static void backend_key_note(const char *path, const char *value, unsigned length)
{
    char key[16], frontend[STORE_PATH_BYTES];
    unsigned domid, number;

    if (sscanf(path, BACKENDS "%u/backend/%*[^/]/5/%u/%15s", &domid, &number, key) != 3)
        return;
    snprintf(frontend, sizeof(frontend), DISKS "%u", number);
    if (!strcmp(key, "frontend"))
        disk_get(number)->is_linked = is_text(value, length, frontend);
    else if (!strcmp(key, "state"))
        disk_get(number)->backend_state =
            !value || length != 1 || *value < '0' || *value > '9' ? 0 : *value;
}

/**** Reading ****/

void *__wrap_xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned *length);
void *__wrap_xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned *length)
{
    const char *key;
    struct disk *disk;

    guard_call();
    char *value = __real_xs_read(h, t, path, length);
    if ((disk = disk_of(path, DISKS, &key))) {
        if (!strcmp(key, HANDOVER_MARK))
            mark_note(disk, value, *length);
        else if (!strcmp(key, "backend"))
            backend_note(disk, value, false);
        else if (!strcmp(key, "state"))
            disk->frontend_state = value && *length == 1 ? *value : 0;
    } else if ((disk = disk_of(path, LIBXL, &key)) && !strcmp(key, "backend")) {
        backend_note(disk, value, true);
    }
    backend_key_note(path, value, value ? *length : 0);
    return value;
}

/* Add disks to a list: as many as the guest likes, one with a long name. */
static char **crowd_add(char **names, unsigned *count)
{
    unsigned total = *count + guard.crowd;
    char **more = calloc(1, total * (sizeof(char *) + 256)), *at = (char *)(more + total);

    for (unsigned i = 0; i < total; i++, at += 256) {
        more[i] = at;
        if (i >= guard.crowd)
            snprintf(at, 256, "%s", names[i - guard.crowd]);
        else if (i % 64)
            snprintf(at, 256, "%u", 1000000000 + i);
        else
            snprintf(at, 256, "%0250u", i);
    }
    free(names);
    *count = total;
    return more;
}

char **__wrap_xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path,
                           unsigned *count);
char **__wrap_xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path,
                           unsigned *count)
{
    guard_call();
    char **names = __real_xs_directory(h, t, path, count);
    if (strcmp(path, HOME DOMAIN_DISKS_KEY))
        return names;
    uint64_t *oldest = &lists_ms[list_count++ % LISTS_MAX];
    REQUIRE(list_count <= LISTS_MAX || clock_ms() - *oldest >= LISTS_MS);
    *oldest = clock_ms();
    return guard.crowd ? crowd_add(names, count) : names;
}

/**** Writing ****/

static bool store_fails(void)
{
    if (!guard.store_failures)
        return false;
    guard.store_failures--;
    guard.store_has_failed = true;
    errno = EIO;
    return true;
}

static bool key_is(struct xs_handle *h, xs_transaction_t t, const struct disk *disk,
                   const char *key, unsigned number)
{
    char path[STORE_PATH_BYTES];
    unsigned length = 0;

    snprintf(path, sizeof(path), DISKS "%u/%s", disk->number, key);
    char *value = __real_xs_read(h, t, path, &length);
    bool same = is_number(value, length, number);
    free(value);
    return same;
}

static bool key_exists(struct xs_handle *h, xs_transaction_t t, const struct disk *disk,
                       const char *key)
{
    char path[STORE_PATH_BYTES];

    snprintf(path, sizeof(path), DISKS "%u/%s", disk->number, key);
    char *value = __real_xs_read(h, t, path, NULL);
    free(value);
    return value;
}

/* Closes of this daemon, as its record names them. A processor that waits after the first one
 * causes another, which goes on with what it finds, as after a daemon that was killed. */
static unsigned closes;

static bool may_resume(void)
{
    return guard.killed || closes > 1;
}

/* Least time until a state is written again. */
#define AGAIN_MS 200u

/* The frontend's state goes from 3 or 4 to 5, 6 and 1, each in a transaction. Each of these may be
 * written again, for a backend that needs another event. */
static void state_check(struct xs_handle *h, xs_transaction_t t, struct disk *disk, char state)
{
    static const char *const keys[] = {HANDOVER_KEYS};

    REQUIRE(t != XBT_NULL && in_transaction);
    REQUIRE(disk->marked);
    disk->to_be_written = state;
    if (strchr("561", state) && key_is(h, t, disk, "state", (unsigned)(state - '0'))) {
        REQUIRE(disk->written == state || may_resume());
        REQUIRE(clock_ms() - disk->written_ms >= AGAIN_MS);
        return;
    }
    switch (state) {
    case '5':
        REQUIRE(key_is(h, t, disk, "state", 3) || key_is(h, t, disk, "state", 4));
        REQUIRE(key_is(h, t, disk, "ring-ref", disk->first));
        REQUIRE(key_is(h, t, disk, "event-channel", disk->port));
        REQUIRE(disk->ring_is_seen);
        REQUIRE(disk->toolstack_knows || disk->is_linked);
        break;
    case '6':
        REQUIRE(key_is(h, t, disk, "state", 5));
        REQUIRE(disk->written == '5' || may_resume());
        REQUIRE(!disk->backend_state || strchr("56", disk->backend_state));
        break;
    default:
        REQUIRE(state == '1');
        REQUIRE(key_is(h, t, disk, "state", 6));
        REQUIRE(disk->written == '6' || may_resume());
        REQUIRE(!disk->backend_state || disk->backend_state == '6');
        for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
            REQUIRE(!key_exists(h, t, disk, keys[i]));
        break;
    }
}

static void write_check(struct xs_handle *h, xs_transaction_t t, const char *path,
                        const char *value, unsigned length)
{
    const char *key;
    struct disk *disk = disk_of(path, DISKS, &key);

    if (is_key_of_hook(path)) {
        REQUIRE(is_text(value, length, HANDOVER_VERSION));
        REQUIRE(strcmp(path, HOME HANDOVER_CLAIM) || model.ports_taken || guard.gone);
    } else if (disk) {
        REQUIRE(!strcmp(key, "state") && length == 1);
        state_check(h, t, disk, *value);
    } else {
        REQUIRE(!strcmp(path, RECORD));
        REQUIRE(after(value, "1 unused ")
                    ? !model.server_enabled
                    : after(value, "1 claimed ") || after(value, "1 closing "));
        REQUIRE(strstr(value, " /vm/"));
        closes += after(value, "1 closing ") != NULL;
    }
}

bool __wrap_xs_write(struct xs_handle *h, xs_transaction_t t, const char *path, const void *data,
                     unsigned length);
bool __wrap_xs_write(struct xs_handle *h, xs_transaction_t t, const char *path, const void *data,
                     unsigned length)
{
    guard_call();
    write_check(h, t, path, data, length);
    return !store_fails() && __real_xs_write(h, t, path, data, length);
}

/* Besides the state, the keys of a connection are removed in the transaction that ends it, and the
 * mark of any disk that had one. */
static void remove_check(struct xs_handle *h, xs_transaction_t t, const char *path)
{
    static const char *const keys[] = {HANDOVER_KEYS};
    bool known = false;
    const char *key;
    struct disk *disk = disk_of(path, DISKS, &key);

    if (is_key_of_hook(path))
        return;
    if (!disk) {
        REQUIRE(!strcmp(path, RECORD) || (!strcmp(path, RECORDS) && !model_read(RECORD)));
        REQUIRE(!model.ports_taken);
        return;
    }
    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        known |= !strcmp(key, keys[i]);
    REQUIRE(known && disk->marked);
    REQUIRE(t == XBT_NULL ? !strcmp(key, HANDOVER_MARK) : key_is(h, t, disk, "state", 6));
}

bool __wrap_xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path);
bool __wrap_xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path)
{
    guard_call();
    remove_check(h, t, path);
    return !store_fails() && __real_xs_rm(h, t, path);
}

bool __wrap_xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path);
bool __wrap_xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path)
{
    guard_call();
    REQUIRE(!strcmp(path, RECORDS));
    return !store_fails() && __real_xs_mkdir(h, t, path);
}

bool __wrap_xs_set_permissions(struct xs_handle *h, xs_transaction_t t, const char *path,
                               struct xs_permissions *permissions, unsigned count);
bool __wrap_xs_set_permissions(struct xs_handle *h, xs_transaction_t t, const char *path,
                               struct xs_permissions *permissions, unsigned count)
{
    guard_call();
    REQUIRE(!strcmp(path, RECORDS));
    REQUIRE(count == 1 && permissions->id == model_xen.domid && permissions->perms == XS_PERM_NONE);
    return !store_fails() && __real_xs_set_permissions(h, t, path, permissions, count);
}

xs_transaction_t __wrap_xs_transaction_start(struct xs_handle *h);
xs_transaction_t __wrap_xs_transaction_start(struct xs_handle *h)
{
    guard_call();
    REQUIRE(!in_transaction);
    for (unsigned i = 0; i < disk_count; i++)
        disks[i].to_be_written = 0;
    if (store_fails())
        return XBT_NULL;
    in_transaction = true;
    return __real_xs_transaction_start(h);
}

bool __wrap_xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort);
bool __wrap_xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort)
{
    guard_call();
    REQUIRE(in_transaction);
    in_transaction = false;
    if (store_fails() || !__real_xs_transaction_end(h, t, abort))
        return false;
    for (unsigned i = 0; i < disk_count && !abort; i++) {
        if (!disks[i].to_be_written)
            continue;
        disks[i].frontend_state = disks[i].written = disks[i].to_be_written;
        disks[i].written_ms = clock_ms();
    }
    return true;
}

/**** Watches ****/

static struct watch *watch_find(const char *path, const char *token)
{
    for (unsigned i = 0; i < watch_count; i++)
        if (!strcmp(watches[i].path, path) && !strcmp(watches[i].token, token))
            return &watches[i];
    return NULL;
}

bool __wrap_xs_watch(struct xs_handle *h, const char *path, const char *token);
bool __wrap_xs_watch(struct xs_handle *h, const char *path, const char *token)
{
    guard_call();
    REQUIRE(!watch_find(path, token));
    REQUIRE(watch_count < WATCHES_MAX);
    snprintf(watches[watch_count].path, STORE_PATH_BYTES, "%s", path);
    snprintf(watches[watch_count++].token, sizeof(watches[0].token), "%s", token);
    return __real_xs_watch(h, path, token);
}

bool __wrap_xs_unwatch(struct xs_handle *h, const char *path, const char *token);
bool __wrap_xs_unwatch(struct xs_handle *h, const char *path, const char *token)
{
    guard_call();
    struct watch *watch = watch_find(path, token);
    if (watch)
        *watch = watches[--watch_count];
    return __real_xs_unwatch(h, path, token);
}

/**** The other parts ****/

static bool entry_is(const grant_entry_v1_t *entry, const struct disk *disk, unsigned index)
{
    return (entry->flags & GTF_type_mask) == GTF_permit_access &&
           (int)entry->domid == disk->backend_domid &&
           entry->frame == (index ? disk->pool + index - 1 : disk->ring);
}

void guard_rings_note(void)
{
    for (unsigned i = 0; i < disk_count; i++)
        if (disks[i].marked && disks[i].first < MODEL_GRANTS &&
            entry_is(model_grant(disks[i].first), &disks[i], 0))
            disks[i].ring_is_seen = true;
}

bool guard_grant_is_marked(unsigned reference, const grant_entry_v1_t *entry)
{
    for (unsigned i = 0; i < disk_count; i++)
        if (disks[i].marked && reference >= disks[i].first &&
            reference - disks[i].first < disks[i].count &&
            entry_is(entry, &disks[i], reference - disks[i].first) &&
            (!disks[i].backend_state || disks[i].backend_state == '6') &&
            disks[i].frontend_state == '6' && (disks[i].written == '6' || may_resume()))
            return true;
    return false;
}

void guard_store_begin(void)
{
    disk_count = list_count = closes = 0;
    in_transaction = false;
}

void guard_store_killed(void)
{
    while (watch_count) {
        watch_count--;
        __real_xs_unwatch(model_xen.store, watches[watch_count].path, watches[watch_count].token);
    }
    in_transaction = false;
}

void guard_store_daemon_begin(void)
{
    list_count = closes = 0;
}

void guard_store_check(void)
{
    const char *record = model_read(RECORD), *claim = model_read(HOME HANDOVER_CLAIM);

    REQUIRE(!in_transaction);
    if (guard.gone || guard.store_has_failed)
        return;
    /* The next daemon needs the record, if a processor may wait; the firmware relies on the claim.
     */
    REQUIRE(!model.ports_taken || (record && after(record, "1 ")));
    REQUIRE(!claim || model.ports_taken);
}

void guard_store_removed_check(void)
{
    REQUIRE(watch_count == 0 && model_watches() == 0);
    if (guard.store_has_failed)
        return;
    REQUIRE(!model_read(RECORD));
    REQUIRE(!model_read(HOME HANDOVER_HOOK));
    REQUIRE(!model_read(HOME HANDOVER_CLAIM));
}
