/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The whole life of a disk, for tests that place a fault somewhere in it.
 */
#ifndef LIFE_H
#define LIFE_H

#include "firmware.h"

/** The results. */
struct life {
    int start, connect, read, write, flush; /* what the calls returned; 1: not called */
};

/**
 * Find the disk of the current world, connect, read, write, flush and close it. Each step is
 * checked against its limit. Data is compared if the call succeeds.
 */
struct life life_run(struct firmware *firmware);

/** Whether every step succeeded. */
bool life_was_good(const struct life *life);

/** More than the requests to xenstored in a life without a fault. */
#define LIFE_REQUESTS_MAX 60u

#endif
