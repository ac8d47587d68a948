/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Options of one guest, which count more than the ROM's.
 *
 * An option has two places. The one above counts more, and a value there that is none does not
 * count at all:
 *
 *   platform/xenpv-NAME   a key below the guest's home in xenstore, where the guest can only read.
 *                         It goes with the domain: a reboot or a migration makes another one.
 *   xenpv.NAME=VALUE      an OEM string in the guest's SMBIOS table, which comes with the guest's
 *                         configuration and so with each domain that is made from it. Of several
 *                         for one option the first counts.
 */
#ifndef XEN_GUEST_OPTION_H
#define XEN_GUEST_OPTION_H

#include "xen/store/xenstore_client.h"

/** OEM strings that are looked at: as many as hvmloader makes (xen/hvm/hvm_xs_strings.h). */
#define GUEST_OEM_STRINGS_MAX 99u

/** Room for a value, with the terminating zero, and to see that one is longer than any there is. */
#define GUEST_OPTION_BYTES 12

struct guest_option {
    const char *name;
    char key[GUEST_OPTION_BYTES]; /* empty: not given */
    char oem[GUEST_OPTION_BYTES]; /* the same; the beginning of one that is too long */
};

struct guest_options {
    struct guest_option handover; /* a mode of handover.h */
    struct guest_option cache;    /* "on" or "off" */
};

/**
 * Read all options: one request to xenstored for each, and one wait for all.
 *
 * An OEM string that begins as an option and is none, and a key that cannot be read, are named in
 * the log.
 */
void guest_options_read(struct guest_options *options, struct xenstore *store);

/**
 * The value of an option that counts.
 *
 * @names: its @count values. One that is none of them is named in the log. Return: the index of the
 * value in @names, or @otherwise.
 */
unsigned guest_option_choose(const struct guest_option *option, const char *const names[],
                             unsigned count, unsigned otherwise);

#endif
