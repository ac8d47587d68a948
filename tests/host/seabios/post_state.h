/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef POST_STATE_H
#define POST_STATE_H

/** Set what POST remembers as at power-on. */
void post_state_reset(void);

/** After a task was abandoned: let another one use its stack, on which the sanitizer still guards
 * the variables of the functions that will never return. */
void post_state_clear_task(void);

#endif
