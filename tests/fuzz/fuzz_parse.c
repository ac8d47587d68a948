/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The daemon's parsers, with any text. Numbers, marks and paths of backends have one form only:
 * what the parser has found, printed again, is the text. Devices may have leading zeros, and an
 * answer of QEMU may have text before it; these two only must not read beyond the text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "device.h"
#include "mark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DOMID    5u
#define NUMBER   51776u
#define MAXIMUM  70000u
#define TEXT_MAX 200

static void require(bool good)
{
    if (!good)
        abort();
}

static void require_same(const char *text, const char *printed)
{
    require(!strcmp(text, printed));
}

static void try_mark(const char *text)
{
    char printed[128];
    struct mark mark;

    if (!mark_parse(text, &mark))
        return;
    require(mark.count && mark.count <= MARK_REFERENCES_MAX && mark.first >= MARK_REFERENCE_FIRST);
    require(mark.first + mark.count <= MARK_REFERENCE_END);
    snprintf(printed, sizeof(printed), " %u %u %u %u %u %u", mark.first, mark.count, mark.port,
             mark.ring, mark.pool, mark.magic);
    require(strchr(text, ' ') != NULL);
    require_same(strchr(text, ' '), printed);
    require(mark.hook == !strncmp(text, "hook ", 5));
}

static void try_number(const char *text)
{
    char printed[16];
    uint32_t number;

    if (!u32_parse(text, MAXIMUM, &number))
        return;
    require(number <= MAXIMUM);
    snprintf(printed, sizeof(printed), "%u", number);
    require_same(text, printed);
}

static void try_path(const char *text)
{
    char printed[64];
    uint32_t backend;

    if (!backend_path_parse(text, DOMID, NUMBER, &backend))
        return;
    require(backend < DOMID_FIRST_RESERVED);
    size_t length =
        (size_t)snprintf(printed, sizeof(printed), "/local/domain/%u/backend/", backend);
    require(!strncmp(text, printed, length));
    require_same(strchr(text + length, '/'), "/5/51776");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[TEXT_MAX + 1];
    uint32_t word;
    dev_t device;

    if (size > TEXT_MAX)
        size = TEXT_MAX;
    memcpy(text, data, size);
    text[size] = 0;
    try_mark(text);
    try_number(text);
    try_path(text);
    if (device_parse(text, &device))
        require(strspn(text, "0123456789abcdefABCDEF:") == strlen(text) && strchr(text, ':'));
    access_reply_parse(text, &word);
    return 0;
}
