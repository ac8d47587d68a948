/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The guest's PV console: one page with a ring of bytes for each direction, which the toolstack has
 * made. Its other end is xenconsoled, or QEMU in its place (xen/io/console.h).
 *
 * The page and its port stay as they are for the operating system, whose console this is after the
 * firmware. What has not been taken from a ring stays there.
 *
 * The other side can write anything into the page. After an impossible index the console is closed
 * for good: it is not touched again in this boot. A console that does not exist or is closed costs
 * nothing: it accepts and returns no bytes.
 *
 * A wait lets interrupts in. A call within it is allowed, but does not wait.
 */
#ifndef XEN_CONSOLE_H
#define XEN_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

/** How long writes may wait for a reader that takes nothing, all together, in milliseconds. */
#define CONSOLE_WAIT_MS 100u

struct xencons_interface;

struct console {
    volatile struct xencons_interface *page; /* shared; NULL: there is no console */
    uint32_t port;
    bool closed; /* for good */
    bool unused; /* nothing has been moved yet: a restore leaves no trace in the page */
    bool waiting;
    uint32_t produced; /* this side's indexes as it has left them: a restore clears the page */
    uint32_t consumed;
    uint32_t wait_ms;     /* what is left of CONSOLE_WAIT_MS */
    uint32_t waited_from; /* the producer of output when wait_ms was last used */
    uint32_t lost;        /* bytes dropped and not reported yet */
    bool replaced;        /* see console_was_replaced */
};

/**
 * Find the console's page and port. What is in the rings stays there.
 *
 * Return: 0; -XEN_ENODEV if this guest has no console; or Xen's error, which is in the log.
 */
int console_init(struct console *console);

/**
 * Find them again. The other functions call this when the page is not as they have left it, when
 * Xen refuses a notification, and before they wait. Call it also when a restore or a migration has
 * been noticed in another way; harmless if there was none.
 *
 * Return: as console_init; -XEN_ENOTCONN if the console is closed for good.
 */
int console_find(struct console *console);

/** Return: whether the page was not as this side had left it, since the last call. After a restore
 * or a migration another terminal shows the output, and shows nothing yet. */
bool console_was_replaced(struct console *console);

/** Return the number of bytes that can be written now; 0 if there is no console. */
uint32_t console_free_space(struct console *console);

/**
 * Write as many of @count bytes as fit now, and notify the reader once. Does not wait.
 *
 * Return: the number of bytes written.
 */
uint32_t console_write(struct console *console, const void *bytes, uint32_t count);

/**
 * Write @count bytes; wait for space, drop what does not fit, and count it.
 *
 * All waits together take at most CONSOLE_WAIT_MS until the reader has taken all that was in the
 * ring when this side last waited: a reader that is absent costs this once, one that is slow costs
 * it at most once for each ring that it takes.
 *
 * Return: the number of bytes written. *@lost: how many bytes were dropped before this call, if all
 * bytes of this one have been written; they are reported once.
 */
uint32_t console_put(struct console *console, const void *bytes, uint32_t count, uint32_t *lost);

/**
 * Wait until the reader has taken everything, at most @limit_ms milliseconds. Does not wait for a
 * reader that has let a wait reach its limit, and has not caught up since.
 *
 * Return: the number of bytes that the reader has not taken. They stay in the ring.
 */
uint32_t console_flush(struct console *console, uint32_t limit_ms);

/**
 * Copy at most @size bytes of input to @buffer, and leave them in the ring.
 *
 * Return: the number of bytes copied.
 */
uint32_t console_peek(struct console *console, void *buffer, uint32_t size);

/**
 * Read at most @size bytes of input into @buffer, and notify the writer of the space. Does not
 * wait.
 *
 * Return: the number of bytes read.
 */
uint32_t console_read(struct console *console, void *buffer, uint32_t size);

#endif
