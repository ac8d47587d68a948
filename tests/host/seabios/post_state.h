/* SPDX-License-Identifier: LGPL-3.0-or-later */
#ifndef POST_STATE_H
#define POST_STATE_H

/** Set what POST remembers as at power-on. */
void post_state_reset(void);

#endif
