/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "dom0_store.h"

#include "dom0_daemon.h"
#include "hookd/store_thread.h"
#include "model/store.h"
#include "report.h"
#include "rules.h"
#include "toolstack.h"
#include "turns.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xenstore.h>

#define REQUEST_US   80u
#define WATCHES      64u
#define EVENTS       256u
#define TRANSACTIONS 4u
#define TOKEN_BYTES  32u
#define PATH_BYTES   192u
#define NAMES_BYTES  8192u

static struct watch {
    bool in_use;
    char path[PATH_BYTES], token[TOKEN_BYTES];
    uint64_t digest;
} watches[WATCHES];

static char events[EVENTS][TOKEN_BYTES]; /* the tokens of those that wait */
static unsigned event_count;

static struct transaction {
    bool in_use;
    unsigned generation;
    struct tree tree;
} transactions[TRANSACTIONS];

static unsigned requests, looked;
static uint32_t request_us;

void dom0_store_reset(void)
{
    dom0_store_drop();
    requests = looked = 0;
    request_us = REQUEST_US;
}

void dom0_store_slow(uint32_t us)
{
    request_us = us ? us : REQUEST_US;
}

unsigned dom0_store_requests(void)
{
    return requests;
}

void dom0_delay(void)
{
    sleep_us(random_below(&turns_random, request_us));
}

/**** Watches ****/

static bool is_of_domains(const char *path)
{
    return path[0] == '@';
}

uint64_t dom0_store_digest(const char *path)
{
    size_t length = strlen(path);
    uint64_t digest = 0;

    for (unsigned i = 0; i < store_tree.count; i++) {
        const struct tree_node *node = &store_tree.nodes[i];

        if (!strncmp(node->path, path, length) &&
            (!node->path[length] || node->path[length] == '/'))
            digest += (node->hash + UINT64_C(1)) * (node->written + UINT64_C(0x9e3779b97f4a7c15));
    }
    return digest;
}

static void event_add(const struct watch *watch)
{
    /* One that waits already says the same. */
    for (unsigned i = 0; i < event_count; i++)
        if (!strcmp(events[i], watch->token))
            return;
    if (event_count == EVENTS)
        violation("the daemon does not take its events");
    memcpy(events[event_count++], watch->token, TOKEN_BYTES);
}

void dom0_store_run(void)
{
    if (looked == store_tree.generation)
        return;
    looked = store_tree.generation;
    for (struct watch *watch = watches; watch < watches + WATCHES; watch++) {
        if (!watch->in_use || is_of_domains(watch->path))
            continue;
        uint64_t digest = dom0_store_digest(watch->path);
        if (digest != watch->digest)
            event_add(watch);
        watch->digest = digest;
    }
}

void dom0_store_domains_changed(void)
{
    for (struct watch *watch = watches; watch < watches + WATCHES; watch++)
        if (watch->in_use && is_of_domains(watch->path))
            event_add(watch);
}

bool dom0_store_has_event(void)
{
    return event_count;
}

unsigned dom0_store_watches(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < WATCHES; i++)
        count += watches[i].in_use && !is_of_domains(watches[i].path);
    return count;
}

void dom0_store_drop(void)
{
    memset(watches, 0, sizeof(watches));
    event_count = 0;
    for (unsigned i = 0; i < TRANSACTIONS; i++)
        if (transactions[i].in_use)
            tree_free(&transactions[i].tree);
    memset(transactions, 0, sizeof(transactions));
}

/**** In the place of store_thread.c: a request never takes as long as the daemon's limit ****/

int store_thread_start(void)
{
    return 0;
}

bool store_thread_run(void (*function)(void *context), void *context, uint64_t limit_ms)
{
    (void)limit_ms;
    function(context);
    return true;
}

bool store_thread_is_busy(void)
{
    return false;
}

/**** libxenstore: connection and watches ****/

struct xs_handle *xs_open(unsigned long flags)
{
    static int handle;

    (void)flags;
    return (struct xs_handle *)&handle;
}

int xs_fileno(struct xs_handle *h)
{
    (void)h;
    return DAEMON_STORE_FILE;
}

/* The daemon asks xenstored for something. */
static void request_begin(void)
{
    requests++;
    dom0_delay();
}

/* It has been done, and the daemon will hear of it. */
static void request_end(void)
{
    if (random_chance(&turns_random, 30))
        dom0_delay();
}

bool xs_watch(struct xs_handle *h, const char *path, const char *token)
{
    struct watch *watch = watches;

    (void)h;
    request_begin();
    while (watch->in_use)
        if (++watch == watches + WATCHES)
            violation("the daemon sets more than %u watches", WATCHES);
    watch->in_use = true;
    snprintf(watch->path, sizeof(watch->path), "%s", path);
    snprintf(watch->token, sizeof(watch->token), "%s", token);
    watch->digest = dom0_store_digest(path);
    event_add(watch);
    request_end();
    return true;
}

