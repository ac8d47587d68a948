/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * Options of one guest, which override the ROM's.
 *
 * An option can come from two sources. The upper one takes precedence, and an invalid value is
 * ignored:
 *
 *   platform/xenpv-NAME   a key below the guest's home in xenstore, where the guest can only read.
 *                         It belongs to the domain: a reboot or a migration makes another one.
 *   xenpv.NAME=VALUE      an OEM string in the guest's SMBIOS table, which comes from the guest's
 *                         configuration, and so applies to each domain made from it. If there are
 *                         several for one option, the first counts.
 */
#ifndef XEN_GUEST_OPTION_H
#define XEN_GUEST_OPTION_H

#include "xenstore_client.h"

/** Number of OEM strings that are read: as many as hvmloader makes (xen/hvm/hvm_xs_strings.h). */
#define GUEST_OEM_STRINGS_MAX 99u

/** Room for a value, with the terminating zero, and for one character more, which shows that a
 * value is too long. The longest value is a list of 16 disks like "xvdaa". */
#define GUEST_OPTION_BYTES 97

struct guest_option {
    const char *name;
    char key[GUEST_OPTION_BYTES]; /* empty: not set */
    char oem[GUEST_OPTION_BYTES]; /* the same; truncated if it is too long */
};

struct guest_options {
    struct guest_option handover; /* a mode of handover.h */
    struct guest_option cache;    /* "on" or "off" */
    struct guest_option acpi;     /* "on" or "off": the table that notifies the daemon */
    struct guest_option console;  /* a mode of console_mode.h */
    struct guest_option boot;     /* names of disks: boot_list.h */
    struct guest_option sector;   /* "512" or "native": the sectors of PV-only drives */
    struct guest_option geometry; /* of the PV-only drives: see int13/geometry_option.h */
};

/**
 * Read all options, with one request each and one wait for all.
 *
 * The log names an OEM string that begins like an option and is none, and a key that cannot be
 * read.
 */
void guest_options_read(struct guest_options *options, struct xenstore *store);

/**
 * Choose the effective value of an option.
 *
 * @names: its @count values. A value that is not among them is logged. Return: the index of the
 * value in @names, or @otherwise.
 */
unsigned guest_option_choose(const struct guest_option *option, const char *const names[],
                             unsigned count, unsigned otherwise);

/**
 * Return the effective value of an option that is any text; "" if it is not set. A value that is
 * too long is logged, without its end, and does not count.
 */
const char *guest_option_text(const struct guest_option *option);

/** Parse the value of an option. @result: set only if it is valid. Return: whether it is. */
typedef bool guest_option_parser(const char *value, void *result);

/**
 * Choose the effective value of an option whose values are not a list of names.
 *
 * A value that @parse refuses is logged. *@result: unchanged if there is no valid value.
 */
void guest_option_parse(const struct guest_option *option, guest_option_parser *parse,
                        void *result);

#endif
