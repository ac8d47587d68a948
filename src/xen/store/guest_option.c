/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "guest_option.h"

#include "xen/base/bytes.h"
#include "xen/base/error.h"
#include "xen/base/log.h"
#include "xen/base/platform.h"
#include "xen/base/public.h"

#define KEY_PREFIX "platform/xenpv-"
#define OEM_PREFIX "xenpv."

/* For the longest name of an option. */
#define KEY_BYTES (sizeof(KEY_PREFIX) + sizeof("handover"))

static bool string_equal(const char *a, const char *b)
{
    uint32_t length = string_length(a);

    return length == string_length(b) && bytes_equal(a, b, length);
}

/* Return what follows @prefix in @string, or NULL if it does not begin with it. */
static const char *string_after(const char *string, const char *prefix)
{
    for (; *prefix; string++, prefix++)
        if (*string != *prefix)
            return 0;
    return string;
}

/* All options, in the order of their names in guest_options_read. */
#define GUEST_OPTIONS 7u
#define GUEST_OPTIONS_ALL(options)                                                                 \
    &(options)->handover, &(options)->cache, &(options)->acpi, &(options)->console,                \
        &(options)->boot, &(options)->geometry, &(options)->sector

/**** Keys ****/

static void option_post_key(struct guest_option *option, struct xenstore *store, int *result)
{
    char key[KEY_BYTES];

    platform_snprintf(key, sizeof(key), KEY_PREFIX "%s", option->name);
    xenstore_post_read(store, XENSTORE_NO_TRANSACTION, key, 0, option->key, sizeof(option->key),
                       result);
}

static void option_check_key(const struct guest_option *option, int result)
{
    if (result < 0 && result != -XEN_ENOENT)
        log_error("cannot read " KEY_PREFIX "%s: %s\n", option->name, error_name(result));
}

/**** OEM strings ****/

/* Parse @assignment, NAME=VALUE. Return: whether it is of this option. */
static bool option_parse_oem(struct guest_option *option, const char *assignment)
{
    const char *value = string_after(assignment, option->name);

    if (!value || *value != '=')
        return false;
    if (!option->oem[0])
        platform_snprintf(option->oem, sizeof(option->oem), "%s", value + 1);
    return true;
}

static void options_parse_oem_string(struct guest_options *options, const char *string)
{
    struct guest_option *all[] = {GUEST_OPTIONS_ALL(options)};
    const char *assignment = string_after(string, OEM_PREFIX);

    if (!assignment)
        return;
    for (unsigned i = 0; i < GUEST_OPTIONS; i++)
        if (option_parse_oem(all[i], assignment))
            return;
    log_error("OEM string %s is not an option\n", string);
}

static void options_parse_oem_strings(struct guest_options *options)
{
    const char *string = platform_oem_string(1);

    for (unsigned number = 1; string && number <= GUEST_OEM_STRINGS_MAX;
         string = platform_oem_string(++number))
        options_parse_oem_string(options, string);
}

void guest_options_read(struct guest_options *options, struct xenstore *store)
{
    static const char *const names[GUEST_OPTIONS] = {"handover", "cache",    "acpi",  "console",
                                                     "boot",     "geometry", "sector"};
    struct guest_option *all[] = {GUEST_OPTIONS_ALL(options)};
    int results[GUEST_OPTIONS];

    bytes_zero(options, sizeof(*options));
    for (unsigned i = 0; i < GUEST_OPTIONS; i++) {
        all[i]->name = names[i];
        option_post_key(all[i], store, &results[i]);
    }
    xenstore_collect(store);
    for (unsigned i = 0; i < GUEST_OPTIONS; i++)
        option_check_key(all[i], results[i]);
    options_parse_oem_strings(options);
}

/* The values of a list of names, for guest_option_parse. */
struct option_names {
    const char *const *names;
    unsigned count;
    unsigned chosen;
};

static bool option_parse_name(const char *value, void *result)
{
    struct option_names *list = result;

    for (unsigned i = 0; i < list->count; i++) {
        if (!string_equal(value, list->names[i]))
            continue;
        list->chosen = i;
        return true;
    }
    return false;
}

unsigned guest_option_choose(const struct guest_option *option, const char *const names[],
                             unsigned count, unsigned otherwise)
{
    struct option_names list = {.names = names, .count = count, .chosen = otherwise};

    guest_option_parse(option, option_parse_name, &list);
    return list.chosen;
}

void guest_option_parse(const struct guest_option *option, guest_option_parser *parse, void *result)
{
    const char *const values[] = {option->key, option->oem};

    for (unsigned source = 0; source < 2; source++) {
        if (!values[source][0])
            continue;
        if (parse(values[source], result))
            return;
        log_error("%s: no such value: %s\n", option->name, values[source]);
    }
}

const char *guest_option_text(const struct guest_option *option)
{
    const char *const values[] = {option->key, option->oem};

    for (unsigned source = 0; source < 2; source++) {
        if (string_length(values[source]) >= GUEST_OPTION_BYTES - 1)
            log_error("%s: too long a value: %s...\n", option->name, values[source]);
        else if (values[source][0])
            return values[source];
    }
    return "";
}
