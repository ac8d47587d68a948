/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * How kinds of backends differ: what they write and when, what they do after a frontend has closed,
 * and in which units they count. This follows their sources; src/xen/blk/vbd_kind.h names them.
 */
#ifndef MODEL_BACKEND_KINDS_H
#define MODEL_BACKEND_KINDS_H

#include <stdbool.h>
#include <stdint.h>

struct backend;

enum backend_kind {
    BACKEND_LINUX,
    BACKEND_QDISK_OLD, /* connects with sector-size 512 only */
    BACKEND_QDISK_NEW, /* connects with any, and counts 512 bytes */
    BACKEND_TAPBACK,
    BACKEND_FREEBSD, /* connects once */
    BACKEND_NETBSD,  /* is Connected before there is a frontend; gone after its close */
};

/** The component of its path after "backend". */
const char *backend_kind_component(enum backend_kind kind);

/** Write the keys and the state with which it waits for a frontend. */
void backend_kind_wait(const struct backend *backend);

/** Write the keys that it writes only once it is connected. */
void backend_kind_connected(const struct backend *backend);

/** Whether it connects, in its current state, to a frontend that is Initialised. */
bool backend_kind_may_connect(const struct backend *backend);

/** Whether it goes to InitWait again when its frontend is Initialising. */
bool backend_kind_reopens(const struct backend *backend);

/** Whether the device disappears when its frontend is Closed. */
bool backend_kind_is_freed(const struct backend *backend);

/** The unit of a request's sector number, in multiples of 512 bytes. */
uint32_t backend_kind_unit(const struct backend *backend);

#endif
