/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A list that is linked through its entries: the names of SeaBIOS' list.h. */
#ifndef FAKE_LIST_H
#define FAKE_LIST_H

#include "types.h"

struct hlist_node {
    struct hlist_node *next;
    struct hlist_node **pprev; /* what points to this one */
};

struct hlist_head {
    struct hlist_node *first;
};

static inline void hlist_del(struct hlist_node *node)
{
    *node->pprev = node->next;
    if (node->next)
        node->next->pprev = node->pprev;
}

/* Add a node where @link points to now. */
static inline void hlist_add(struct hlist_node *node, struct hlist_node **link)
{
    *node = (struct hlist_node){.next = *link, .pprev = link};
    *link = node;
    if (node->next)
        node->next->pprev = &node->next;
}

/* With @link as what points to the entry; *link is NULL after the last one. */
#define hlist_for_each_entry_pprev(entry, link, head, member)                                      \
    for (link = &(head)->first;                                                                    \
         *link && (entry = container_of(*link, __typeof__(*entry), member), true);                 \
         link = &(*link)->next)

#define hlist_for_each_entry(entry, head, member)                                                  \
    for (struct hlist_node *node_ = (head)->first;                                                 \
         node_ && (entry = container_of(node_, __typeof__(*entry), member), true);                 \
         node_ = node_->next)

#endif
