/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The OEM strings in an SMBIOS table, and invalid tables. */
#include "seabios/port/oem_strings.h"
#include "test.h"
#include "xen/base/bytes.h"

#include <stdlib.h>
#include <string.h>

/* The shortest structure, with strings. */
#define STRUCTURE(type, strings) type "\5\1\0\0" strings "\0\0"
#define OEM(strings)             STRUCTURE("\13", strings)
#define OTHER                    STRUCTURE("\1", "maker\0product")
#define BARE                     "\40\13\0\0\0\0\0\0\0\0\0\0\0"
#define END                      "\177\4\0\0\0\0"

/* At the end of an allocation, so that the sanitizer detects a read beyond it. */
static const char *find(const char *table, uint32_t bytes, unsigned number)
{
    static char copy[64];
    char *exact = malloc(bytes);

    memcpy(exact, table, bytes);
    const char *found = oem_string(exact, bytes, number);
    if (found)
        found = strncpy(copy, found, sizeof(copy) - 1);
    free(exact);
    return found;
}

#define FIND(table, number) find(table, sizeof(table) - 1, number)

static void check_is(const char *found, const char *expected)
{
    test_note("expected %s, found %s", expected ? expected : "none", found ? found : "none");
    CHECK(!found == !expected);
    CHECK(!found || !strcmp(found, expected));
}

TEST(oem_strings_are_found_wherever_their_structure_is)
{
    check_is(FIND(OEM("one\0two") END, 1), "one");
    check_is(FIND(OEM("one\0two") END, 2), "two");
    check_is(FIND(OEM("one\0two") END, 3), NULL);
    check_is(FIND(OEM("one\0two") END, 0), NULL);
    check_is(FIND(OTHER BARE OEM("one\0two") OTHER END, 2), "two");
    check_is(FIND(OEM("one\0two") OTHER OEM("three") END, 3), "three");
    check_is(FIND(OEM("one\0two") OTHER OEM("three") END, 4), NULL);
}

TEST(a_table_without_oem_strings_has_none)
{
    check_is(FIND(OTHER BARE END, 1), NULL);
    check_is(FIND(END, 1), NULL);
    check_is(FIND("", 1), NULL);
    check_is(FIND("\13\5\1\0\0\0\0" END, 1), NULL);
}

/* fault: guest option | the SMBIOS table is truncated anywhere, or contains an impossible structure
 * | never reads beyond its end | also an_impossible_structure_ends_the_table */
TEST(a_truncated_table_is_not_read_beyond_its_end)
{
    static const char table[] = OTHER BARE OEM("one\0two") END;
    uint32_t whole = sizeof(OTHER BARE OEM("one\0two")) - 1;

    for (uint32_t bytes = 0; bytes < sizeof(table); bytes++) {
        test_note("%u bytes", bytes);
        CHECK(!find(table, bytes, 1) == (bytes < whole));
    }
}

TEST(an_impossible_structure_ends_the_table)
{
    /* One that is shorter than its header, and one that is longer than the table. */
    check_is(FIND("\1\3\0\0" OEM("one") END, 1), NULL);
    check_is(FIND("\1\0\0\0" OEM("one") END, 1), NULL);
    check_is(FIND("\1\377\0\0" OEM("one") END, 1), NULL);
}
