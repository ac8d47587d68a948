/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The text that the daemon sends to each client of its status socket: what only the daemon knows.
 *
 *   xenpv-hookd status 1
 *   domain DOMID state=STATE [error=ERRNO] [began=SECONDS ended=0|1 wait_ms=MS trigger=TRIGGER
 *       disks=N closed=N [open=NUMBER,...]]
 *   end
 *
 * Each domain is one line. began, in seconds since 1970, and what follows it describe the last
 * hand-over. A reader ignores fields that it does not know. The version changes when a reader has
 * to.
 */
#ifndef HOOKD_STATUS_TEXT_H
#define HOOKD_STATUS_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "domain.h"
#include "handover_report.h"

#define STATUS_TITLE   "xenpv-hookd status "
#define STATUS_VERSION "1"
#define STATUS_END     "end"

/** Size of the longest name of a state, with the terminating zero. */
#define STATUS_STATE_BYTES 16

/** What is known of one domain. */
struct status_line {
    uint32_t domid;
    char state[STATUS_STATE_BYTES]; /* enum domain_state in lower case, or STATUS_GIVEN_UP */
    int error;                      /* errno of the last claim that has failed, or 0 */
    struct handover_report handover;
};

/** The state of a domain whose ports could not be claimed. */
#define STATUS_GIVEN_UP "given-up"

/** Make the text for a list of domains. Return: a block to be freed; NULL if there is no memory. */
char *status_text_make(const struct domain *domains, size_t *length);

enum status_text_result {
    STATUS_TEXT_GOOD,
    STATUS_TEXT_OTHER_VERSION, /* of another daemon than this program's */
    STATUS_TEXT_INVALID,       /* or not complete */
};

/**
 * Parse a text, which is changed.
 *
 * @lines: set to an array to be freed, of @count domains, if the text is good.
 */
enum status_text_result status_text_parse(char *text, struct status_line **lines, unsigned *count);

#endif
