/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The output of --status, for people (status_table.c) and for programs (status_json.c). */
#ifndef HOOKD_STATUS_PRINT_H
#define HOOKD_STATUS_PRINT_H

#include <stdio.h>

#include "status_guest.h"

void status_table_print(FILE *to, const struct status_guest *guests, unsigned count);

/** Print one object of JSON, in UTF-8; xenpv-hookd.8 describes it. */
void status_json_print(FILE *to, enum status_daemon daemon, const struct status_guest *guests,
                       unsigned count);

#endif
