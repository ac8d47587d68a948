/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The daemon's parsers, with any text. Numbers, marks and paths of backends have one form only:
 * what the parser has found, printed again, is the text. Devices may have leading zeros, and an
 * answer of QEMU may have text before it; these two only must not read beyond the text.
 *
 * The firmware's log in a guest's memory may have any content: the reader stays within it, and
 * prints nothing that a terminal obeys.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "device.h"
#include "firmware_log.h"
#include "mark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DOMID    5u
#define NUMBER   51776u
#define MAXIMUM  70000u
#define TEXT_MAX 200

#define RING_BYTES LOG_RING_BYTES_MIN

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

/* An anchor in the area, mostly with a correct checksum: the input cannot find that. */
static void try_log_anchor(const uint8_t *data, size_t size)
{
    static uint8_t area[LOG_AREA_BYTES] __attribute__((aligned(LOG_ANCHOR_ALIGN)));
    struct log_anchor *anchor = (void *)area;
    struct firmware_log_place place;

    memset(area, 0, sizeof(area));
    if (size && data[0] % 2)
        anchor =
            (void *)(area + LOG_AREA_BYTES - LOG_ANCHOR_ALIGN - data[0] / 8 * LOG_ANCHOR_ALIGN);
    size_t room = (size_t)(area + LOG_AREA_BYTES - (uint8_t *)anchor);
    log_anchor_make((void *)area, 0, 0);
    memmove(anchor, area, room < sizeof(*anchor) ? room : sizeof(*anchor));
    if (size > 1)
        memcpy((uint8_t *)anchor + 8, data + 1, size - 1 < room - 8 ? size - 1 : room - 8);
    if (size && data[0] % 4 < 2) {
        uint8_t sum = 0;

        for (size_t i = 0; i < anchor->length && i < room; i++)
            sum += ((uint8_t *)anchor)[i];
        anchor->checksum -= sum;
    }
    if (!firmware_log_find(area, &place) || !place.bytes)
        return;
    require(place.bytes >= LOG_RING_BYTES_MIN && place.bytes <= LOG_RING_BYTES_MAX);
    require(place.address >= 0x100000);
    require((uint64_t)place.address + place.bytes + sizeof(struct log_ring) <= 1ULL << 32);
}

static void try_log_ring(const uint8_t *data, size_t size)
{
    const struct firmware_log_place place = {.address = 0x100000, .bytes = RING_BYTES};
    uint8_t *memory = calloc(1, sizeof(struct log_ring) + RING_BYTES);
    struct log_ring *ring = (void *)memory;
    struct firmware_log log;
    size_t printed_bytes;
    char *printed;

    log_ring_make(ring, RING_BYTES);
    memcpy(memory + 8, data, size);
    if (size && data[size - 1] % 8 == 0)
        memcpy(memory, data, size);
    if (firmware_log_copy(ring, &place, &log)) {
        FILE *file = open_memstream(&printed, &printed_bytes);

        require(log.end - log.first <= RING_BYTES);
        firmware_log_print(file, &log);
        fclose(file);
        require(printed_bytes <= 4 * RING_BYTES + 1);
        for (size_t i = 0; i < printed_bytes; i++)
            require((printed[i] >= ' ' && printed[i] <= '~') || printed[i] == '\n' ||
                    printed[i] == '\t');
        free(printed);
        free(log.data);
    }
    free(memory);
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
    try_log_anchor(data, size);
    try_log_ring(data, size);
    return 0;
}
