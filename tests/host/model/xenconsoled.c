/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "model/xenconsoled.h"

#include "model/clock.h"
#include "model/events.h"
#include "model/fault.h"
#include "model/memory.h"
#include "model/xen.h"
#include "xen/base/public.h"

#include <string.h>

#define SHOWN_BYTES (1u << 20)
#define TYPED_BYTES 8192u
#define NEVER       UINT64_MAX

struct xenconsoled_config xenconsoled_config;

static char shown[SHOWN_BYTES];
static char typed[TYPED_BYTES];
static uint32_t shown_bytes, typed_bytes;
static uint32_t port;
static uint64_t wake_at_us;
static unsigned notified;
static bool ignores_guest, ended;

void xenconsoled_reset(void)
{
    xenconsoled_config = (struct xenconsoled_config){.latency_us = 100, .chunk_us = 300};
    shown_bytes = typed_bytes = 0;
    wake_at_us = NEVER;
    notified = 0;
    ignores_guest = false;
}

struct xencons_interface *xenconsoled_page(void)
{
    struct xencons_interface *page = memory_frame(*xen_param(HVM_PARAM_CONSOLE_PFN));

    if (!page)
        model_fault("the console's page is not in the guest's memory");
    return page;
}

static void wake(void)
{
    if (wake_at_us == NEVER)
        wake_at_us = clock_now_us() + xenconsoled_config.latency_us;
}

static void on_notification(void *context)
{
    (void)context;
    notified++;
    wake();
}

void xenconsoled_introduce(uint32_t number)
{
    port = number;
    typed_bytes = 0;
    ignores_guest = ended = false;
    wake_at_us = NEVER;
    if (!events_bind(0, port, on_notification, NULL))
        model_fault("the port of the console is taken");
    /* Binding a port notifies, in case the guest was faster. */
    wake();
}

void xenconsoled_end(void)
{
    events_unbind(port, NULL);
    ended = true;
}

unsigned xenconsoled_notified(void)
{
    return notified;
}

/* Take bytes of output. Return: whether more are left. */
static bool take_output(struct xencons_interface *page)
{
    uint32_t used = page->out_prod - page->out_cons, count = used;

    if (used > sizeof(page->out)) {
        ignores_guest = true;
        return false;
    }
    if (xenconsoled_config.chunk && count > xenconsoled_config.chunk)
        count = xenconsoled_config.chunk;
    for (uint32_t i = 0; i < count; i++, page->out_cons++)
        if (shown_bytes < SHOWN_BYTES)
            shown[shown_bytes++] = page->out[MASK_XENCONS_IDX(page->out_cons, page->out)];
    return count < used;
}

static void give_input(struct xencons_interface *page)
{
    uint32_t given = 0;

    if (page->in_prod - page->in_cons > sizeof(page->in)) {
        ignores_guest = true;
        return;
    }
    while (given < typed_bytes && page->in_prod - page->in_cons < sizeof(page->in))
        page->in[MASK_XENCONS_IDX(page->in_prod++, page->in)] = typed[given++];
    typed_bytes -= given;
    memmove(typed, typed + given, typed_bytes);
}

void xenconsoled_run(void)
{
    if (clock_now_us() < wake_at_us || xenconsoled_config.deaf || ignores_guest || ended)
        return;
    /* If it cannot go on, it sleeps until it is notified. */
    wake_at_us = NEVER;

    struct xencons_interface *page = xenconsoled_page();
    if (xenconsoled_config.hook)
        xenconsoled_config.hook(page);
    bool more = take_output(page);
    give_input(page);
    if (more)
        wake_at_us = clock_now_us() + xenconsoled_config.chunk_us;
}

void xenconsoled_type(const char *bytes, uint32_t count)
{
    if (count > TYPED_BYTES - typed_bytes)
        count = TYPED_BYTES - typed_bytes;
    memcpy(typed + typed_bytes, bytes, count);
    typed_bytes += count;
    wake();
}

const char *xenconsoled_shown(uint32_t *count)
{
    *count = shown_bytes;
    return shown;
}

bool xenconsoled_ignores_guest(void)
{
    return ignores_guest;
}
