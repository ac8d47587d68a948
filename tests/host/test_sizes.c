/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Sizes of disks as the log and the boot menu give them. */
#include "test.h"
#include "xen/base/size.h"

#include <string.h>

#define KIB 2u
#define MIB (UINT64_C(1024) * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)
#define PIB (1024 * TIB)
#define EIB (1024 * PIB)

TEST(a_size_has_the_unit_in_which_a_person_writes_it)
{
    static const struct {
        uint64_t sectors;
        const char *text;
    } sizes[] = {
        {0, "0 KiB"},
        {1, "0.5 KiB"},
        {KIB, "1 KiB"},
        {1440 * KIB, "1.4 MiB"},
        {1023 * KIB, "1023 KiB"},
        {1023 * KIB + 1, "1023.5 KiB"},
        {MIB, "1 MiB"},
        {10 * MIB, "10 MiB"},
        {20 * GIB, "20 GiB"},
        {20 * GIB + 1, "20 GiB"},
        {20 * GIB - 1, "20 GiB"},
        {GIB - 1, "1 GiB"},
        {TIB - 1, "1 TiB"},
        {GIB + GIB / 2, "1.5 GiB"},
        {500118192, "238.5 GiB"},
        {2 * TIB, "2 TiB"},
        {3 * PIB, "3 PiB"},
        {8 * EIB, "8 EiB"},
        {UINT64_MAX, "8192 EiB"},
    };

    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char text[SIZE_TEXT_BYTES];

        memset(text, '?', sizeof(text));
        test_note("%s", sizes[i].text);
        CHECK(size_format(sizes[i].sectors, text) == text);
        test_note("%s, not %s", sizes[i].text, text);
        CHECK(!strcmp(text, sizes[i].text));
    }
}

TEST(no_size_is_longer_than_its_text)
{
    for (uint64_t sectors = 1; sectors; sectors <<= 1) {
        for (unsigned part = 0; part < 20; part++) {
            char text[SIZE_TEXT_BYTES];

            size_format(sectors | sectors / 20 * part, text);
            test_note("%s", text);
            CHECK(!strcmp(text + strlen(text) - 2, "iB"));
        }
    }
}
