/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "access.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "xen/base/handover.h"

static bool port_is_claimed(uint64_t port, uint32_t size)
{
    if (size != 1 && size != 2)
        return false;
    return port == HANDOVER_ACPI_PORT
               ? size == 1
               : port >= HANDOVER_UNPLUG_PORT &&
                     port + size <= HANDOVER_UNPLUG_PORT + HANDOVER_UNPLUG_PORTS;
}

enum access_kind access_decode(const struct ioreq *request, struct access *access)
{
    if (request->type == IOREQ_TYPE_INVALIDATE)
        return ACCESS_INVALIDATE;
    if (request->type != IOREQ_TYPE_PIO || !port_is_claimed(request->addr, request->size))
        return ACCESS_UNEXPECTED;
    access->write = request->dir == IOREQ_WRITE;
    access->in_memory = request->data_is_ptr;
    access->backwards = request->df;
    access->port = (uint16_t)request->addr;
    access->size = request->size;
    access->count = request->data_is_ptr ? request->count : 1;
    if (access->count > ACCESS_ITEMS_MAX)
        access->count = ACCESS_ITEMS_MAX;
    access->data = request->data;
    return ACCESS_PORT;
}

/* Copy between a buffer and a page of the guest. Where there is no memory, nothing is copied: reads
 * then leave the zeros of the buffer. */
static void page_copy(const struct xen *xen, uint32_t domid, uint64_t address, uint8_t *bytes,
                      size_t size, bool to_guest)
{
    xen_pfn_t frame = address / XEN_PAGE_BYTES;
    int error = 0;
    uint8_t *page = xenforeignmemory_map(
        xen->memory, domid, PROT_READ | (to_guest ? PROT_WRITE : 0), 1, &frame, &error);

    if (!page)
        return;
    if (!error && to_guest) {
        memcpy(page + address % XEN_PAGE_BYTES, bytes, size);
        /* A live migration does not notice writes through a foreign mapping. */
        xendevicemodel_modified_memory(xen->device_model, (domid_t)domid, frame, 1);
    } else if (!error)
        memcpy(bytes, page + address % XEN_PAGE_BYTES, size);
    xenforeignmemory_unmap(xen->memory, page, 1);
}

/* Copy all items of an access, across page boundaries. */
static void items_copy(const struct access *access, const struct xen *xen, uint32_t domid,
                       uint8_t *bytes, bool to_guest)
{
    size_t total = (size_t)access->count * access->size, done = 0;
    uint64_t lowest = access->data;

    if (access->backwards && access->count)
        lowest -= (uint64_t)(access->count - 1) * access->size;
    while (done < total) {
        size_t size = XEN_PAGE_BYTES - (lowest + done) % XEN_PAGE_BYTES;

        if (size > total - done)
            size = total - done;
        page_copy(xen, domid, lowest + done, bytes + done, size, to_guest);
        done += size;
    }
}

uint32_t access_written_value(const struct access *access, const struct xen *xen, uint32_t domid)
{
    uint8_t bytes[ACCESS_ITEMS_MAX * 2];
    uint32_t value = 0;

    if (!access->in_memory)
        return (uint32_t)access->data & (access->size == 1 ? 0xff : 0xffff);
    memset(bytes, 0, sizeof(bytes));
    items_copy(access, xen, domid, bytes, false);
    if (!access->count)
        return 0;
    if (access->size == 1)
        return bytes[access->backwards ? 0 : access->count - 1];
    for (size_t i = 0; i < access->count; i++)
        value |= bytes[2 * i] | (uint32_t)bytes[2 * i + 1] << 8;
    return value;
}

bool access_command_make(const struct access *access, uint32_t value,
                         char command[ACCESS_COMMAND_BYTES])
{
    char width = access->size == 1 ? 'b' : 'h'; /* QEMU's h is two bytes, its w four */

    /* QEMU's platform device has state in this port alone: a written byte locks the ROM area. */
    if (access->port != HANDOVER_UNPLUG_PORT || !access->count)
        return false;
    if (access->write)
        snprintf(command, ACCESS_COMMAND_BYTES, "o/%c 0x%x 0x%x", width, access->port, value);
    else
        snprintf(command, ACCESS_COMMAND_BYTES, "i/%c 0x%x", width, access->port);
    return true;
}

bool access_reply_parse(const char *text, uint32_t *value)
{
    static const char before[] = "] = 0x";
    const char *found = strstr(text, before);
    char *end;

    if (strncmp(text, "port", 4) || !found || !isxdigit((unsigned char)found[sizeof(before) - 1]))
        return false;
    unsigned long number = strtoul(found + sizeof(before) - 1, &end, 16);
    if (number > UINT16_MAX)
        return false;
    *value = (uint32_t)number;
    return true;
}

uint32_t access_default_value(const struct access *access, uint32_t magic)
{
    if (access->port == HANDOVER_UNPLUG_PORT && magic == HANDOVER_UNPLUG_MAGIC)
        return access->size == 2 ? HANDOVER_UNPLUG_MAGIC : 0;
    return access->size == 2 ? 0xffff : 0xff;
}

uint64_t access_finish(const struct access *access, const struct xen *xen, uint32_t domid,
                       uint32_t value)
{
    uint8_t bytes[ACCESS_ITEMS_MAX * 2];

    if (access->write)
        return access->data;
    if (!access->in_memory)
        return value;
    for (uint32_t i = 0; i < access->count * access->size; i++)
        bytes[i] = (uint8_t)(value >> (i % access->size * 8));
    items_copy(access, xen, domid, bytes, true);
    return access->data;
}
