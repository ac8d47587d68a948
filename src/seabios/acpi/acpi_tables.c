/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "acpi_tables.h"

#include "xen/base/bytes.h"
#include "xen/base/log.h"

#include <stddef.h>

/* Maximum size of an RSDT or XSDT: a hundred times hvmloader's. */
#define ROOT_BYTES_MAX 8192u

/* Interpreters want the tables aligned; Linux warns if they are not. */
#define TABLE_ALIGN 16

/* Size of a revision 0 RSDP, which its first checksum covers. */
#define RSDP_BYTES_FIRST offsetof(struct acpi_rsdp, length)

/* One of the two root tables. They differ in the size of their entries, which are addresses. */
struct root {
    const char *signature;
    unsigned entry_bytes;
    const struct acpi_header *old;
    struct acpi_header *new;
};

/* Return the sum of all bytes, which a checksum makes zero. */
static uint8_t acpi_sum(const void *data, uint32_t bytes)
{
    const uint8_t *byte = data;
    uint8_t sum = 0;

    while (bytes--)
        sum += *byte++;
    return sum;
}

static uint32_t acpi_address(const void *table)
{
    return (platform_frame(table) << PAGE_BITS) | ((uintptr_t)table & (PAGE_BYTES - 1));
}

/* Return where @bytes at guest-physical @address can be read; NULL if they are not all below 4 GiB
 * or not mapped. */
static const void *acpi_at(uint64_t address, uint32_t bytes)
{
    if (!address || address >> 32 || (address + bytes - 1) >> 32)
        return NULL;
    const uint8_t *frame = platform_map(address >> PAGE_BITS);
    return frame ? frame + (address & (PAGE_BYTES - 1)) : NULL;
}

static bool acpi_rsdp_is_sound(const struct acpi_rsdp *rsdp)
{
    if (!bytes_equal(rsdp->signature, "RSD PTR ", sizeof(rsdp->signature)) ||
        acpi_sum(rsdp, RSDP_BYTES_FIRST))
        return false;
    if (rsdp->revision < 2)
        return true;
    return rsdp->length == sizeof(*rsdp) && !acpi_sum(rsdp, sizeof(*rsdp));
}

/* Find the root table at @address. Return: false if it is not valid, with a line in the log. */
static bool acpi_root_find(struct root *root, uint64_t address)
{
    const struct acpi_header *table = acpi_at(address, sizeof(*table));

    if (!table || !bytes_equal(table->signature, root->signature, sizeof(table->signature))) {
        log_error("ACPI: no %s at 0x%x; tables not changed\n", root->signature, (uint32_t)address);
        return false;
    }
    if (table->length < sizeof(*table) || table->length > ROOT_BYTES_MAX ||
        (table->length - sizeof(*table)) % root->entry_bytes || !acpi_at(address, table->length) ||
        acpi_sum(table, table->length)) {
        log_error("ACPI: %s of %u bytes is not valid; tables not changed\n", root->signature,
                  table->length);
        return false;
    }
    root->old = table;
    return true;
}

/* Copy the root table and append an entry. */
static bool acpi_root_extend(struct root *root, uint32_t entry)
{
    uint32_t length = root->old->length;
    uint8_t *copy = platform_alloc_reserved(length + root->entry_bytes, TABLE_ALIGN);

    if (!copy) {
        log_error("ACPI: no memory for a table; tables not changed\n");
        return false;
    }
    bytes_copy(copy, root->old, length);
    /* The memory is zeroed, so the upper half of a 64-bit entry is zero. */
    bytes_copy(copy + length, &entry, sizeof(entry));
    root->new = (struct acpi_header *)copy;
    root->new->length = length + root->entry_bytes;
    root->new->checksum -= acpi_sum(copy, root->new->length);
    return true;
}

unsigned acpi_tables_add(struct acpi_rsdp *rsdp, const struct acpi_header *table)
{
    struct root rsdt = {.signature = "RSDT", .entry_bytes = sizeof(uint32_t)};
    struct root xsdt = {.signature = "XSDT", .entry_bytes = sizeof(uint64_t)};

    if (!acpi_rsdp_is_sound(rsdp)) {
        log_error("ACPI: the RSDP is not valid; tables not changed\n");
        return 0;
    }
    bool extended = rsdp->revision >= 2, has_xsdt = extended && rsdp->xsdt;
    if ((rsdp->rsdt || !has_xsdt) && !acpi_root_find(&rsdt, rsdp->rsdt))
        return 0;
    if (has_xsdt && !acpi_root_find(&xsdt, rsdp->xsdt))
        return 0;

    uint8_t *copy = platform_alloc_reserved(table->length, TABLE_ALIGN);
    if (!copy) {
        log_error("ACPI: no memory for a table; tables not changed\n");
        return 0;
    }
    bytes_copy(copy, table, table->length);
    if (rsdt.old && !acpi_root_extend(&rsdt, acpi_address(copy)))
        return 0;
    if (xsdt.old && !acpi_root_extend(&xsdt, acpi_address(copy)))
        return 0;

    if (rsdt.new)
        rsdp->rsdt = acpi_address(rsdt.new);
    if (xsdt.new)
        rsdp->xsdt = acpi_address(xsdt.new);
    rsdp->checksum -= acpi_sum(rsdp, RSDP_BYTES_FIRST);
    if (extended)
        rsdp->extended_checksum -= acpi_sum(rsdp, sizeof(*rsdp));
    return (rsdt.new != NULL) + (xsdt.new != NULL);
}
