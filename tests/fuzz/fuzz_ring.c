/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* A connected disk against a backend that does anything on the ring. */
#include "fuzz.h"

#include "test.h"
#include "xen/disk/disk_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one_transfer(struct vbd *vbd)
{
    static uint8_t buffer[160 * SECTOR_BYTES];
    uint32_t count = fuzz_byte() % 160;
    uint64_t sector = fuzz_byte();
    int error;

    limit_begin();
    switch (fuzz_byte() % 3) {
    case 0:
        error = disk_io_read(vbd, sector, count, buffer);
        break;
    case 1:
        error = firmware_write(vbd, sector, count, buffer);
        break;
    default:
        error = disk_io_flush(vbd);
        break;
    }
    /* A transfer larger than the pool has two parts. */
    limit_check(firmware_options.io_limit_ms + limit_repeated_ms());
    CHECK(error == 0 || error == -XEN_EIO || error == -XEN_EOPNOTSUPP || error == -XEN_ETIMEDOUT ||
          error == -XEN_EBADMSG || error == -XEN_ENOTCONN);
    if (error == -XEN_EBADMSG || error == -XEN_ETIMEDOUT)
        CHECK(vbd->state == VBD_CLOSED || vbd->state == VBD_LOST);
    else if (error != -XEN_ENOTCONN)
        CHECK_EQUAL(vbd->state, VBD_CONNECTED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct firmware firmware;

    firmware_use_short_limits();
    struct backend *backend = firmware_with_disk(&firmware);
    fuzz_begin(data, size);
    backend->config.qdisk = fuzz_one_in(4);
    if (fuzz_one_in(4)) {
        backend->config.sector_size = "4096";
        backend->config.align = 4096;
    }
    CHECK_EQUAL(disk_io_connect(firmware.vbd[0]), 0);
    fuzz_ring(backend);
    for (unsigned i = 0; i < 8; i++)
        one_transfer(firmware.vbd[0]);
    disk_io_close(firmware.vbd[0]);
    /* Again: the backend may have released the disk's pages since. */
    disk_io_close(firmware.vbd[0]);
    /* And again: that close may have made the backend release them. */
    if (firmware.vbd[0]->state == VBD_LOST && !grants_mapped())
        disk_io_close(firmware.vbd[0]);
    CHECK(firmware.vbd[0]->state == VBD_CLOSED || firmware.vbd[0]->state == VBD_LOST);
    if (firmware.vbd[0]->state == VBD_CLOSED)
        world_check_grants_clean();
    else
        CHECK(grants_mapped() > 0);
    world_check_store_clean();
    world_check_ports_clean();
    world_check_ring_idle();
    return 0;
}
