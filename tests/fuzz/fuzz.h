/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The fuzzer's input as a sequence of decisions: what the other side does next.
 *
 * An input that has come to its end decides for 0, which always means to behave.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "firmware.h"

#include <stdint.h>

void fuzz_begin(const uint8_t *data, size_t size);

/** The next byte of the input. */
uint8_t fuzz_byte(void);

/** The next four. */
uint32_t fuzz_word(void);

/** A decision: true with one in @of of all bytes, false at the end of the input. */
bool fuzz_one_in(unsigned of);

/** A text of up to 31 characters that stays valid until the next call but @FUZZ_TEXTS. */
#define FUZZ_TEXTS 16
const char *fuzz_text(void);

/** Have xenstored misbehave as the input decides: delays, pieces, errors, lies. */
void fuzz_store(void);

/** Have a backend misbehave on its ring as the input decides. */
void fuzz_ring(struct backend *backend);

#endif
