/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The sectors of the guest program "ledger", shared with check-ledger in dom0: the first word is
 * the write's number (salt), the others are the pattern of sector and salt. So a sector tells which
 * write it holds, even to a program that did not make that write. Every sector of a new image holds
 * the salt LEDGER_FIRST_SALT.
 */
#ifndef LEDGER_SECTOR_H
#define LEDGER_SECTOR_H

#include "pattern.h"

/* A boot takes its salts from the step after the highest that it finds. */
#define LEDGER_FIRST_SALT 1u
#define LEDGER_SALT_STEP  0x10000u

static inline uint32_t ledger_word(uint32_t lba, uint32_t salt, uint32_t word)
{
    return word ? pattern_word(lba, salt, word) : salt;
}

#endif
