/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Numbers and names: virtual device numbers, decimals, errors. */
#include "test.h"
#include "xen/base/decimal.h"
#include "xen/base/error.h"
#include "xen/base/public.h"
#include "xen/blk/vdev.h"
#include "xen/store/xenbus.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define EXTENDED (1u << 28)

TEST(device_numbers_have_the_names_that_the_toolstack_gives_them)
{
    static const struct {
        uint32_t number;
        const char *name;
        enum vdev_bus bus;
        uint32_t index, partition;
    } known[] = {
        {51712, "xvda", VDEV_XVD, 0, 0},
        {51713, "xvda1", VDEV_XVD, 0, 1},
        {51727, "xvda15", VDEV_XVD, 0, 15},
        {51728, "xvdb", VDEV_XVD, 1, 0},
        {51776, "xvde", VDEV_XVD, 4, 0},
        {202 << 8 | 15 << 4, "xvdp", VDEV_XVD, 15, 0},
        {EXTENDED | 16 << 8, "xvdq", VDEV_XVD, 16, 0},
        {EXTENDED | 25 << 8, "xvdz", VDEV_XVD, 25, 0},
        {EXTENDED | 26 << 8, "xvdaa", VDEV_XVD, 26, 0},
        {EXTENDED | 26 << 8 | 255, "xvdaa255", VDEV_XVD, 26, 255},
        {EXTENDED | 701 << 8, "xvdzz", VDEV_XVD, 701, 0},
        {EXTENDED | 702 << 8, "xvdaaa", VDEV_XVD, 702, 0},
        {EXTENDED | 0xfffff << 8 | 255, "xvdbgqcv255", VDEV_XVD, 0xfffff, 255},
        {768, "hda", VDEV_HD, 0, 0},
        {769, "hda1", VDEV_HD, 0, 1},
        {831, "hda63", VDEV_HD, 0, 63},
        {832, "hdb", VDEV_HD, 1, 0},
        {5632, "hdc", VDEV_HD, 2, 0},
        {5696, "hdd", VDEV_HD, 3, 0},
        {2048, "sda", VDEV_SD, 0, 0},
        {2064, "sdb", VDEV_SD, 1, 0},
        {2049, "sda1", VDEV_SD, 0, 1},
        {2048 + 15 * 16, "sdp", VDEV_SD, 15, 0},
    };

    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct vdev vdev;

        test_note("%u, %s", known[i].number, known[i].name);
        CHECK(vdev_decode(known[i].number, &vdev));
        CHECK(!strcmp(vdev.name, known[i].name));
        CHECK_EQUAL(vdev.bus, known[i].bus);
        CHECK_EQUAL(vdev.index, known[i].index);
        CHECK_EQUAL(vdev.partition, known[i].partition);
    }
}

TEST(device_numbers_of_no_scheme_are_refused)
{
    static const uint32_t numbers[] = {
        0,
        1,
        255,
        768 + 128,
        5632 + 128,
        5887,
        201 << 8,
        203 << 8,
        1u << 29,
        EXTENDED | 0x10000000u << 1,
        EXTENDED | 1u << 31,
        UINT32_MAX,
    };
    struct vdev vdev;

    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        test_note("%u", numbers[i]);
        CHECK(!vdev_decode(numbers[i], &vdev));
    }
}

TEST(every_device_number_has_a_name_that_fits_or_is_refused)
{
    struct vdev vdev;

    /* All 16-bit numbers, then extended indexes in steps. */
    for (uint32_t number = 0; number < 0x10000; number++)
        if (vdev_decode(number, &vdev))
            CHECK(strlen(vdev.name) < sizeof(vdev.name));
    for (uint64_t number = EXTENDED; number <= UINT32_MAX; number += 65521)
        if (vdev_decode((uint32_t)number, &vdev))
            CHECK(strlen(vdev.name) < sizeof(vdev.name));
}

TEST(the_disks_that_are_emulated_as_well_are_known)
{
    static const struct {
        uint32_t number;
        bool ide, ahci;
    } known[] = {
        {51712, true, true},
        {51760, true, true},
        {51776, false, true},
        {51792, false, true},
        {51808, false, false},
        {768, true, true},
        {5696, true, true},
        {2048, true, true},
        {2048 + 240, true, true},
        {51713, false, false},
        {EXTENDED | 16 << 8, false, false},
    };

    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct vdev vdev;

        test_note("%u", known[i].number);
        CHECK(vdev_decode(known[i].number, &vdev));
        CHECK_EQUAL(vdev_is_emulated(&vdev, false), known[i].ide);
        CHECK_EQUAL(vdev_is_emulated(&vdev, true), known[i].ahci);
    }
}

