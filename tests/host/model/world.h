/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * All of it together: one guest, its toolstack, its disks and their backends.
 */
#ifndef MODEL_WORLD_H
#define MODEL_WORLD_H

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

#define WORLD_DISK_SECTORS 4096u

/** A new guest without disks, as hvmloader hands it over to the firmware. */
void world_reset(void);

/** Give it a disk, as libxl does. @number: the virtual device number. Return: its backend. */
struct backend *world_add_disk(uint32_t number);

/** The same with a backend of another kind than Linux'. */
struct backend *world_add_disk_of(uint32_t number, enum backend_kind kind);

/** Make its directories anew, as libxl and the backend's probe leave them. */
void world_write_disk(struct backend *backend);

/** Have a disk's backend run in a driver domain. Only right after world_add_disk. */
void world_move_backend(struct backend *backend, uint16_t domid);

/**
 * The guest is saved and restored, or migrated: its memory is as it was; the grant table, the
 * ports, the xenstore ring and the device directories are new, and so are the backends.
 */
void world_restore(void);

/** The guest is moved live: what a backend has written to its pages last may not come with it,
 * though the ring with the response does. */
void world_migrate(void);

/** world_restore where the port of xenstore has the number that it had. */
void world_restore_same_port(void);

/** The OEM strings of the guest's SMBIOS: an array that ends in NULL, or NULL. */
extern const char *const *world_oem_strings;

/** Whatever is to happen at this moment in other domains. */
void world_run(void);

/** Let @ms pass in which the firmware does nothing. */
void world_pass_ms(uint32_t ms);

/**
 * Fail the test unless all is as if the firmware had never run: xenstore with the keys that the
 * toolstack made and frontend states Initialising, no grant, no port, the xenstore ring idle.
 */
void world_check_clean(void);

/** The parts of it, for when one of them cannot be expected. */
void world_check_store_clean(void);
void world_check_grants_clean(void);
void world_check_ports_clean(void);
void world_check_ring_idle(void);
void world_check_frames_clean(void);

#endif
