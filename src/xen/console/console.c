/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "console.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"
#include "xen/hv/byte_ring.h"
#include "xen/hv/evtchn.h"
#include "xen/hv/hvm_param.h"
#include "xen/hv/wait.h"

#define CONSOLE_OUT_BYTES ((uint32_t)sizeof(((struct xencons_interface *)0)->out))
#define CONSOLE_IN_BYTES  ((uint32_t)sizeof(((struct xencons_interface *)0)->in))

/* A restore may come in the middle of an operation, which then begins again. It does not come
 * twice. */
#define CONSOLE_TRIES 2u

/* Bytes in the rings, checked. */
struct console_fill {
    uint32_t out, in;
};

static void console_close(struct console *console, const char *why)
{
    log_error("console: closed for good: %s\n", why);
    console->page = 0;
    console->closed = true;
}

/**** Page and port ****/

int console_init(struct console *console)
{
    bytes_zero(console, sizeof(*console));
    console->wait_ms = CONSOLE_WAIT_MS;
    return console_find(console);
}

int console_find(struct console *console)
{
    void *page;

    if (console->closed)
        return -XEN_ENOTCONN;
    int error =
        hvm_param_get_ring(HVM_PARAM_CONSOLE_PFN, HVM_PARAM_CONSOLE_EVTCHN, &page, &console->port);
    console->page = error ? 0 : page;
    if (error) {
        log_info("console: not available: %s\n", error_name(error));
        return error;
    }
    uint32_t produced = shared_read(&console->page->out_prod);
    uint32_t consumed = shared_read(&console->page->in_cons);
    if (produced != console->produced)
        console->waited_from = produced;
    if (produced != console->produced || consumed != console->consumed)
        console->replaced = true;
    console->produced = produced;
    console->consumed = consumed;
    console->unused = !console->produced && !console->consumed;
    return 0;
}

/* Only this side writes these two indexes, apart from a restore, which clears the page, and other
 * drivers of this guest, which have the console while they run. */
static bool console_is_as_left(const struct console *console)
{
    return shared_read(&console->page->out_prod) == console->produced &&
           shared_read(&console->page->in_cons) == console->consumed;
}

/* Find out how full the rings are. Return: false if there is no console, with @fill zeroed. */
static bool console_look(struct console *console, struct console_fill *fill)
{
    bool repeated = false;

    while (console->page) {
        if (!console_is_as_left(console) && console_find(console))
            break;
        fill->out = console->produced - shared_read(&console->page->out_cons);
        fill->in = shared_read(&console->page->in_prod) - console->consumed;
        if (fill->out <= CONSOLE_OUT_BYTES && fill->in <= CONSOLE_IN_BYTES)
            return true;
        /* Impossible, unless the page has been cleared since it was compared. */
        if (repeated || console_is_as_left(console))
            console_close(console, "impossible ring indexes");
        repeated = true;
    }
    *fill = (struct console_fill){0};
    return false;
}

/* Move one of this side's indexes, of which @known is the record. Return: false, with nothing
 * moved, if a restore has cleared the page since console_look: the index would then be impossible.
 */
static bool console_move(volatile uint32_t *index, uint32_t *known, uint32_t count)
{
    uint32_t expected = *known;

    if (!shared_compare_exchange32(index, &expected, expected + count))
        return false;
    *known += count;
    return true;
}

/* Notify the other side that this side has moved an index. */
static void console_notify(struct console *console)
{
    /* There may have been a restore since the port was found. */
    if (console->unused && console_find(console))
        return;
    if (!evtchn_notify(console->port) || console_find(console))
        return;
    if (evtchn_notify(console->port))
        console_close(console, "its event channel does not work");
}

bool console_was_replaced(struct console *console)
{
    bool replaced = console->replaced;

    console->replaced = false;
    return replaced;
}

/**** Output ****/

uint32_t console_free_space(struct console *console)
{
    struct console_fill fill;

    return console_look(console, &fill) ? CONSOLE_OUT_BYTES - fill.out : 0;
}

