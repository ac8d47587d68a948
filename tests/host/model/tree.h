/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The tree of xenstore: nodes with values and what the guest may do with them.
 */
#ifndef MODEL_TREE_H
#define MODEL_TREE_H

#include <stdbool.h>
#include <stdint.h>

enum tree_access { TREE_NONE, TREE_READ, TREE_WRITE };

struct tree_node {
    char *path;
    uint32_t hash; /* of its path */
    char *value;
    uint32_t length;
    unsigned written; /* generation of the tree at its last write */
    enum tree_access access;
};

struct tree {
    struct tree_node *nodes;
    unsigned count;
    unsigned generation; /* increases with every change */
};

void tree_free(struct tree *tree);
void tree_copy(struct tree *to, const struct tree *from);

struct tree_node *tree_find(const struct tree *tree, const char *path);

/** Set the value of a node. A new node has the permissions of its parent. */
void tree_set(struct tree *tree, const char *path, const void *value, uint32_t length);

/** Remove a node and all nodes below it. Return: whether it existed. */
bool tree_remove(struct tree *tree, const char *path);

/** Write the path of the node above to @parent, a buffer as large as @path. */
void tree_parent(char *parent, const char *path);

/** Write the names of the nodes directly below, each terminated. Return: bytes used, @size at most.
 */
uint32_t tree_list(const struct tree *tree, const char *path, char *names, uint32_t size);

/** Number of nodes that count against the guest's quota: those that it may write. */
unsigned tree_count_of_guest(const struct tree *tree);

#endif
