/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/store_commands.h"

#include "model/xen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRANSACTIONS      10
#define VALUE_QUOTA       2048
#define FIRST_TRANSACTION 0x1234567u

struct transaction {
    uint32_t id; /* 0: free */
    unsigned generation;
    struct tree tree; /* the transaction's own copy */
};

static struct transaction transactions[TRANSACTIONS];
static uint32_t transaction_next;

void store_transactions_reset(void)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++)
        if (transactions[i].id)
            tree_free(&transactions[i].tree);
    memset(transactions, 0, sizeof(transactions));
    transaction_next = FIRST_TRANSACTION;
}

bool store_has_transaction(void)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++)
        if (transactions[i].id)
            return true;
    return false;
}

static struct transaction *transaction_find(uint32_t id)
{
    for (unsigned i = 0; i < TRANSACTIONS; i++)
        if (transactions[i].id == id)
            return &transactions[i];
    return NULL;
}

/* Check and complete a path; a relative one is below the guest's own directory. Return: NULL, or
 * the name of an error. */
static const char *path_of(const struct store_request *request, char *path, size_t size)
{
    const char *given = request->payload;
    size_t length = strlen(given);

    if (length >= request->header.len)
        return "EINVAL"; /* not terminated */
    if (*given != '/' ? length > XENSTORE_REL_PATH_MAX : length > XENSTORE_ABS_PATH_MAX)
        return "EINVAL";
    for (const char *at = given; *at; at++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/_@", *at))
            return "EINVAL";
    if (!length || given[length - 1] == '/' || strstr(given, "//"))
        return "EINVAL";
    if (*given == '/')
        snprintf(path, size, "%s", given);
    else
        snprintf(path, size, "/local/domain/%u/%s", xen_config.domid, given);
    return NULL;
}

static void reply_bytes(struct store_reply *reply, const void *bytes, uint32_t length)
{
    memcpy(reply->payload, bytes, length);
    reply->length = reply->header.len = length;
}

static void reply_ok(struct store_reply *reply)
{
    reply_bytes(reply, "OK", 3);
}

/* The error for a missing node: ENOENT only if the guest may read the nearest node above it. */
static const char *absent(const struct tree *tree, const char *path)
{
    char own[32], above[XENSTORE_PAYLOAD_MAX + 32];

    snprintf(own, sizeof(own), "/local/domain/%u", xen_config.domid);
    snprintf(above, sizeof(above), "%s", path);
    while (*above && !tree_find(tree, above))
        tree_parent(above, above);
    const struct tree_node *node = tree_find(tree, above);
    bool readable = node ? node->access != TREE_NONE : !strncmp(path, own, strlen(own));
    return readable ? "ENOENT" : "EACCES";
}

static void do_read(struct tree *tree, const char *path, struct store_reply *reply)
{
    const struct tree_node *node = tree_find(tree, path);

    if (!node)
        store_make_error(reply, absent(tree, path));
    else if (node->access == TREE_NONE)
        store_make_error(reply, "EACCES");
    else
        reply_bytes(reply, node->value, node->length);
}

static void do_directory(struct tree *tree, const char *path, struct store_reply *reply)
{
    const struct tree_node *node = tree_find(tree, path);

    if (!node) {
        store_make_error(reply, absent(tree, path));
    } else if (node->access == TREE_NONE) {
        store_make_error(reply, "EACCES");
    } else {
        reply->length = tree_list(tree, path, reply->payload, sizeof(reply->payload));
        reply->header.len = reply->length;
        if (reply->length > XENSTORE_PAYLOAD_MAX)
            store_make_error(reply, "E2BIG");
    }
}

/* Whether the guest may write the node at @path, or make it. */
static bool may_write(const struct tree *tree, const char *path)
{
    char above[XENSTORE_PAYLOAD_MAX + 32];

    snprintf(above, sizeof(above), "%s", path);
    while (*above && !tree_find(tree, above))
        tree_parent(above, above);
    const struct tree_node *node = tree_find(tree, above);
    return node && node->access == TREE_WRITE;
}

static void do_write(struct tree *tree, const char *path, const struct store_request *request,
                     struct store_reply *reply)
{
    uint32_t start = (uint32_t)strlen(request->payload) + 1;
    uint32_t length = request->header.len - start;

    if (!may_write(tree, path))
        store_make_error(reply, "EACCES");
    else if (length > VALUE_QUOTA ||
             (!tree_find(tree, path) && tree_count_of_guest(tree) >= store_config.quota_nodes))
        store_make_error(reply, "ENOSPC");
    else {
        tree_set(tree, path, request->payload + start, length);
        reply_ok(reply);
    }
}

static void do_remove(struct tree *tree, const char *path, struct store_reply *reply)
{
    char parent[XENSTORE_PAYLOAD_MAX + 32];

    tree_parent(parent, path);
    if (!may_write(tree, path))
        store_make_error(reply, tree_find(tree, parent) ? "EACCES" : "ENOENT");
    /* A missing node is no error if its parent exists. */
    else if (!tree_remove(tree, path) && !tree_find(tree, parent))
        store_make_error(reply, "ENOENT");
    else
        reply_ok(reply);
}

static void do_transaction_start(const struct store_request *request, struct store_reply *reply)
{
    struct transaction *free = transaction_find(0);
    char digits[16];

    if (request->header.tx_id) {
        store_make_error(reply, "EBUSY");
    } else if (!free) {
        store_make_error(reply, "ENOSPC");
    } else {
        free->id = transaction_next++;
        free->generation = store_tree.generation;
        tree_copy(&free->tree, &store_tree);
        reply_bytes(reply, digits, (uint32_t)snprintf(digits, sizeof(digits), "%u", free->id) + 1);
    }
}

/* The transaction is over in any case. */
static void do_transaction_end(const struct store_request *request, struct transaction *transaction,
                               const char *refuse_with, struct store_reply *reply)
{
    bool keep = !strcmp(request->payload, "T");

    if (request->header.len != 2 || (!keep && strcmp(request->payload, "F"))) {
        store_make_error(reply, "EINVAL");
        return;
    }
    transaction->id = 0;
    reply_ok(reply);
    if (refuse_with) {
        store_make_error(reply, refuse_with);
    } else if (keep &&
               (store_config.commit_eagain || transaction->generation != store_tree.generation)) {
        if (store_config.commit_eagain && store_config.commit_eagain != UINT32_MAX)
            store_config.commit_eagain--;
        store_make_error(reply, "EAGAIN");
    } else if (keep) {
        tree_free(&store_tree);
        store_tree = transaction->tree;
        return;
    }
    tree_free(&transaction->tree);
}

void store_command(const struct store_request *request, struct store_reply *reply,
                   const char *refuse_with)
{
    char path[XENSTORE_PAYLOAD_MAX + 32];
    struct transaction *transaction = NULL;
    struct tree *tree = &store_tree;

    if (request->header.tx_id && request->header.type != XS_TRANSACTION_START) {
        transaction = transaction_find(request->header.tx_id);
        if (!transaction) {
            store_make_error(reply, "ENOENT");
            return;
        }
        tree = &transaction->tree;
    }
    if (request->header.type == XS_TRANSACTION_END) {
        if (transaction)
            do_transaction_end(request, transaction, refuse_with, reply);
        else
            store_make_error(reply, "ENOENT");
        return;
    }
    if (refuse_with) {
        store_make_error(reply, refuse_with);
        return;
    }
    if (request->header.type == XS_TRANSACTION_START) {
        do_transaction_start(request, reply);
        return;
    }
    const char *error = path_of(request, path, sizeof(path));
    if (error)
        store_make_error(reply, error);
    else if (request->header.type == XS_READ)
        do_read(tree, path, reply);
    else if (request->header.type == XS_DIRECTORY)
        do_directory(tree, path, reply);
    else if (request->header.type == XS_WRITE)
        do_write(tree, path, request, reply);
    else if (request->header.type == XS_RM)
        do_remove(tree, path, reply);
    else
        /* The core does not use the other commands. */
        store_make_error(reply, "ENOSYS");
}
