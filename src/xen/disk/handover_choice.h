/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The hand-over mode of this boot (handover.h), and the daemon's part in it.
 */
#ifndef XEN_HANDOVER_CHOICE_H
#define XEN_HANDOVER_CHOICE_H

#include "xen/base/handover_mode.h"
#include "xen/store/guest_option.h"
#include "xen/store/xenstore_client.h"

/**
 * Choose the mode, and log it with the request that led to it.
 *
 * @option: the guest's, which overrides @configured, the ROM's. Return: never MODE_AUTO, and
 * MODE_HOOK only if a daemon is announced.
 */
enum handover_mode handover_choose(struct xenstore *store, const struct guest_option *option,
                                   enum handover_mode configured);

/** Check whether a daemon attends to this domain. On an error of xenstore: false. */
bool handover_is_attended(struct xenstore *store);

/** Check whether the daemon holds the ports. On an error of xenstore: false. */
bool handover_is_claimed(struct xenstore *store);

/** Wait at most @limit_ms milliseconds until the daemon holds the ports, or no longer attends to
 * this domain. Return: whether it holds them. */
bool handover_await_claim(struct xenstore *store, uint32_t limit_ms);

#endif