TEST(an_emulated_disk_is_the_pv_disk_with_its_index_on_the_controller_of_its_bus)
{
    static const struct {
        uint32_t number;
        enum vdev_controller controller;
        uint32_t unit;
        bool same;
    } known[] = {
        {51712, VDEV_IDE, 0, true},          {51712, VDEV_AHCI, 0, true},
        {51712, VDEV_SCSI, 0, false},        {51712, VDEV_IDE, 1, false},
        {51760, VDEV_IDE, 3, true},          {51776, VDEV_IDE, 4, false},
        {51776, VDEV_AHCI, 4, true},         {51792, VDEV_AHCI, 5, true},
        {51808, VDEV_AHCI, 6, false},        {51713, VDEV_IDE, 0, false},
        {5632, VDEV_IDE, 2, true},           {5632, VDEV_AHCI, 2, true},
        {5632, VDEV_SCSI, 2, false},         {2048, VDEV_SCSI, 0, true},
        {2048, VDEV_IDE, 0, false},          {2048, VDEV_AHCI, 0, false},
        {2048 + 3 * 16, VDEV_SCSI, 3, true}, {2048 + 3 * 16, VDEV_SCSI, 2, false},
    };

    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        struct vdev vdev;

        test_note("%u on %d, unit %u", known[i].number, known[i].controller, known[i].unit);
        CHECK(vdev_decode(known[i].number, &vdev));
        CHECK_EQUAL(vdev_is_at(&vdev, known[i].controller, known[i].unit), known[i].same);
    }
}

TEST(disks_are_ordered_by_index_then_bus_then_partition)
{
    static const uint32_t ordered[] = {51712, 51713, 768, 2048, 51728, 832, EXTENDED | 16 << 8};
    struct vdev a, b;

    for (unsigned i = 0; i < sizeof(ordered) / sizeof(ordered[0]); i++) {
        for (unsigned j = 0; j < sizeof(ordered) / sizeof(ordered[0]); j++) {
            test_note("%u and %u", ordered[i], ordered[j]);
            vdev_decode(ordered[i], &a);
            vdev_decode(ordered[j], &b);
            CHECK_EQUAL(vdev_before(&a, &b), i < j);
        }
    }
}

TEST(decimal_numbers_are_digits_and_nothing_else)
{
    static const char *const bad[] = {"",
                                      " ",
                                      "-1",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "0x10",
                                      "1.0",
                                      "a",
                                      "1a",
                                      "/",
                                      ":",
                                      "\3771",
                                      "18446744073709551616",
                                      "99999999999999999999999999999999"};
    uint64_t number = 7;

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        test_note("\"%s\"", bad[i]);
        CHECK(!decimal_parse_u64(bad[i], UINT64_MAX, &number));
        CHECK_EQUAL(number, 7);
    }
    CHECK(decimal_parse_u64("0", 0, &number) && number == 0);
    CHECK(decimal_parse_u64("000000000000000000000000000012", 12, &number) && number == 12);
    CHECK(decimal_parse_u64("4294967295", UINT32_MAX, &number) && number == UINT32_MAX);
    CHECK(!decimal_parse_u64("4294967296", UINT32_MAX, &number));
    CHECK(decimal_parse_u64("9223372036854775808", UINT64_MAX, &number) && number == UINT64_C(1)
                                                                                         << 63);
    CHECK(!decimal_parse_u64("1", 0, &number));
}

TEST(numbers_of_64_bits_are_written_in_decimal_without_leading_zeros)
{
    static const uint64_t numbers[] = {
        0,
        9,
        10,
        65535,
        65536,
        655360,
        4294967295u,
        4294967296u,
        8589934592u,
        1000000000000000000u,
        9999999999999999999u,
        10000000000000000000u,
        UINT64_MAX,
    };

    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char expected[32], text[DECIMAL_TEXT_BYTES];

        snprintf(expected, sizeof(expected), "%llu", (unsigned long long)numbers[i]);
        test_note("%s", expected);
        CHECK(!strcmp(decimal_format(numbers[i], text), expected));
    }
}

TEST(errors_have_the_names_of_the_public_header)
{
    CHECK(!strcmp(error_name(-XEN_ENOENT), "ENOENT"));
    CHECK(!strcmp(error_name(XEN_ECONNREFUSED), "ECONNREFUSED"));
    CHECK(!strcmp(error_name(-4000), "unknown error"));
    CHECK(!strcmp(error_name(LONG_MIN), "unknown error"));
    CHECK_EQUAL(error_from_name("EAGAIN", 6), -XEN_EAGAIN);
    CHECK_EQUAL(error_from_name("EAGAINX", 7), -XEN_EIO);
    CHECK_EQUAL(error_from_name("EAGAI", 5), -XEN_EIO);
    CHECK_EQUAL(error_from_name("", 0), -XEN_EIO);
}

TEST(states_have_names_and_nonsense_has_one_too)
{
    CHECK(!strcmp(xenbus_state_name(XenbusStateInitWait), "InitWait"));
    CHECK(!strcmp(xenbus_state_name(XenbusStateReconfigured), "Reconfigured"));
    CHECK(!strcmp(xenbus_state_name(9), "Unknown"));
    CHECK(!strcmp(xenbus_state_name(-5), "Unknown"));
}
