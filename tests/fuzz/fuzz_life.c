/* SPDX-License-Identifier: LGPL-3.0-or-later */
/* The whole life of disks against a xenstored and backends that do anything. */
#include "fuzz.h"

#include "test.h"
#include "xen/disk/disk_io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void random_disk(unsigned index)
{
    struct backend *backend = world_add_disk(XVD(4 + index));
    struct backend_config *config = &backend->config;
    const char **keys[] = {&config->sectors, &config->sector_size, &config->info, &config->flush};

    /* The published size is random, so the model takes requests of any sector. */
    config->disk_sectors = UINT64_MAX;
    for (unsigned i = 0; i < 4; i++)
        if (fuzz_one_in(4))
            *keys[i] = fuzz_text();
    if (fuzz_one_in(4))
        config->ignores = fuzz_byte();
    if (fuzz_one_in(8))
        config->keeps_pages = true;
    if (fuzz_one_in(8))
        config->qdisk = true;
    if (fuzz_one_in(8))
        config->domid = fuzz_byte();
    if (fuzz_one_in(4))
        config->latency_us = fuzz_byte() * 1000u;
    if (fuzz_one_in(8))
        backend_set_state(backend, fuzz_byte() % 10);
    fuzz_ring(backend);
}

static void random_hypercall_fault(void)
{
    static const struct {
        unsigned number, operation;
    } calls[] = {
        {__HYPERVISOR_hvm_op, XEN_ANY_OPERATION},
        {__HYPERVISOR_memory_op, XEN_ANY_OPERATION},
        {__HYPERVISOR_event_channel_op, EVTCHNOP_alloc_unbound},
        {__HYPERVISOR_event_channel_op, EVTCHNOP_send},
    };
    unsigned which = fuzz_byte() % 4;

    xen_fault = (struct xen_fault){
        .number = calls[which].number,
        .operation = calls[which].operation,
        .skip = fuzz_byte(),
        .times = fuzz_byte(),
        .error = -1 - (long)fuzz_byte(),
    };
}

static bool has_grants(const struct vbd *vbd)
{
    for (uint32_t i = 0; i < vbd->pool_pages; i++)
        if (vbd->pool_refs[i] != GRANT_NONE)
            return true;
    return vbd->ring_ref != GRANT_NONE;
}

static void use(struct vbd *vbd)
{
    static uint8_t buffer[64 * SECTOR_BYTES];
    uint32_t count = fuzz_byte() % 64;
    uint64_t sector = fuzz_byte();

    limit_begin();
    switch (fuzz_byte() % 7) {
    case 0:
        disk_io_read(vbd, sector, count, buffer);
        break;
    case 1:
        firmware_write(vbd, sector, count, buffer);
        break;
    case 2:
        disk_io_flush(vbd);
        break;
    case 3:
        disk_io_close(vbd);
        break;
    case 4:
        /* In other states it may take longer than the limit below. */
        if (vbd->state == VBD_CLOSED || vbd->state == VBD_CONNECTED)
            disk_io_connect(vbd);
        break;
    case 5:
        world_restore();
        break;
    default:
        world_pass_ms(fuzz_byte());
        break;
    }
    /* A few dozen round trips, each of which may be slow but not silent. */
    limit_check(limit_repeated_ms() + 60 * limit_reply_ms());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct firmware firmware;

    firmware_use_short_limits();
    world_reset();
    fuzz_begin(data, size);
    unsigned disks = 1 + fuzz_byte() % 2;
    for (unsigned i = 0; i < disks; i++)
        random_disk(i);
    if (fuzz_one_in(3))
        fuzz_store();
    if (fuzz_one_in(4))
        random_hypercall_fault();
    firmware_start(&firmware);
    for (unsigned i = 0; i < firmware.disks; i++)
        disk_io_connect(firmware.vbd[i]);
    for (unsigned i = 0; i < 6 && firmware.disks; i++)
        use(firmware.vbd[i % firmware.disks]);
    for (unsigned i = 0; i < firmware.disks; i++) {
        disk_io_close(firmware.vbd[i]);
        /* Again: the backend may have released the disk's pages since. */
        disk_io_close(firmware.vbd[i]);
        CHECK(firmware.vbd[i]->state == VBD_CLOSED || firmware.vbd[i]->state == VBD_LOST);
        CHECK_EQUAL(firmware.vbd[i]->state == VBD_LOST, has_grants(firmware.vbd[i]));
    }
    /* A lost disk gets its grants back once the table can be mapped. */
    xen_fault.times = 0;
    for (unsigned i = 0; i < firmware.disks; i++)
        if (firmware.vbd[i]->state == VBD_LOST && !grants_mapped())
            disk_io_close(firmware.vbd[i]);
    if (!grants_mapped())
        world_check_grants_clean();
    world_check_ports_clean();
    return 0;
}
