/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "vbd_kind.h"

static const struct vbd_kind_facts kinds[] = {
    [VBD_KIND_UNKNOWN] = {.name = "a kind that is not known", .short_name = "unknown"},
    [VBD_KIND_LINUX] = {.name = "Linux blkback",
                        .short_name = "blkback",
                        .reopens = true,
                        .counts_512 = true},
    /* One older version counts in units of sector-size, but only for a frontend that writes
     * feature-large-sector-size; with any other frontend it then does not connect. */
    [VBD_KIND_QDISK] = {.name = "QEMU qdisk",
                        .short_name = "qdisk",
                        .reopens = true,
                        .counts_512 = true},
    /* Before 2014 tapdisk multiplied the sectors of a request by sector-size. */
    [VBD_KIND_TAPBACK] = {.name = "tapback", .short_name = "tapback", .reopens = true},
};

/* Return what follows @start in @text, or NULL if @text does not begin with it. */
static const char *after(const char *text, const char *start)
{
    for (; *start; start++, text++)
        if (*text != *start)
            return 0;
    return text;
}

static const char *after_digits(const char *text)
{
    const char *at = text;

    while (*at >= '0' && *at <= '9')
        at++;
    return at == text ? 0 : at;
}

/* Return the component of @path after "backend", or NULL if it is not the path of a backend. */
static const char *kind_component(const char *path)
{
    path = after(path, "/local/domain/");
    if (path)
        path = after_digits(path);
    return path ? after(path, "/backend/") : 0;
}

enum vbd_kind vbd_kind_of(const char *path, bool has_linux_key)
{
    const char *component = kind_component(path);

    if (!component)
        return VBD_KIND_UNKNOWN;
    if (after(component, "qdisk/"))
        return VBD_KIND_QDISK;
    if (after(component, "vbd3/"))
        return VBD_KIND_TAPBACK;
    if (after(component, "vbd/") && has_linux_key)
        return VBD_KIND_LINUX;
    return VBD_KIND_UNKNOWN;
}

const struct vbd_kind_facts *vbd_kind_facts(enum vbd_kind kind)
{
    return &kinds[kind];
}

static bool is_text(const char *text, const char *expected)
{
    const char *rest = after(text, expected);

    return rest && !*rest;
}

bool vbd_kind_is_raw(enum vbd_kind kind, const char *type, const char *params)
{
    const char *image = after(params, "aio:");

    switch (kind) {
    case VBD_KIND_LINUX:
        return is_text(type, "phy");
    case VBD_KIND_QDISK:
        return is_text(type, "qdisk") && image && *image;
    default:
        return false;
    }
}
