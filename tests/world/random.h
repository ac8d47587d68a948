/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Numbers that follow from a seed and from nothing else. */
#ifndef WORLD_RANDOM_H
#define WORLD_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

void random_begin(struct random *random, uint64_t seed);

/** A number below @end, which is not 0. */
uint32_t random_below(struct random *random, uint32_t end);

/** A number from 1 to @most, small ones as often as large ones: each power of two alike. */
uint32_t random_size(struct random *random, uint32_t most);

/** True in @percent of 100 cases. */
bool random_chance(struct random *random, uint32_t percent);

#endif
