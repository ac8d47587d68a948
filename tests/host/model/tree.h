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
    uint32_t hash; /* of the path */
    char *value;
    uint32_t length;
    unsigned written; /* generation of the tree when it was written last */
    enum tree_access access;
};

struct tree {
    struct tree_node *nodes;
    unsigned count;
    unsigned generation; /* changes with every change */
};

void tree_free(struct tree *tree);
void tree_copy(struct tree *to, const struct tree *from);

struct tree_node *tree_find(const struct tree *tree, const char *path);

/** Set the value of a node; a new one is as its parent to the guest. */
void tree_set(struct tree *tree, const char *path, const void *value, uint32_t length);

/** Remove a node and all below it. Return: whether it was there. */
bool tree_remove(struct tree *tree, const char *path);

/** Path of the node above. @parent: as large as @path. */
void tree_parent(char *parent, const char *path);

/** Names of what is directly below, each terminated. Return: bytes used, at most @size. */
uint32_t tree_list(const struct tree *tree, const char *path, char *names, uint32_t size);

/** Nodes that the guest may write: what its quota counts. */
unsigned tree_count_of_guest(const struct tree *tree);

#endif
