/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The whole model: one guest, its toolstack, its disks and their backends.
 */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

#include <stdbool.h>

#include "model/backend.h"
#include "model/clock.h"
#include "model/disk.h"
#include "model/events.h"
#include "model/fault.h"
#include "model/grants.h"
#include "model/log.h"
#include "model/memory.h"
#include "model/store.h"
#include "model/xen.h"
#include "model/xenconsoled.h"

#define WORLD_DISK_SECTORS 4096u

/** Make a new guest without disks, as hvmloader leaves it to the firmware. */
void world_reset(void);

/** Start the guest anew as domain @domid, with the disks that it has. */
void world_create_guest(unsigned domid);

/** Remove the guest and its directories. */
void world_destroy_guest(void);

/** Add a disk, as libxl does. @number: the virtual device number. Return: its backend. */
struct backend *world_add_disk(uint32_t number);

/** The same with a backend of any kind. */
struct backend *world_add_disk_of(uint32_t number, enum backend_kind kind);

/** Make the directories of a disk again, as libxl and the backend's probe leave them. */
void world_write_disk(struct backend *backend);

/** xl block-detach, when the backend has closed: remove a device and its backend. */
void world_detach(struct backend *backend);

/** xl block-attach: make a device again that was removed, with the image @params; NULL: the usual
 * one. */
void world_attach(struct backend *backend, const char *params);

/** Move a disk's backend to a driver domain. Call it only right after world_add_disk. */
void world_move_backend(struct backend *backend, uint16_t domid);

/**
 * The guest is saved and restored, or migrated: its memory stays the same; the grant table, the
 * ports, the rings of xenstore and the console, the device directories and the backends are new.
 */
void world_restore(void);

/** The guest is migrated live: a backend's last writes to its pages may be missing, although the
 * ring with the response is up to date. */
void world_migrate(void);

/** world_restore, but the port of xenstore keeps its number. */
void world_restore_same_port(void);

/** The same where its home in xenstore moves with the guest, to that of domain @domid. @moved: as
 *  world_migrate. */
void world_restore_as(unsigned domid, bool same_port, bool moved);

/** The OEM strings of the guest's SMBIOS: an array that ends in NULL, or NULL. */
extern const char *const *world_oem_strings;

/** What a word read of the unplug port returns. */
extern uint16_t world_unplug_magic;

/** Do what is due now in other domains. */
void world_run(void);

/** Let @ms milliseconds pass in which the firmware does nothing. */
void world_pass_ms(uint32_t ms);

/**
 * Fail the test unless the world is as if the firmware had never run: xenstore with the toolstack's
 * keys and frontends in state Initialising, no grant, no port, the xenstore ring idle.
 */
void world_check_clean(void);

/** Its parts, for tests in which one of them cannot hold. */
void world_check_store_clean(void);
void world_check_grants_clean(void);
void world_check_ports_clean(void);
void world_check_ring_idle(void);
void world_check_frames_clean(void);

/** Check whether the toolstack, not the firmware, writes this key of a frontend's directory. */
bool world_key_is_of_toolstack(const char *key);

#endif