bool xs_unwatch(struct xs_handle *h, const char *path, const char *token)
{
    bool found = false;

    (void)h;
    request_begin();
    for (struct watch *watch = watches; !found && watch < watches + WATCHES; watch++) {
        found = watch->in_use && !strcmp(watch->path, path) && !strcmp(watch->token, token);
        if (found)
            watch->in_use = false;
    }
    request_end();
    errno = ENOENT;
    return found;
}

char **xs_check_watch(struct xs_handle *h)
{
    char **event, *text;

    (void)h;
    if (!event_count) {
        errno = EAGAIN;
        return NULL;
    }
    event = calloc(1, 2 * sizeof(char *) + TOKEN_BYTES + 1);
    text = (char *)(event + 2);
    memcpy(text + 1, events[0], TOKEN_BYTES);
    event[XS_WATCH_PATH] = text;
    event[XS_WATCH_TOKEN] = text + 1;
    memmove(events[0], events[1], --event_count * TOKEN_BYTES);
    return event;
}

bool xs_is_domain_introduced(struct xs_handle *h, unsigned int domid)
{
    (void)h;
    request_begin();
    return toolstack_has_domain(domid);
}

/**** libxenstore: the tree ****/

static struct tree *tree_of(xs_transaction_t transaction)
{
    return transaction == XBT_NULL ? &store_tree : &transactions[transaction - 1].tree;
}

void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *length)
{
    (void)h;
    request_begin();
    if (!strcmp(path, "domid")) {
        if (length)
            *length = 1;
        return strdup("0");
    }
    const struct tree_node *node = tree_find(tree_of(t), path);
    void *value = NULL;
    if (node) {
        value = malloc(node->length + 1u);
        memcpy(value, node->value, node->length + 1u);
        if (length)
            *length = node->length;
    }
    request_end();
    errno = ENOENT;
    return value;
}

bool xs_write(struct xs_handle *h, xs_transaction_t t, const char *path, const void *data,
              unsigned int length)
{
    (void)h;
    request_begin();
    rules_daemon_writes(path);
    tree_set(tree_of(t), path, data, length);
    request_end();
    return true;
}

bool xs_mkdir(struct xs_handle *h, xs_transaction_t t, const char *path)
{
    (void)h;
    request_begin();
    rules_daemon_writes(path);
    if (!tree_find(tree_of(t), path))
        tree_set(tree_of(t), path, "", 0);
    request_end();
    return true;
}

bool xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path)
{
    (void)h;
    request_begin();
    rules_daemon_writes(path);
    bool found = tree_find(tree_of(t), path) != NULL;
    if (found)
        tree_remove(tree_of(t), path);
    request_end();
    errno = ENOENT;
    return found;
}

bool xs_set_permissions(struct xs_handle *h, xs_transaction_t t, const char *path,
                        struct xs_permissions *permissions, unsigned int count)
{
    (void)h, (void)t, (void)permissions, (void)count;
    request_begin();
    rules_daemon_writes(path);
    return true;
}

/* One block, as libxenstore has it: pointers, then the names. */
char **xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *count)
{
    char list[NAMES_BYTES];

    (void)h;
    request_begin();
    *count = 0;
    if (!tree_find(tree_of(t), path)) {
        errno = ENOENT;
        return NULL;
    }
    uint32_t bytes = tree_list(tree_of(t), path, list, sizeof(list));
    for (uint32_t i = 0; i < bytes; i++)
        *count += !list[i];
    char **names = malloc((*count + 1u) * sizeof(char *) + bytes);
    char *at = memcpy(names + *count + 1, list, bytes);
    for (unsigned i = 0; i < *count; i++, at += strlen(at) + 1)
        names[i] = at;
    return names;
}

/**** libxenstore: transactions ****/

xs_transaction_t xs_transaction_start(struct xs_handle *h)
{
    unsigned i = 0;

    (void)h;
    request_begin();
    while (transactions[i].in_use)
        if (++i == TRANSACTIONS)
            violation("the daemon has more than %u transactions", TRANSACTIONS);
    transactions[i].in_use = true;
    transactions[i].generation = store_tree.generation;
    tree_copy(&transactions[i].tree, &store_tree);
    request_end();
    return i + 1;
}

bool xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort)
{
    struct transaction *transaction = &transactions[t - 1];

    (void)h;
    request_begin();
    transaction->in_use = false;
    if (!abort && transaction->generation == store_tree.generation) {
        tree_free(&store_tree);
        store_tree = transaction->tree;
        request_end();
        return true;
    }
    tree_free(&transaction->tree);
    errno = EAGAIN;
    return abort;
}
