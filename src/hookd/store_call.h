/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * A call of libxenstore, which waits for xenstored, with a limit.
 *
 * If a call has not returned in time, the store is stalled: all calls fail at once, until that one
 * has returned. If the connection is lost, all calls fail for good. The store is down in both
 * cases, and no failure then says anything about what xenstore contains.
 */
#ifndef HOOKD_STORE_CALL_H
#define HOOKD_STORE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <xenstore.h>

/** Maximum time of a call, which leaves time before the limit of a guest. */
#define STORE_LIMIT_MS 4000u

/** Time of all calls of one step (store_step_begin) while a guest is to be answered. */
#define STORE_DUE_LIMIT_MS 500u

/** Size of the longest path, with the terminating zero: a directory and a key. */
#define STORE_PATH_BYTES 192

/** Size of the longest value or token that is written, with the terminating zero. */
#define STORE_TEXT_BYTES 192

enum store_operation {
    STORE_OPEN,
    STORE_READ,
    STORE_WRITE,
    STORE_REMOVE,
    STORE_MAKE_PRIVATE, /* a directory that only domain @domid can read */
    STORE_LIST,
    STORE_WATCH,
    STORE_UNWATCH,
    STORE_TRANSACTION_START,
    STORE_TRANSACTION_END,
    STORE_IS_INTRODUCED,
};

struct store_call {
    enum store_operation operation;
    struct xs_handle *store;      /* set by STORE_OPEN */
    xs_transaction_t transaction; /* set by STORE_TRANSACTION_START */
    char path[STORE_PATH_BYTES];
    char text[STORE_TEXT_BYTES]; /* a value, or a token */
    uint32_t domid;
    bool abort; /* STORE_TRANSACTION_END */

    /* The results. */
    bool good;
    int error;      /* errno */
    void *found;    /* to be freed: a value, or a list of names */
    unsigned count; /* bytes of the value, or names */
};

/** Make a call. Return: call->good; errno is ETIMEDOUT if the store is stalled. */
bool store_call(struct store_call *call);

/** Set the maximum time of a call: half of @guest_limit_ms, at most STORE_LIMIT_MS. */
void store_limit_set(uint32_t guest_limit_ms);

/**
 * A step begins, in which several calls may be made.
 *
 * @due_ms: when the first guest that waits is to be answered, in clock_ms(); UINT64_MAX: none
 * waits. After this time no call waits, except in the first STORE_DUE_LIMIT_MS of the step.
 */
void store_step_begin(uint64_t due_ms);

/** Another guest is to be answered at @due_ms. */
void store_due(uint64_t due_ms);

/** Return: whether the store is stalled or lost. */
bool store_is_down(void);

/** Return: whether the connection is lost. */
bool store_is_lost(void);

/** The poll of the connection has shown that it is lost. */
void store_set_lost(void);

/** Use a stalled store again, if the call has returned. Return: whether it has. */
bool store_resume(void);

#endif
