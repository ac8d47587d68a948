/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* What --status shows of one guest: from the daemon, and from xenstore. */
#ifndef HOOKD_STATUS_GUEST_H
#define HOOKD_STATUS_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "domain.h"
#include "status_ask.h"
#include "status_text.h"
#include "vdev.h"
#include "xen.h"

/** Sizes of a guest's name and of a sentence about it, with the terminating zeros. */
#define STATUS_NAME_BYTES 256
#define STATUS_WORD_BYTES 160

/** Maximum number of disks that are shown of a guest. */
#define STATUS_DISKS_MAX 64
/** A state that cannot be read. */
#define STATUS_NO_STATE UINT32_MAX

struct status_disk {
    uint32_t number;
    char name[VDEV_NAME_BYTES];       /* empty: the number is none of a disk */
    uint32_t frontend, backend;       /* states, or STATUS_NO_STATE */
    char mode[8];                     /* of the firmware's mark; empty: none */
    char directory[STORE_PATH_BYTES]; /* of the backend; empty: not known */
};

struct status_guest {
    uint32_t domid;
    char name[STATUS_NAME_BYTES]; /* as in xenstore: any bytes */
    bool attends;
    char words[STATUS_WORD_BYTES];  /* the state of the claim, or why the daemon does not attend */
    const struct status_line *line; /* what the daemon knows; NULL: nothing */
    struct status_disk disks[STATUS_DISKS_MAX];
    unsigned disk_count;
};

/** Read a guest from xenstore. @line: of the daemon, kept in @guest; NULL: it knows nothing. */
void status_guest_read(struct status_guest *guest, const struct xen *xen, uint32_t domid,
                       enum status_daemon daemon, const struct status_line *line);

/** Return: the firmware's mode, from the marks of the disks; NULL if no disk bears one. */
const char *status_guest_mode(const struct status_guest *guest);

#endif
