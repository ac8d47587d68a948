/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The fuzzer's input as a sequence of decisions: what the other side does next.
 *
 * After its end the input reads as zeros, and a decision of 0 always means correct behaviour.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "firmware.h"

#include <stdint.h>

/** Take decisions from @size bytes at @data, from now on. */
void fuzz_begin(const uint8_t *data, size_t size);

/** The next byte of the input. */
uint8_t fuzz_byte(void);

/** The next four bytes of the input. */
uint32_t fuzz_word(void);

/** A decision: true for one in @of byte values, false at the end of the input. */
bool fuzz_one_in(unsigned of);

/** A text of up to 31 characters, valid for the next FUZZ_TEXTS - 1 calls. */
#define FUZZ_TEXTS 16
const char *fuzz_text(void);

/** From now on xenstored misbehaves as the input decides: delays, pieces, errors, wrong replies. */
void fuzz_store(void);

/** From now on @backend misbehaves on its ring as the input decides. */
void fuzz_ring(struct backend *backend);

#endif
