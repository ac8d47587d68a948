/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The kind of a backend, which follows from a path and a key, and its properties. */
#include "test.h"
#include "xen/blk/vbd_kind.h"

#include <stdlib.h>
#include <string.h>

TEST(the_kind_of_a_backend_follows_from_its_path_and_its_key)
{
    static const struct {
        const char *path;
        bool linux_key;
        enum vbd_kind kind;
    } cases[] = {
        {"/local/domain/0/backend/vbd/1/51776", true, VBD_KIND_LINUX},
        {"/local/domain/32751/backend/vbd/32751/268443136", true, VBD_KIND_LINUX},
        {"/local/domain/0/backend/vbd/1/51776", false, VBD_KIND_UNKNOWN},
        {"/local/domain/0/backend/qdisk/1/51776", false, VBD_KIND_QDISK},
        {"/local/domain/0/backend/qdisk/1/51776", true, VBD_KIND_QDISK},
        {"/local/domain/7/backend/vbd3/1/51776", false, VBD_KIND_TAPBACK},
        {"/local/domain/7/backend/vbd3/1/51776", true, VBD_KIND_TAPBACK},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("%s, %d", cases[i].path, cases[i].linux_key);
        CHECK_EQUAL(vbd_kind_of(cases[i].path, cases[i].linux_key), cases[i].kind);
    }
}

TEST(an_unknown_path_is_of_no_known_kind)
{
    static const char *const paths[] = {
        "",
        "/",
        "vbd",
        "backend/vbd/1/51776",
        "/local/domain",
        "/local/domain/",
        "/local/domain/0",
        "/local/domain/0/",
        "/local/domain/0/backend",
        "/local/domain/0/backend/",
        "/local/domain/0/backend//1/51776",
        "/local/domain/0/backend/vbd",
        "/local/domain/0/backend/qdisk",
        "/local/domain/0/backend/VBD/1/51776",
        "/local/domain/0/backend/vbd2/1/51776",
        "/local/domain/0/backend/vbd33/1/51776",
        "/local/domain/0/backend/qdisks/1/51776",
        "/local/domain/0/backend/tap/1/51776",
        "/local/domain/0/backend/virtio_disk/1/51776",
        "/local/domain/0/backend/other/1/51776",
        "/local/domain//backend/vbd/1/51776",
        "/local/domain/x/backend/vbd/1/51776",
        "/local/domain/0x0/backend/vbd/1/51776",
        "/local/domain/-1/backend/vbd/1/51776",
        "/local/domain/0/frontend/vbd/1/51776",
        "/local/domain/0/backend/backend/vbd/1/51776",
        "/vm/0/backend/vbd/1/51776",
        " /local/domain/0/backend/vbd/1/51776",
    };

    for (unsigned i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        /* On the heap, where the sanitizer detects a read beyond the end. */
        size_t bytes = strlen(paths[i]) + 1;
        char *path = memcpy(malloc(bytes), paths[i], bytes);
        test_note("%s", path);
        CHECK_EQUAL(vbd_kind_of(path, false), VBD_KIND_UNKNOWN);
        CHECK_EQUAL(vbd_kind_of(path, true), VBD_KIND_UNKNOWN);
        free(path);
    }
}

TEST(only_known_facts_are_relied_on_for_each_kind)
{
    static const struct {
        enum vbd_kind kind;
        bool reopens, counts_512;
    } cases[] = {
        {VBD_KIND_UNKNOWN, false, false},
        {VBD_KIND_LINUX, true, true},
        {VBD_KIND_QDISK, true, true},
        {VBD_KIND_TAPBACK, true, false},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct vbd_kind_facts *facts = vbd_kind_facts(cases[i].kind);

        test_note("kind %u", cases[i].kind);
        CHECK_EQUAL(facts->reopens, cases[i].reopens);
        CHECK_EQUAL(facts->counts_512, cases[i].counts_512);
        CHECK(facts->name && *facts->name);
    }
}

TEST(an_image_is_raw_only_where_the_keys_of_its_backend_say_so)
{
    static const struct {
        enum vbd_kind kind;
        const char *type, *params;
        bool raw;
    } cases[] = {
        {VBD_KIND_LINUX, "phy", "/dev/vg/disk", true},
        {VBD_KIND_LINUX, "phy", "", true},
        {VBD_KIND_LINUX, "", "/dev/vg/disk", false},
        {VBD_KIND_LINUX, "phys", "/dev/vg/disk", false},
        {VBD_KIND_LINUX, "ph", "/dev/vg/disk", false},
        {VBD_KIND_LINUX, "qdisk", "aio:/disk.img", false},
        {VBD_KIND_LINUX, "tap", "aio:/disk.img", false},
        {VBD_KIND_QDISK, "qdisk", "aio:/disk.img", true},
        {VBD_KIND_QDISK, "qdisk", "aio:", false}, /* an empty drive */
        {VBD_KIND_QDISK, "qdisk", "aio", false},
        {VBD_KIND_QDISK, "qdisk", "AIO:/disk.img", false},
        {VBD_KIND_QDISK, "qdisk", " aio:/disk.img", false},
        {VBD_KIND_QDISK, "qdisk", "/disk.img", false},
        {VBD_KIND_QDISK, "qdisk", "", false},
        {VBD_KIND_QDISK, "qdisk", "qcow:/disk.img", false},
        {VBD_KIND_QDISK, "qdisk", "qcow2:/disk.img", false},
        {VBD_KIND_QDISK, "qdisk", "qcow2:aio:/disk.img", false},
        {VBD_KIND_QDISK, "qdisk", "vhd:/disk.img", false},
        {VBD_KIND_QDISK, "qdisk", "qed:/disk.img", false},
        {VBD_KIND_QDISK, "", "aio:/disk.img", false},
        {VBD_KIND_QDISK, "phy", "aio:/disk.img", false},
        {VBD_KIND_TAPBACK, "vbd3", "aio:/disk.img", false},
        {VBD_KIND_TAPBACK, "vbd3", "vhd:/disk.img", false},
        {VBD_KIND_TAPBACK, "phy", "/dev/sm/backend/disk", false},
        {VBD_KIND_UNKNOWN, "phy", "/dev/vg/disk", false},
        {VBD_KIND_UNKNOWN, "qdisk", "aio:/disk.img", false},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_note("kind %u \"%s\" \"%s\"", cases[i].kind, cases[i].type, cases[i].params);
        CHECK_EQUAL(vbd_kind_is_raw(cases[i].kind, cases[i].type, cases[i].params), cases[i].raw);
    }
}
