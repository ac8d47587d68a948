/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Adding a table to the ACPI tables, and when the tables are left alone. */
#include "firmware.h"
#include "seabios/acpi/acpi_tables.h"
#include "test.h"
#include "xen/base/platform.h"

#define TABLES 3u
/* Bytes that can be read behind a root table, as in a guest; more than any accepted length. */
#define ROOM_BYTES 8192u

static const struct acpi_header added = {
    .signature = {'S', 'S', 'D', 'T'}, .length = sizeof(added), .revision = 1, .oem_id = "ADDED"};

/* The tables that hvmloader has made. */
static struct acpi_rsdp *rsdp;
static struct acpi_header *rsdt, *xsdt;

static uint8_t sum(const void *data, uint32_t bytes)
{
    uint8_t total = 0;

    for (uint32_t i = 0; i < bytes; i++)
        total = (uint8_t)(total + ((const uint8_t *)data)[i]);
    return total;
}

static void sum_up(struct acpi_header *table, uint32_t bytes)
{
    table->checksum = (uint8_t)(table->checksum - sum(table, bytes));
}

static void rsdp_sum_up(void)
{
    rsdp->checksum = (uint8_t)(rsdp->checksum - sum(rsdp, 20));
    rsdp->extended_checksum = (uint8_t)(rsdp->extended_checksum - sum(rsdp, 36));
}

static uint32_t address_of(const void *memory)
{
    return platform_frame(memory) << PAGE_BITS | ((uintptr_t)memory & (PAGE_BYTES - 1));
}

static const void *memory_at(uint64_t address)
{
    uint8_t *frame = platform_map(address >> PAGE_BITS);

    CHECK(frame);
    return frame + (address & (PAGE_BYTES - 1));
}

/* A root table with the entries 1000h, 2000h, ... */
static struct acpi_header *make_root(const char *signature, uint32_t entry_bytes)
{
    struct acpi_header *table = platform_alloc_reserved(ROOM_BYTES, 16);

    memcpy(table->signature, signature, sizeof(table->signature));
    table->length = sizeof(*table) + TABLES * entry_bytes;
    for (uint32_t i = 0; i < TABLES; i++) {
        uint64_t entry = (i + 1) << PAGE_BITS;
        memcpy((uint8_t *)(table + 1) + i * entry_bytes, &entry, entry_bytes);
    }
    sum_up(table, table->length);
    return table;
}

static void make_tables(uint8_t revision)
{
    world_reset();
    rsdp = platform_alloc_reserved(revision ? sizeof(*rsdp) : 20, 16);
    rsdt = make_root("RSDT", 4);
    xsdt = make_root("XSDT", 8);
    memcpy(rsdp->signature, "RSD PTR ", sizeof(rsdp->signature));
    rsdp->revision = revision;
    rsdp->rsdt = address_of(rsdt);
    if (!revision) {
        rsdp->checksum = (uint8_t)-sum(rsdp, 20);
        return;
    }
    rsdp->length = sizeof(*rsdp);
    rsdp->xsdt = address_of(xsdt);
    rsdp_sum_up();
}

static void check_root(uint64_t address, const struct acpi_header *before, uint32_t entry_bytes)
{
    const struct acpi_header *root = memory_at(address);
    const uint8_t *entries = (const uint8_t *)(root + 1);
    uint64_t entry = 0;

    CHECK(root != before);
    CHECK(!memcmp(root->signature, before->signature, sizeof(root->signature)));
    CHECK_EQUAL(root->length, before->length + entry_bytes);
    CHECK_EQUAL(sum(root, root->length), 0);
    CHECK(!memcmp(entries, before + 1, TABLES * entry_bytes));
    memcpy(&entry, entries + TABLES * entry_bytes, entry_bytes);
    CHECK(!memcmp(memory_at(entry), &added, sizeof(added)));
}

TEST(a_table_is_added_to_both_root_tables)
{
    make_tables(2);
    CHECK_EQUAL(acpi_tables_add(rsdp, &added), 2);
    CHECK_EQUAL(sum(rsdp, 20), 0);
    CHECK_EQUAL(sum(rsdp, 36), 0);
    check_root(rsdp->rsdt, rsdt, 4);
    check_root(rsdp->xsdt, xsdt, 8);
}

