/* SPDX-License-Identifier: LGPL-3.0-or-later */
/*
 * The daemon against a hostile guest: the guest writes anything to its own part of xenstore, and
 * accesses the ports in any way. Backends and QEMU may hang, and the daemon is killed now and then.
 * The model of tests/hook ends the run if the daemon writes where it must not.
 */
#include "model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <xen/grant_table.h>

#include "access.h"
#include "device.h"
#include "mark.h"
#include "xen/base/handover.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TEXT_MAX 48

static const uint8_t *input;
static size_t input_left;

static uint8_t input_byte(void)
{
    if (!input_left)
        return 0;
    input_left--;
    return *input++;
}

static uint32_t input_number(void)
{
    uint32_t number = input_byte();

    /* Mostly small numbers. */
    if (number < 0xf0)
        return number;
    for (unsigned i = 0; i < 3; i++)
        number = number << 8 | input_byte();
    return number << 4;
}

static void require(bool good)
{
    if (!good)
        abort();
}

/* A value for a guest to write: a nearly valid one, or any. */
static const char *input_text(void)
{
    static const char *const texts[] = {
        "0",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "8",
        "hook 8 17 9 983040 983041 18898",
        "hook 25 17 9 983057 983058 18898",
        "strict 8 17 9 983040 983041 18898",
        "linger 25 17 9 983057 983058 65535",
        "hook 8 1024 10 1 2 18898",
        "/local/domain/3/backend/vbd/5/51776",
        "/local/domain/0/backend/vbd/4/51776",
        "/local/domain/3/backend/vbd/5/77",
        "fd:10a",
        "8:",
    };
    static char text[TEXT_MAX];
    unsigned choice = input_byte() % 24, length = 0;

    if (choice < sizeof(texts) / sizeof(texts[0]))
        return texts[choice];
    for (unsigned wanted = input_byte() % TEXT_MAX; length < wanted; length++) {
        text[length] = (char)input_byte();
        if (!text[length])
            break;
    }
    text[length] = 0;
    return text;
}

static void try_text(void)
{
    const char *text = input_text();
    uint32_t number;
    struct mark mark;
    dev_t device;

    if (mark_parse(text, &mark)) {
        require(mark.count && mark.first >= MARK_REFERENCE_FIRST);
        require(mark_frame(&mark, 0) == mark.ring);
        require(mark_frame(&mark, mark.count) >= mark.pool);
    }
    if (device_parse(text, &device))
        require(strchr(text, ':') != NULL);
    if (u32_parse(text, 77, &number))
        require(number <= 77);
    if (backend_path_parse(text, 5, 51776, &number))
        require(number < DOMID_FIRST_RESERVED && !strncmp(text, "/local/domain/", 14));
    access_reply_parse(text, &number);
}

static void guest_writes(void)
{
    static const char *const keys[] = {"state",      "ring-ref", HANDOVER_MARK,   "backend",
                                       "backend-id", "protocol", "event-channel", "state/below/it"};
    static const char *const numbers[] = {"51776", "51792", "77", "078", "-1", "99999999999", ""};
    char path[128] = "/local/domain/5/device/vbd/";

    strcat(path, numbers[input_byte() % 7]);
    strcat(path, "/");
    strcat(path, keys[input_byte() % 8]);
    if (input_byte() % 4)
        model_write(path, input_text());
    else
        model_remove(path);
}

static void guest_acts(void)
{
    struct ioreq request = {
        .type = input_byte() % 8 ? IOREQ_TYPE_PIO : input_byte(),
        .dir = input_byte() & 1,
        .df = input_byte() & 1,
        .data_is_ptr = input_byte() & 1,
        .addr = input_byte() % 4 ? 0x10 : input_number(),
        .size = 1u << input_byte() % 4,
        .count = input_number(),
        .data = input_number() % 16 ? input_number() : -(uint64_t)input_number(),
    };

    model_request(input_byte() % MODEL_CPUS, &request);
}

static void other_side_changes(void)
{
    unsigned disk = input_byte() % MODEL_DISKS;

    switch (input_byte() % 10) {
    case 0:
        model.backends[disk] = input_byte() % 3;
        break;
    case 1:
        model.conflicts = input_byte() % 20;
        break;
    case 2:
        model.monitor_hangs = input_byte() & 1;
        model.monitor_fails = input_byte() & 1;
        break;
    case 3:
        model.paused = input_byte() & 1;
        break;
    case 4:
        model_write(model_backend(disk, "state"), input_text());
        break;
    case 5:
        model_remove(model_backend(disk, ""));
        break;
    case 6:
        model_grant(8 + input_byte())->flags = input_byte();
        break;
    case 7:
        model_write(model_backend(disk, "physical-device"), input_text());
        break;
    case 8:
        model.drop_ms = input_byte() * 32u;
        model.drop_error = input_byte() % 4 ? 0 : EIO;
        model.drop_start_error = input_byte() % 4 ? 0 : EBUSY;
        break;
    default:
        model.grants_version_2 = input_byte() & 1;
        break;
    }
}

/* Replace a killed daemon. */
static struct domain *daemon_restart(struct domain *domain)
{
    free(domain->disks);
    free(domain);
    return model_attend();
}

/* Once backends and QEMU behave, no processor waits, and the toolstack's grants are untouched. */
static void check_end(struct domain *domain)
{
    for (unsigned disk = 0; disk < MODEL_DISKS; disk++)
        model.backends[disk] = BACKEND_FOLLOWS;
    model.paused = model.monitor_hangs = false;
    model.drop_ms = 0;
    model.tick_ms = 50;
    model_run(domain, 2 * MODEL_LIMIT_MS);
    for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++)
        require(!model_is_waiting(cpu));
    require(model_grant(0)->flags == GTF_permit_access &&
            model_grant(1)->flags == GTF_permit_access);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input = data;
    input_left = size;
    model_begin();
    if (size % 2)
        model_backends_make_local();
    struct domain *domain = model_attend();
    while (input_left) {
        switch (input_byte() % 8) {
        case 0:
        case 1:
            guest_writes();
            break;
        case 2:
            if (model.server_exists && model.ports_taken)
                guest_acts();
            break;
        case 3:
            other_side_changes();
            break;
        case 4:
            try_text();
            break;
        case 5:
            if (input_byte() % 16 == 0)
                domain = daemon_restart(domain);
            break;
        default:
            model_run(domain, input_byte());
            break;
        }
    }
    check_end(domain);
    if (input_byte() % 2)
        domain_detach(domain, &model_xen, MODEL_LIMIT_MS);
    domain_free(domain, &model_xen);
    model_end();
    return 0;
}
