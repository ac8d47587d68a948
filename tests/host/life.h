/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The whole life of a disk, and a fault somewhere in it.
 */
#ifndef LIFE_H
#define LIFE_H

#include "firmware.h"

/** What came of it. */
struct life {
    int start, connect, read, write, flush; /* what the calls returned; 1: not called */
};

/**
 * A life in a world that has been made: find the disk, connect, read, write, flush, close. Each
 * step has its limit. What is read and written is compared if the call says that it worked.
 */
struct life life_run(struct firmware *firmware);

/** Whether all of it went well. */
bool life_was_good(const struct life *life);

/** Round trips to xenstored and hypercalls of a life without a fault. */
#define LIFE_REQUESTS_MAX 60u

#endif
