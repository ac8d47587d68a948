/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "acpi_table.h"

#include "guest.h"
#include "ports.h"

#define RSDP_FROM    0xe0000u
#define RSDP_END     0x100000u
#define HEADER_BYTES 36u
#define TABLE_ID     "HANDOVER"

enum {
    AML_ONE = 0x01,
    AML_NAME = 0x08,
    AML_BYTE = 0x0a,
    AML_DWORD = 0x0c,
    AML_STRING = 0x0d,
    AML_SCOPE = 0x10,
    AML_METHOD = 0x14,
    AML_DUAL_NAME = 0x2e,
    AML_MULTI_NAME = 0x2f,
    AML_EXTENDED = 0x5b,
    AML_STORE = 0x70,
    AML_IF = 0xa0,
    AML_RETURN = 0xa4,
    AML_EXTENDED_REGION = 0x80,
    AML_EXTENDED_FIELD = 0x81,
    AML_EXTENDED_DEVICE = 0x82,
};
#define REGION_IO 1u

static const char *wanted; /* the method to execute; NULL: what is in no method */
static uint16_t port;      /* of the region */
static unsigned writes;

/**** Finding the table ****/

static uint32_t u32_at(const uint8_t *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof(value));
    return value;
}

static const uint8_t *rsdp_find(void)
{
    for (uint32_t address = RSDP_FROM; address < RSDP_END; address += 16)
        if (memcmp(at(address), "RSD PTR ", 8) == 0)
            return at(address);
    return NULL;
}

static const uint8_t *table_find(void)
{
    const uint8_t *rsdp = rsdp_find();

    if (!rsdp)
        return NULL;
    bool extended = rsdp[15] >= 2 && u32_at(rsdp + 24);
    const uint8_t *root = at(u32_at(rsdp + (extended ? 24 : 16)));
    for (uint32_t from = HEADER_BYTES; from < u32_at(root + 4); from += extended ? 8 : 4) {
        const uint8_t *table = at(u32_at(root + from));

        if (memcmp(table, "SSDT", 4) == 0 && memcmp(table + 16, TABLE_ID, 8) == 0)
            return table;
    }
    return NULL;
}

/**** AML ****/

/* Return the end of the package that begins with its length at *aml, and advance past that. */
static const uint8_t *package_end(const uint8_t **aml)
{
    const uint8_t *start = *aml;
    unsigned more = *start >> 6;
    uint32_t length = more ? *start & 0x0f : *start & 0x3f;

    for (unsigned i = 1; i <= more; i++)
        length |= (uint32_t)start[i] << (8 * i - 4);
    *aml += 1 + more;
    return start + length;
}

/* Advance past a name. Return its last four characters. */
static const char *name_skip(const uint8_t **aml)
{
    unsigned parts = 1;

    while (**aml == '\\' || **aml == '^')
        (*aml)++;
    if (**aml == AML_DUAL_NAME) {
        parts = 2;
        *aml += 1;
    } else if (**aml == AML_MULTI_NAME) {
        parts = (*aml)[1];
        *aml += 2;
    }
    *aml += 4 * parts;
    return (const char *)*aml - 4;
}

/* Advance past a constant. Return its value; 0 for a string. */
static uint32_t constant_skip(const uint8_t **aml)
{
    const uint8_t *from = *aml;

    switch (*from) {
    case 0:
    case AML_ONE:
        *aml += 1;
        return *from;
    case AML_BYTE:
        *aml += 2;
        return from[1];
    case AML_DWORD:
        *aml += 5;
        return u32_at(from + 1);
    case AML_STRING:
        *aml += 2 + strlen((const char *)from + 1);
        return 0;
    default:
        check(false, "ACPI: constant %x is not known", *from);
        done();
    }
}

static void region_note(const uint8_t **aml)
{
    name_skip(aml);
    uint8_t space = *(*aml)++;
    port = (uint16_t)constant_skip(aml);
    constant_skip(aml);
    check(space == REGION_IO, "ACPI: the region is in space %u", space);
}

static void store_execute(const uint8_t **aml, bool execute)
{
    uint32_t value = constant_skip(aml);

    check(memcmp(name_skip(aml), "TELL", 4) == 0, "ACPI: a store to an unknown name");
    if (!execute)
        return;
    port_write8(port, (uint8_t)value);
    writes++;
}

/* Execute, or only read, the terms from @aml to @end. */
static void terms_run(const uint8_t *aml, const uint8_t *end, bool execute)
{
    while (aml < end) {
        uint8_t code = *aml++;
        const uint8_t *inner;
        const char *name;

        if (code == AML_EXTENDED)
            code = *aml++;
        switch (code) {
        case AML_SCOPE:
        case AML_EXTENDED_DEVICE:
            inner = package_end(&aml);
            name_skip(&aml);
            terms_run(aml, inner, execute);
            aml = inner;
            break;
        case AML_METHOD:
            inner = package_end(&aml);
            name = name_skip(&aml);
            terms_run(aml + 1, inner, wanted && memcmp(name, wanted, 4) == 0);
            aml = inner;
            break;
        case AML_IF:
            inner = package_end(&aml);
            if (constant_skip(&aml))
                terms_run(aml, inner, execute);
            aml = inner;
            break;
        case AML_EXTENDED_FIELD:
            aml = package_end(&aml);
            break;
        case AML_EXTENDED_REGION:
            region_note(&aml);
            break;
        case AML_NAME:
            name_skip(&aml);
            constant_skip(&aml);
            break;
        case AML_STORE:
            store_execute(&aml, execute);
            break;
        case AML_RETURN:
            constant_skip(&aml);
            break;
        default:
            check(false, "ACPI: code %x is not known", code);
            done();
        }
    }
}

void acpi_table_run(const char *name)
{
    const uint8_t *table = table_find();

    wanted = name;
    writes = 0;
    if (!check(table, "ACPI: the firmware added no table"))
        return;
    terms_run(table + HEADER_BYTES, table + u32_at(table + 4), !wanted);
    check(writes == 1, "ACPI: %u writes instead of one", writes);
}
