/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* Reads the configurations in examples/ with the parser that xl itself uses. */
#define _GNU_SOURCE
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxlutil.h>

#include "test.h"

/* Where `make install` puts the BIOS. */
#define BIOS_PATH "/usr/local/share/seabios-xenpv/bios.bin"
#define PVH_PATH  "/usr/local/share/seabios-xenpv/bios-pvh.elf"

/* The runner calls it to show the log; these tests have none. */
void log_show(void);
void log_show(void)
{
}

typedef void example_check(XLU_Config *config);

static void for_each_example(example_check *check)
{
    glob_t found;

    CHECK(!glob("examples/*.cfg", 0, NULL, &found) && found.gl_pathc >= 5);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        XLU_Config *config = xlu_cfg_init(stdout, found.gl_pathv[i]);

        test_note("%s", found.gl_pathv[i]);
        CHECK(config && !xlu_cfg_readfile(config, found.gl_pathv[i]));
        check(config);
        xlu_cfg_destroy(config);
    }
    globfree(&found);
}

static void must_be(const XLU_Config *config, const char *key, const char *expected)
{
    const char *value;

    CHECK(!xlu_cfg_get_string(config, key, &value, 0));
    CHECK(!strcmp(value, expected));
}

static void check_firmware(XLU_Config *config)
{
    const char *type;

    CHECK(!xlu_cfg_get_string(config, "type", &type, 0));
    if (!strcmp(type, "pvh")) {
        must_be(config, "kernel", PVH_PATH);
        return;
    }
    must_be(config, "type", "hvm");
    must_be(config, "bios", "seabios");
    must_be(config, "bios_path_override", BIOS_PATH);
}

TEST(each_example_has_the_installed_bios)
{
    for_each_example(check_firmware);
}

static void check_disk(XLU_Config *config, const char *specification)
{
    libxl_device_disk disk;

    libxl_device_disk_init(&disk);
    CHECK(!xlu_disk_parse(config, 1, &specification, &disk));
    CHECK(disk.vdev && disk.pdev_path && *disk.pdev_path == '/');
    /* A disk that is emulated as well has to be raw. */
    CHECK(disk.format == LIBXL_DISK_FORMAT_RAW);
    CHECK(disk.readwrite == !disk.is_cdrom);
    libxl_device_disk_dispose(&disk);
}

static void check_disks(XLU_Config *config)
{
    const char *specification;
    XLU_ConfigList *disks;
    int count;

    CHECK(!xlu_cfg_get_list(config, "disk", &disks, &count, 0) && count > 0);
    for (int i = 0; (specification = xlu_cfg_get_listitem(disks, i)); i++)
        check_disk(config, specification);
}

TEST(each_disk_of_an_example_is_one_that_xl_takes)
{
    for_each_example(check_disks);
}
