/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * xl: makes the guest's domain, ends it, and has it become another one by a save and a restore or a
 * migration. There is one domain at a time.
 */
#ifndef WORLD_TOOLSTACK_H
#define WORLD_TOOLSTACK_H

#include <stdbool.h>
#include <stdint.h>

void toolstack_reset(void);

/** A new domain, whose firmware begins with POST. */
void toolstack_create(void);

/** It is no more. */
void toolstack_destroy(void);

/** It is another domain, and goes on where it was. @moved: as world_migrate; @stop_ms: how long it
 *  does not run. */
void toolstack_restore(bool same_port, bool moved, uint32_t stop_ms);

/** Let a restored domain be there whose time has come. */
void toolstack_run(void);

bool toolstack_has_domain(uint32_t domid);

/** The guest's present domain. */
unsigned toolstack_domid(void);

/** How often it was restored, and how often made. */
unsigned toolstack_restores(void);
unsigned toolstack_boots(void);

/** When it was restored last; 0: never. */
uint64_t toolstack_restored_us(void);

/** Whether the domain is there, and not being restored: a device can be made. */
bool toolstack_is_ready(void);

/** "/local/domain/DOMID/KEY" of the guest; valid until the next call but three. */
const char *toolstack_home(const char *key);

#endif
