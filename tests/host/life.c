/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "life.h"

#include "test.h"
#include "xen/disk/disk_io.h"

#define NOT_CALLED 1

static void life_of_disk(struct vbd *vbd, struct life *life)
{
    limit_begin();
    life->connect = disk_io_connect(vbd);
    limit_check(limit_connect_ms());
    CHECK_EQUAL(life->connect == 0, vbd->state == VBD_CONNECTED);
    if (life->connect)
        return;

    limit_begin();
    life->read = firmware_read_and_compare(vbd, 3, 100);
    limit_check(limit_repeated_ms());
    limit_begin();
    life->write = firmware_write_and_compare(vbd, 5, 90);
    limit_check(limit_repeated_ms());
    limit_begin();
    life->flush = disk_io_flush(vbd);
    limit_check(limit_repeated_ms());
    limit_begin();
    disk_io_close(vbd);
    limit_check(limit_repeated_ms());
    CHECK(vbd->state == VBD_CLOSED || vbd->state == VBD_LOST);
}

struct life life_run(struct firmware *firmware)
{
    struct life life = {NOT_CALLED, NOT_CALLED, NOT_CALLED, NOT_CALLED, NOT_CALLED};

    limit_begin();
    life.start = firmware_start(firmware);
    limit_check(limit_reply_ms());
    if (firmware->disks)
        life_of_disk(firmware->vbd[0], &life);
    return life;
}

bool life_was_good(const struct life *life)
{
    return !life->start && !life->connect && !life->read && !life->write && !life->flush;
}
