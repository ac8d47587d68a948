/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/tree.h"

#include <stdlib.h>
#include <string.h>

static void *copy_of(const void *value, uint32_t length)
{
    char *copy = malloc(length + 1u);

    memcpy(copy, value, length);
    copy[length] = 0;
    return copy;
}

void tree_free(struct tree *tree)
{
    for (unsigned i = 0; i < tree->count; i++) {
        free(tree->nodes[i].path);
        free(tree->nodes[i].value);
    }
    free(tree->nodes);
    *tree = (struct tree){0};
}

void tree_copy(struct tree *to, const struct tree *from)
{
    *to = *from;
    to->nodes = malloc((from->count + 1u) * sizeof(*to->nodes));
    for (unsigned i = 0; i < from->count; i++) {
        to->nodes[i] = from->nodes[i];
        to->nodes[i].path = copy_of(from->nodes[i].path, (uint32_t)strlen(from->nodes[i].path));
        to->nodes[i].value = copy_of(from->nodes[i].value, from->nodes[i].length);
    }
}

static uint32_t hash_of(const char *path)
{
    uint32_t hash = 2166136261u;

    for (; *path; path++)
        hash = (hash ^ (uint8_t)*path) * 16777619u;
    return hash;
}

struct tree_node *tree_find(const struct tree *tree, const char *path)
{
    uint32_t hash = hash_of(path);

    for (unsigned i = 0; i < tree->count; i++)
        if (tree->nodes[i].hash == hash && !strcmp(tree->nodes[i].path, path))
            return &tree->nodes[i];
    return NULL;
}

void tree_parent(char *parent, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;

    memmove(parent, path, length);
    parent[length] = 0;
}

static struct tree_node *tree_add(struct tree *tree, const char *path)
{
    char parent[4097];
    enum tree_access access = TREE_NONE;

    tree_parent(parent, path);
    if (*parent) {
        struct tree_node *above = tree_find(tree, parent);
        access = above ? above->access : tree_add(tree, parent)->access;
    }
    tree->nodes = realloc(tree->nodes, (tree->count + 1u) * sizeof(*tree->nodes));
    struct tree_node *node = &tree->nodes[tree->count++];
    *node = (struct tree_node){
        .path = copy_of(path, (uint32_t)strlen(path)),
        .hash = hash_of(path),
        .value = copy_of("", 0),
        .access = access,
    };
    return node;
}

void tree_set(struct tree *tree, const char *path, const void *value, uint32_t length)
{
    struct tree_node *node = tree_find(tree, path);

    if (!node)
        node = tree_add(tree, path);
    free(node->value);
    node->value = copy_of(value, length);
    node->length = length;
    node->written = ++tree->generation;
}

static bool is_at_or_below(const char *path, const char *top)
{
    size_t length = strlen(top);

    return !strncmp(path, top, length) && (!path[length] || path[length] == '/');
}

bool tree_remove(struct tree *tree, const char *path)
{
    unsigned kept = 0, before = tree->count;

    for (unsigned i = 0; i < before; i++) {
        if (is_at_or_below(tree->nodes[i].path, path)) {
            free(tree->nodes[i].path);
            free(tree->nodes[i].value);
        } else {
            tree->nodes[kept++] = tree->nodes[i];
        }
    }
    tree->count = kept;
    tree->generation++;
    return kept != before;
}

uint32_t tree_list(const struct tree *tree, const char *path, char *names, uint32_t size)
{
    size_t length = strlen(path);
    uint32_t used = 0;

    for (unsigned i = 0; i < tree->count; i++) {
        const char *name = tree->nodes[i].path + length + 1;
        if (!is_at_or_below(tree->nodes[i].path, path) || !tree->nodes[i].path[length] ||
            strchr(name, '/') || used + strlen(name) + 1 > size)
            continue;
        memcpy(names + used, name, strlen(name) + 1);
        used += (uint32_t)strlen(name) + 1;
    }
    return used;
}

unsigned tree_count_of_guest(const struct tree *tree)
{
    unsigned count = 0;

    for (unsigned i = 0; i < tree->count; i++)
        count += tree->nodes[i].access == TREE_WRITE;
    return count;
}
