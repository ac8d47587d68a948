/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A list that is linked through its entries: the names of SeaBIOS' list.h. */
#ifndef FAKE_LIST_H
#define FAKE_LIST_H

#include "types.h"

struct hlist_node {
    struct hlist_node *next;
};

struct hlist_head {
    struct hlist_node *first;
};

#define hlist_for_each_entry(entry, head, member)                                                  \
    for (struct hlist_node *node_ = (head)->first;                                                 \
         node_ && (entry = container_of(node_, __typeof__(*entry), member), true);                 \
         node_ = node_->next)

#endif