TEST(a_table_is_added_where_there_is_only_an_rsdt)
{
    make_tables(0);
    CHECK_EQUAL(acpi_tables_add(rsdp, &added), 1);
    CHECK_EQUAL(sum(rsdp, 20), 0);
    check_root(rsdp->rsdt, rsdt, 4);

    make_tables(2);
    rsdp->xsdt = 0;
    rsdp_sum_up();
    CHECK_EQUAL(acpi_tables_add(rsdp, &added), 1);
    CHECK_EQUAL(sum(rsdp, 36), 0);
    CHECK_EQUAL(rsdp->xsdt, 0);
    check_root(rsdp->rsdt, rsdt, 4);
}

TEST(a_table_is_added_where_there_is_only_an_xsdt)
{
    make_tables(2);
    rsdp->rsdt = 0;
    rsdp_sum_up();
    CHECK_EQUAL(acpi_tables_add(rsdp, &added), 1);
    CHECK_EQUAL(sum(rsdp, 20), 0);
    CHECK_EQUAL(sum(rsdp, 36), 0);
    CHECK_EQUAL(rsdp->rsdt, 0);
    check_root(rsdp->xsdt, xsdt, 8);
}

static void check_left_alone(void)
{
    struct acpi_rsdp before = *rsdp;

    CHECK_EQUAL(acpi_tables_add(rsdp, &added), 0);
    CHECK(!memcmp(rsdp, &before, sizeof(before)));
}

/* Flip each bit, one at a time. */
static void check_each_bit(const char *name, void *table, uint32_t bytes)
{
    uint8_t *byte = table;

    for (uint32_t i = 0; i < bytes * 8; i++) {
        test_note("bit %u of byte %u of the %s", i % 8, i / 8, name);
        byte[i / 8] ^= (uint8_t)(1u << i % 8);
        check_left_alone();
        byte[i / 8] ^= (uint8_t)(1u << i % 8);
    }
}

/* fault: ACPI table | a table has a wrong bit, an odd length, or an address without a table |
 * leaves all tables as they are | also root_tables_of_an_odd_length_are_left_alone,
 * root_tables_that_are_somewhere_else_are_left_alone */
TEST(tables_with_a_wrong_bit_are_left_alone)
{
    make_tables(2);
    check_each_bit("RSDP", rsdp, sizeof(*rsdp));
    check_each_bit("RSDT", rsdt, rsdt->length);
    check_each_bit("XSDT", xsdt, xsdt->length);
    CHECK_EQUAL(acpi_tables_add(rsdp, &added), 2);
}

TEST(root_tables_of_an_odd_length_are_left_alone)
{
    static const uint32_t lengths[] = {0, 1, 35, 39, 45, ROOM_BYTES + 4, 0x80000000, 0xffffffff};

    for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        make_tables(2);
        test_note("an XSDT of %u bytes", lengths[i]);
        xsdt->length = lengths[i];
        sum_up(xsdt, lengths[i] < ROOM_BYTES ? lengths[i] : ROOM_BYTES);
        check_left_alone();
    }
}

TEST(root_tables_that_are_somewhere_else_are_left_alone)
{
    static const uint64_t addresses[] = {1, 1ull << 32, 1ull << 63, UINT64_MAX, 0xfffffff0, 0x5000};

    for (unsigned i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        make_tables(2);
        test_note("an XSDT at %llx", (unsigned long long)addresses[i]);
        rsdp->xsdt = addresses[i];
        rsdp_sum_up();
        check_left_alone();
    }
    make_tables(2);
    rsdp->rsdt = rsdp->xsdt = 0;
    rsdp_sum_up();
    check_left_alone();
    /* Each root table at the address of the other. */
    make_tables(2);
    rsdp->rsdt = address_of(xsdt);
    rsdp->xsdt = address_of(rsdt);
    rsdp_sum_up();
    check_left_alone();
}

/* fault: ACPI table | there is no memory for the new tables | leaves all tables as they are */
TEST(tables_are_left_alone_without_memory_for_the_new_ones)
{
    for (unsigned allocations = 0; allocations < 3; allocations++) {
        make_tables(2);
        test_note("memory for %u tables", allocations);
        memory_fail_after(allocations);
        check_left_alone();
    }
    make_tables(2);
    memory_fail_after(3);
    CHECK_EQUAL(acpi_tables_add(rsdp, &added), 2);
}
