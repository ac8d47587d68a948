/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "keep_open.h"

#include "xen/base/log.h"

/* A system that makes no call during this many ticks and this time has paused. The first may come
 * at once. So may the others on a busy host, which delivers what the guest has missed, and if a
 * program lets the timer run faster. A tick is to arrive every 55 ms. */
#define IDLE_TICKS 2
#define IDLE_MS    50

/* A tick arrives every 55 ms. This leaves room for those that a program delays. */
#define TICKS_MISSING_MS 1000

void keep_open_note_write(struct keep_open *keep)
{
    if (keep->ended || keep->writes >= keep->needed)
        return;
    if (++keep->writes == keep->needed)
        log_info("hand-over: the system lives on int13: the disks stay open while it calls\n");
}

bool keep_open_is_proven(const struct keep_open *keep)
{
    return !keep->ended && keep->needed && keep->writes >= keep->needed;
}

bool keep_open_is_counting(const struct keep_open *keep)
{
    return !keep->ended && keep->writes;
}

void keep_open_note_call(struct keep_open *keep, const struct instant *now, bool open)
{
    keep->awaits_tick = open && !keep->ticks;
    if (keep_open_is_proven(keep) && keep->awaits_tick &&
        instant_exceeds(&keep->tick, now, TICKS_MISSING_MS))
        keep_open_end(keep, "no tick arrives");
}

void keep_open_note_end(struct keep_open *keep)
{
    if (!keep_open_is_proven(keep))
        return;
    keep->since = instant_now();
    /* One may have come in this call. */
    if (!keep->awaits_tick || keep->ticks)
        keep->tick = keep->since;
    keep->ticks = 0;
}

bool keep_open_note_tick(struct keep_open *keep)
{
    struct instant now = instant_now();

    if (keep->ticks < IDLE_TICKS)
        keep->ticks++;
    return keep->ticks >= IDLE_TICKS && instant_exceeds(&keep->since, &now, IDLE_MS);
}

void keep_open_restart(struct keep_open *keep)
{
    if (keep_open_is_proven(keep))
        log_info("hand-over: a system may start: the disks are closed after each call\n");
    keep->writes = 0;
}

void keep_open_end(struct keep_open *keep, const char *reason)
{
    if (keep_open_is_proven(keep))
        log_info("hand-over: the disks are closed after each call from now on: %s\n", reason);
    keep->ended = true;
}
