/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "log_keep.h"

#include "biosvar.h"     // GET_GLOBAL
#include "config.h"      // CONFIG_XENPV_LOG_KIB
#include "fw/paravirt.h" // runningOnXen
#include "hw/serialio.h" // DebugOutputPort
#include "types.h"       // VARFSEG
#include "xen/base/log_memory.h"
#include "xen/base/platform.h"

#define RING_BYTES (CONFIG_XENPV_LOG_KIB * 1024u)

_Static_assert((RING_BYTES & (RING_BYTES - 1)) == 0, "XENPV_LOG_KIB must be 0 or a power of two");

/* SeaBIOS selects this debug port once it has found Xen. Before, nothing shows that this copy of
 * the ROM can be written to. */
#define XEN_DEBUG_PORT 0xe9

#define EARLY_BYTES 512

/* The anchor, in the f-segment. POST writes it. */
struct log_anchor XenpvLogAnchor VARFSEG __aligned(LOG_ANCHOR_ALIGN);

/* Set in POST; NULL without a ring. */
static struct log_ring *keep_ring;

/* The beginning of the log, before there is memory for a ring. Only used in POST. */
static char keep_early[EARLY_BYTES];
static u32 keep_early_used;

void noinline xenpv_log_keep(char byte) // scripts/check-seams looks for it
{
    if (keep_ring)
        log_ring_put(keep_ring, RING_BYTES, byte);
    else if (keep_early_used < EARLY_BYTES && GET_GLOBAL(DebugOutputPort) == XEN_DEBUG_PORT)
        keep_early[keep_early_used++] = byte;
}

u32 xenpv_log_read(u32 *position, char *buffer, u32 size)
{
    return keep_ring ? log_ring_read(keep_ring, RING_BYTES, position, buffer, size) : 0;
}

void VISIBLE32INIT xenpv_log_setup(void)
{
    struct log_ring *ring = NULL;
    u32 used = keep_early_used;

    /* Without a ring nothing is kept from now on. */
    keep_early_used = EARLY_BYTES;
    if (!runningOnXen())
        return;
    if (RING_BYTES)
        ring = platform_alloc_reserved(sizeof(*ring) + RING_BYTES, LOG_ANCHOR_ALIGN);
    log_anchor_make(&XenpvLogAnchor, (u32)ring, ring ? RING_BYTES : 0);
    if (!ring)
        return;
    log_ring_make(ring, RING_BYTES);
    for (u32 i = 0; i < used; i++)
        log_ring_put(ring, RING_BYTES, keep_early[i]);
    keep_ring = ring;
}
