/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "acpi_sums.h"

#include "guest.h"

#define EBDA_SEGMENT 0x40eu
#define EBDA_SEARCH  1024u
#define ROM_FROM     0xe0000u
#define ROM_END      0x100000u

#define RSDP_OLD_BYTES 20u
#define RSDP_BYTES     36u
#define HEADER_BYTES   36u
#define TABLE_MAX      (1u << 20)

/* Offsets. */
#define RSDP_REVISION 15
#define RSDP_LENGTH   20
#define RSDP_XSDT     24
#define TABLE_LENGTH  4
#define FADT_DSDT     40
#define FADT_X_DSDT   140

static uint32_t u32_at(const uint8_t *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof(value));
    return value;
}

static uint8_t sum(const uint8_t *bytes, uint32_t count)
{
    uint8_t sum = 0;

    while (count--)
        sum = (uint8_t)(sum + *bytes++);
    return sum;
}

/* Return: how many RSDPs begin there; the last is *@found. */
static unsigned rsdp_count(uint32_t from, uint32_t end, const uint8_t **found)
{
    unsigned count = 0;

    for (; from < end; from += 16) {
        const uint8_t *bytes = at(from);
        if (memcmp(bytes, "RSD PTR ", 8) || sum(bytes, RSDP_OLD_BYTES))
            continue;
        *found = bytes;
        count++;
    }
    return count;
}

static const uint8_t *rsdp_find(void)
{
    uint32_t ebda = *(volatile uint16_t *)at(EBDA_SEGMENT) * 16u;
    const uint8_t *rsdp = NULL;
    unsigned count = rsdp_count(ebda, ebda + EBDA_SEARCH, &rsdp);

    count += rsdp_count(ROM_FROM, ROM_END, &rsdp);
    check(count == 1, "ACPI: expected one RSDP, found %u", count);
    return rsdp;
}

/* Check a table. Return: its length; 0 if it cannot be used. */
static uint32_t table_check(const uint8_t *table)
{
    uint32_t length = u32_at(table + TABLE_LENGTH);

    if (!check(length >= HEADER_BYTES && length <= TABLE_MAX, "ACPI: a table at %x has %u bytes",
               (uint32_t)table, length))
        return 0;
    print("acpi %c%c%c%c %u\n", table[0], table[1], table[2], table[3], length);
    check(!sum(table, length), "ACPI: the checksum of the table at %x is wrong", (uint32_t)table);
    return length;
}

static bool is_named(const uint8_t *table, const char *signature)
{
    return !memcmp(table, signature, 4);
}

static void fadt_check(const uint8_t *fadt, uint32_t length)
{
    uint32_t dsdt = length >= FADT_X_DSDT + 8 ? u32_at(fadt + FADT_X_DSDT) : 0;

    if (!dsdt)
        dsdt = u32_at(fadt + FADT_DSDT);
    if (check(dsdt && is_named(at(dsdt), "DSDT"), "ACPI: the FADT has no DSDT"))
        table_check(at(dsdt));
}

static void tables_check(const uint8_t *xsdt, uint32_t length)
{
    bool has_fadt = false, has_madt = false;

    for (uint32_t from = HEADER_BYTES; from + 8 <= length; from += 8) {
        const uint8_t *table = at(u32_at(xsdt + from));
        if (!check(!u32_at(xsdt + from + 4), "ACPI: a table is above 4 GiB"))
            continue;
        uint32_t bytes = table_check(table);
        if (bytes && is_named(table, "FACP")) {
            has_fadt = true;
            fadt_check(table, bytes);
        }
        has_madt = has_madt || is_named(table, "APIC");
    }
    check(has_fadt && has_madt, "ACPI: there is no FADT or no MADT");
}

void acpi_sums_check(void)
{
    const uint8_t *rsdp = rsdp_find();

    if (!rsdp)
        return;
    if (!check(rsdp[RSDP_REVISION] >= 2 && u32_at(rsdp + RSDP_LENGTH) == RSDP_BYTES &&
                   !u32_at(rsdp + RSDP_XSDT + 4),
               "ACPI: the RSDP has no XSDT below 4 GiB"))
        return;
    check(!sum(rsdp, RSDP_BYTES), "ACPI: the second checksum of the RSDP is wrong");
    const uint8_t *xsdt = at(u32_at(rsdp + RSDP_XSDT));
    if (!check(is_named(xsdt, "XSDT"), "ACPI: there is no XSDT where the RSDP says"))
        return;
    uint32_t length = table_check(xsdt);
    if (length)
        tables_check(xsdt, length);
}
