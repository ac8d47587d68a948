/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "core.h"

#include "error.h"
#include "handover.h"
#include "hypercall.h"
#include "log.h"
#include "public.h"

int core_init(struct core *core, const struct core_options *options)
{
    core->options = *options;
    core->mode = HANDOVER_MODE_LINGER;

    int error = hypercall_init();
    if (error == -XEN_ENODEV)
        return error;
    if (error)
        log_error("hypercalls: %s\n", error_name(error));
    if (!error) {
        error = grant_init(&core->grants);
        if (error)
            log_error("grant table: %s\n", error_name(error));
    }
    if (!error) {
        error = xenstore_init(&core->store, options->store_limit_ms);
        if (error)
            log_error("xenstore: %s\n", error_name(error));
    }
    return error;
}
