/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "random.h"

/* The output function of splitmix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators"). */
static uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static uint64_t next(struct random *random)
{
    return mix(random->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* Seeds that follow each other are not to begin at neighbouring places of one sequence. */
void random_begin(struct random *random, uint64_t seed)
{
    random->state = mix(mix(seed) + 1);
}

uint32_t random_below(struct random *random, uint32_t end)
{
    return (uint32_t)((next(random) >> 32) * end >> 32);
}

uint32_t random_size(struct random *random, uint32_t most)
{
    unsigned bits = 0;

    while (bits < 31 && most >> (bits + 1))
        bits++;
    uint32_t size = 1u << random_below(random, bits + 1);
    size += random_below(random, size);
    return size > most ? most : size;
}

bool random_chance(struct random *random, uint32_t percent)
{
    return random_below(random, 100) < percent;
}
