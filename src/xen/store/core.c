/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "core.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/handover.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"
#include "xen/hv/detect.h"
#include "xen/hv/hypercall.h"

/* Return: 0; -XEN_ENODEV if this is not a Xen guest; or an error. */
static int core_init_hypercalls(void)
{
    struct xen_leaves xen;

    if (!xen_detect(&xen))
        return -XEN_ENODEV;
    void *memory = platform_alloc_reserved(HYPERCALL_BYTES, PAGE_BYTES);
    return memory ? hypercall_init(&xen, memory, platform_frame(memory)) : -XEN_ENOMEM;
}

int core_init(struct core *core, const struct core_options *options)
{
    core->options = *options;
    core->mode = MODE_LINGER;
    core->unhooked = false;

    int error = core_init_hypercalls();
    if (error == -XEN_ENODEV)
        return error;
    if (error)
        log_error("hypercalls: not available: %s\n", error_name(error));
    core->unplug_magic = platform_port_read16(HANDOVER_UNPLUG_PORT);
    grant_init(&core->grants);
    core->attached = 0;
    core->phase_ms = 0;
    core->guest_options_known = false;
    if (!error) {
        error = xenstore_init(&core->store, options->store_limit_ms);
        if (error)
            log_error("xenstore: not available: %s\n", error_name(error));
    }
    return error;
}

bool core_has_platform_device(const struct core *core)
{
    return core->unplug_magic == HANDOVER_UNPLUG_MAGIC;
}

void core_note_move(struct core *core)
{
    if (core->mode != MODE_HOOK)
        return;
    log_info("hand-over: the guest was moved: strict until a daemon attends to it\n");
    core->mode = MODE_STRICT;
    core->unhooked = true;
}

void core_become_strict(struct core *core)
{
    log_info("hand-over: strict from now on\n");
    core->mode = MODE_STRICT;
    core->unhooked = false;
}

const struct guest_options *core_guest_options(struct core *core)
{
    if (!core->guest_options_known)
        guest_options_read(&core->guest_options, &core->store);
    core->guest_options_known = true;
    return &core->guest_options;
}

int core_find(struct core *core)
{
    int error = core->attached ? 0 : xenstore_find(&core->store);

    if (error)
        log_error("xenstore: not available: %s\n", error_name(error));
    return error;
}

void core_phase_begin(struct core *core, uint32_t limit_ms)
{
    core->phase_since = platform_clock();
    core->phase_ms = limit_ms;
}

void core_phase_end(struct core *core)
{
    core->phase_ms = 0;
}

uint32_t core_io_limit(const struct core *core)
{
    if (!core->phase_ms)
        return core->options.io_limit_ms;

    uint32_t elapsed_ms = platform_elapsed_ms(core->phase_since);
    return elapsed_ms < core->phase_ms ? core->phase_ms - elapsed_ms : 0;
}

int core_renew(struct core *core)
{
    int error = xenstore_find(&core->store);

    if (error) {
        log_error("xenstore: not available: %s\n", error_name(error));
        grant_unmap(&core->grants);
        return error;
    }
    if (!core->attached)
        return 0;
    return grant_map(&core->grants);
}

int core_attach(struct core *core)
{
    int error = core->attached ? 0 : grant_map(&core->grants);

    if (!error)
        core->attached++;
    return error;
}

void core_detach(struct core *core)
{
    core->attached--;
    if (!core->attached)
        grant_unmap(&core->grants);
}
