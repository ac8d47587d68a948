/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_run.h"

#include "vbd_connection.h"

/* Step a disk. Return: whether it has changed its state. */
static bool vbd_step_changes(struct vbd *vbd)
{
    enum vbd_state before = vbd->state;

    vbd_step(vbd);
    return vbd->state != before;
}

static bool vbd_waits_in_xenstore(const struct vbd *vbd)
{
    return !vbd_is_at_rest(vbd) && vbd->state != VBD_FLUSHING;
}

/* Step the disks that wait for a response. Return: whether any has changed its state. */
static bool vbd_step_flushes(struct vbd *const vbds[], unsigned count)
{
    bool changed = false;

    for (unsigned i = 0; i < count; i++)
        if (vbds[i]->state == VBD_FLUSHING)
            changed |= vbd_step_changes(vbds[i]);
    return changed;
}

/* Step the disks that wait for a change in xenstore: all of them, or only the next one after
 * *@last. Return: whether any has changed its state. */
static bool vbd_step_in_xenstore(struct vbd *const vbds[], unsigned count, unsigned *last, bool one)
{
    bool changed = false;

    for (unsigned i = 0; i < count; i++) {
        unsigned at = (*last + 1 + i) % count;

        if (!vbd_waits_in_xenstore(vbds[at]))
            continue;
        changed |= vbd_step_changes(vbds[at]);
        if (one) {
            *last = at;
            break;
        }
    }
    return changed;
}

static bool vbd_all_at_rest(struct vbd *const vbds[], unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!vbd_is_at_rest(vbds[i]))
            return false;
    return true;
}

void vbd_run(struct vbd *const vbds[], unsigned count)
{
    unsigned last = count - 1;
    uint32_t counted = count ? vbds[0]->core->store.requests : 0;
    struct pace pace;

    pace_begin(&pace);
    while (!vbd_all_at_rest(vbds, count)) {
        bool changed = vbd_step_flushes(vbds, count);

        if (pace_is_due(&pace)) {
            const struct xenstore *store = &vbds[0]->core->store;

            changed |= vbd_step_in_xenstore(vbds, count, &last, pace_is_patient(&pace));
            /* Disks that wait for a response have made requests too since the last poll. */
            pace_polled(&pace, store->requests - counted);
            counted = store->requests;
        } else {
            wait_yield();
        }
        /* The backend does not react to a change at once. */
        if (changed) {
            pace_begin(&pace);
            pace_polled(&pace, 0);
        }
    }
}