uint32_t console_write(struct console *console, const void *bytes, uint32_t count)
{
    struct console_fill fill;

    for (unsigned tries = 0; tries < CONSOLE_TRIES; tries++) {
        if (!console_look(console, &fill))
            return 0;
        uint32_t space = CONSOLE_OUT_BYTES - fill.out, chunk = count < space ? count : space;
        if (!chunk)
            return 0;
        byte_ring_put(console->page->out, CONSOLE_OUT_BYTES, console->produced, bytes, chunk);
        if (console_move(&console->page->out_prod, &console->produced, chunk)) {
            console_notify(console);
            return chunk;
        }
    }
    console_close(console, "its indexes change all the time");
    return 0;
}

/* Begin a wait of at most @limit_ms in which calls within this one must not wait. */
static void console_wait_begin(struct console *console, struct wait *wait, const char *what,
                               uint32_t limit_ms)
{
    console->waiting = true;
    console->waited_from = console->produced;
    wait_begin(wait, "console", what, limit_ms);
}

/* Return how long a call may wait now. */
static uint32_t console_wait_left(struct console *console)
{
    struct console_fill fill;

    if (console->waiting || !console_look(console, &fill))
        return 0;
    /* Has the reader taken all that was in the ring when this side last waited? */
    if (fill.out <= console->produced - console->waited_from)
        console->wait_ms = CONSOLE_WAIT_MS;
    return console->wait_ms;
}

/* console_write until all has been written, or until the limit. */
static uint32_t console_write_patiently(struct console *console, const char *bytes, uint32_t count)
{
    uint32_t limit_ms = console_wait_left(console), written = 0;
    struct wait wait;

    /* After a restore to another page, nothing would be taken from the old one. */
    if (!limit_ms || console_find(console))
        return 0;
    console_wait_begin(console, &wait, "space", limit_ms);
    do
        written += console_write(console, bytes + written, count - written);
    while (written < count && console->page && wait_turn(&wait));
    console->waiting = false;
    /* One more, so that many short waits cost something, too. */
    uint32_t waited_ms = platform_elapsed_ms(wait.since) + 1;
    console->wait_ms = waited_ms < limit_ms ? limit_ms - waited_ms : 0;
    return written;
}

uint32_t console_put(struct console *console, const void *bytes, uint32_t count, uint32_t *lost)
{
    uint32_t written = console_write(console, bytes, count);

    *lost = 0;
    if (written < count)
        written += console_write_patiently(console, (const char *)bytes + written, count - written);
    if (!console->page)
        return written;
    uint32_t dropped = count - written;
    if (dropped) {
        console->lost +=
            dropped < UINT32_MAX - console->lost ? dropped : UINT32_MAX - console->lost;
        return written;
    }
    *lost = console->lost;
    console->lost = 0;
    return written;
}

uint32_t console_flush(struct console *console, uint32_t limit_ms)
{
    struct console_fill fill;
    struct wait wait;

    if (!console_look(console, &fill) || !fill.out)
        return 0;
    if (!console_wait_left(console) || console_find(console))
        return console->page ? fill.out : 0;
    console_wait_begin(console, &wait, "its reader", limit_ms);
    while (console_look(console, &fill) && fill.out && wait_turn(&wait))
        ;
    console->waiting = false;
    if (fill.out)
        console->wait_ms = 0;
    return fill.out;
}

/**** Input ****/

/* Copy input to @buffer, and leave it in the ring. Return: the number of bytes. */
static uint32_t console_copy_input(struct console *console, void *buffer, uint32_t size)
{
    struct console_fill fill;

    if (!console_look(console, &fill))
        return 0;
    uint32_t chunk = size < fill.in ? size : fill.in;
    if (chunk)
        byte_ring_take(console->page->in, CONSOLE_IN_BYTES, console->consumed, buffer, chunk);
    return chunk;
}

uint32_t console_peek(struct console *console, void *buffer, uint32_t size)
{
    uint32_t chunk = console_copy_input(console, buffer, size);

    /* If a restore has cleared the page meanwhile, these are no bytes that anybody has typed. */
    return chunk && console_is_as_left(console) ? chunk : 0;
}

uint32_t console_read(struct console *console, void *buffer, uint32_t size)
{
    for (unsigned tries = 0; tries < CONSOLE_TRIES; tries++) {
        uint32_t chunk = console_copy_input(console, buffer, size);

        if (!chunk)
            return 0;
        if (console_move(&console->page->in_cons, &console->consumed, chunk)) {
            console_notify(console);
            return chunk;
        }
    }
    console_close(console, "its indexes change all the time");
    return 0;
}
