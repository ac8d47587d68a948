/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Which of the modes of handover.h this boot has, and whether the hook in dom0 does its part.
 */
#ifndef XEN_HANDOVER_CHOICE_H
#define XEN_HANDOVER_CHOICE_H

#include "guest_option.h"
#include "xen/base/handover_mode.h"
#include "xen/store/xenstore_client.h"

/**
 * Choose the mode, and say in the log which and why.
 *
 * @option: the guest's, which counts more than @configured, the ROM's. Return: never MODE_AUTO, and
 * MODE_HOOK only if a hook is announced.
 */
enum handover_mode handover_choose(struct xenstore *store, const struct guest_option *option,
                                   enum handover_mode configured);

/** Whether the hook holds the ports. An error of xenstore is a no. */
bool handover_is_claimed(struct xenstore *store);

/** Wait until it does, for at most @limit_ms. Return: whether it does. */
bool handover_await_claim(struct xenstore *store, uint32_t limit_ms);

#endif
