/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The commands of xenstored.
 */
#ifndef MODEL_STORE_COMMANDS_H
#define MODEL_STORE_COMMANDS_H

#include "model/store.h"

void store_transactions_reset(void);

/**
 * Execute @request and fill in the type, the length and the payload of @reply.
 *
 * @refuse_with: NULL, or the error to answer with instead.
 */
void store_command(const struct store_request *request, struct store_reply *reply,
                   const char *refuse_with);

#endif
