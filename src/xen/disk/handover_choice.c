/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "handover_choice.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/handover.h"
#include "xen/base/log.h"
#include "xen/base/public.h"
#include "xen/hv/wait.h"

/* Check whether @key has the value of this version of the protocol. */
static bool handover_key_is_set(struct xenstore *store, const char *key)
{
    char version[sizeof(HANDOVER_VERSION)];
    int length = xenstore_read(store, XENSTORE_NO_TRANSACTION, key, 0, version, sizeof(version));

    return length == sizeof(version) - 1 && bytes_equal(version, HANDOVER_VERSION, sizeof(version));
}

enum handover_mode handover_choose(struct xenstore *store, const struct guest_option *option,
                                   enum handover_mode configured)
{
    enum handover_mode wish = (enum handover_mode)guest_option_choose(option, handover_mode_names,
                                                                      HANDOVER_MODES, configured);
    enum handover_mode mode = wish;

    if (wish == MODE_AUTO || wish == MODE_HOOK)
        mode = handover_is_attended(store) ? MODE_HOOK : MODE_STRICT;
    if (wish == MODE_HOOK && mode != MODE_HOOK)
        log_error("hand-over: no daemon attends to this domain\n");
    log_info("hand-over: %s (%s)%s\n", handover_mode_names[mode], handover_mode_names[wish],
             mode == MODE_OFF ? ": all PV disks are left alone" : "");
    return mode;
}

bool handover_is_attended(struct xenstore *store)
{
    return handover_key_is_set(store, HANDOVER_HOOK);
}

bool handover_is_claimed(struct xenstore *store)
{
    return handover_key_is_set(store, HANDOVER_CLAIM);
}

bool handover_await_claim(struct xenstore *store, uint32_t limit_ms)
{
    struct wait wait;
    struct pace pace;

    wait_begin(&wait, "hand-over", "the daemon to claim its ports", limit_ms);
    pace_begin(&pace);
    while (!xenstore_is_closed(store)) {
        bool due = pace_is_due(&pace);

        if (due && handover_is_claimed(store))
            return true;
        /* It may have been stopped since. */
        if (due && !handover_is_attended(store)) {
            log_error("hand-over: the daemon no longer attends to this domain\n");
            return false;
        }
        if (due)
            pace_polled(&pace, 2);
        /* The last poll comes after the limit. */
        if (!wait_turn(&wait))
            break;
        if (wait.passed)
            pace_begin(&pace);
    }
    log_error("hand-over: the daemon did not claim its ports in %u ms\n",
              platform_elapsed_ms(wait.since));
    return false;
}
